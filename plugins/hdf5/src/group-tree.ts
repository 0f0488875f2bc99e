import type { ErrorJSON } from "graticule/plugin";
import { isDataset } from "./dataset-header.js";
import { errorJSON, isDamage, malformed } from "./errors.js";
import { isGroup, readLinks } from "./group-links.js";
import type { Link } from "./messages/link.js";
import type { MetadataFile } from "./model.js";
import { type ObjectHeader, readObjectHeader } from "./object-header.js";

/** A path that reaches a dataset, or something that cannot be read and may be one. */
export interface DatasetNode {
  readonly name: string;
  readonly path: string;
  readonly address: number;
  readonly header?: ObjectHeader;
  readonly error?: ErrorJSON;
  /** Reached through a soft link, its own or that of a group above. */
  readonly soft: boolean;
}

export interface GroupNode {
  readonly path: string;
  readonly address: number;
  readonly header: ObjectHeader;
  readonly datasets: DatasetNode[];
  readonly groups: GroupNode[];
  error?: ErrorJSON;
}

export interface GroupTree {
  readonly root: GroupNode;
  readonly warnings: readonly string[];
}

const DEEPEST = 128;
const MOST_PATHS = 1 << 17;
const MOST_SOFT_STEPS = 64;

/** @throws what reading the root group throws; damage below it is noted where it lies */
export async function readGroupTree(file: MetadataFile, rootAddress: number): Promise<GroupTree> {
  const walk = new TreeWalk(file, rootAddress);
  const header = await walk.header(rootAddress);
  if (!isGroup(header)) throw malformed("the root object is no group", file.baseAddress + rootAddress);
  await walk.links(header);
  return { root: await walk.group("/", header, false, new Set(), 0), warnings: walk.warnings };
}

class TreeWalk {
  readonly warnings: string[] = [];
  readonly #headers = new Map<number, Promise<ObjectHeader>>();
  readonly #links = new Map<number, Promise<readonly Link[]>>();
  #paths = 0;

  constructor(
    readonly file: MetadataFile,
    readonly rootAddress: number,
  ) {}

  header(address: number): Promise<ObjectHeader> {
    return remember(this.#headers, address, () => readObjectHeader(this.file, address));
  }

  links(header: ObjectHeader): Promise<readonly Link[]> {
    return remember(this.#links, header.address, () => readLinks(this.file, header));
  }

  async group(path: string, header: ObjectHeader, soft: boolean, above: ReadonlySet<number>, depth: number): Promise<GroupNode> {
    const node: GroupNode = { path, address: header.address, header, datasets: [], groups: [] };
    const inside = new Set(above).add(header.address);
    try {
      if (depth > DEEPEST) throw malformed(`groups inside groups, more than ${DEEPEST} deep`);
      for (const link of await this.links(header)) await this.#follow(node, link, soft, inside, depth);
    } catch (error) {
      if (!isDamage(error)) throw error;
      node.error = errorJSON(error, { file: this.file.source.url });
    }
    return node;
  }

  async #follow(node: GroupNode, link: Link, viaSoft: boolean, inside: ReadonlySet<number>, depth: number): Promise<void> {
    const path = join(node.path, link.name);
    if (++this.#paths > MOST_PATHS) {
      if (this.#paths === MOST_PATHS + 1) this.warnings.push(`more than ${MOST_PATHS} paths: those from ${path} on are not listed`);
      return;
    }
    const soft = viaSoft || link.target.kind === "soft";
    const address = await this.#addressOf(node, link, path);
    if (address === null || inside.has(address)) return;
    let header: ObjectHeader;
    try {
      header = await this.header(address);
    } catch (error) {
      if (!isDamage(error)) throw error;
      node.datasets.push({
        name: link.name,
        path,
        address,
        soft,
        error: errorJSON(error, { file: this.file.source.url, variable: path }),
      });
      return;
    }
    if (isDataset(header)) node.datasets.push({ name: link.name, path, address, header, soft });
    else if (isGroup(header)) node.groups.push(await this.group(path, header, soft, inside, depth + 1));
  }

  async #addressOf(node: GroupNode, link: Link, path: string): Promise<number | null> {
    const { target } = link;
    if (target.kind === "hard") return target.address;
    if (target.kind === "soft") {
      const address = await this.#resolve(node.address, target.path, { left: MOST_SOFT_STEPS });
      if (address === null) this.warnings.push(`${path} is a link to ${target.path}, where nothing is`);
      return address;
    }
    if (target.kind === "external")
      this.warnings.push(`${path} is a link to ${target.path} in the file ${target.file}, which is not followed`);
    else this.warnings.push(`${path} is a link of the user-defined kind ${target.type}, which is not followed`);
    return null;
  }

  /** The address that a path leads to from a group, or null. */
  async #resolve(from: number, path: string, steps: { left: number }): Promise<number | null> {
    let at = path.startsWith("/") ? this.rootAddress : from;
    for (const name of path.split("/")) {
      if (name === "" || name === ".") continue;
      if (--steps.left < 0) return null;
      const next = await this.#step(at, name, steps);
      if (next === null) return null;
      at = next;
    }
    return at;
  }

  async #step(group: number, name: string, steps: { left: number }): Promise<number | null> {
    try {
      const link = (await this.links(await this.header(group))).find((candidate) => candidate.name === name);
      if (link?.target.kind === "hard") return link.target.address;
      return link?.target.kind === "soft" ? await this.#resolve(group, link.target.path, steps) : null;
    } catch (error) {
      if (!isDamage(error)) throw error;
      return null;
    }
  }
}

function remember<V>(cache: Map<number, Promise<V>>, key: number, make: () => Promise<V>): Promise<V> {
  let value = cache.get(key);
  if (!value) {
    value = make();
    cache.set(key, value);
  }
  return value;
}

export function join(group: string, name: string): string {
  return group === "/" ? `/${name}` : `${group}/${name}`;
}

/** A group with all beneath it: its datasets before its groups, as netCDF reads them. */
export function* groupsOf(node: GroupNode): Generator<GroupNode> {
  yield node;
  for (const child of node.groups) yield* groupsOf(child);
}
