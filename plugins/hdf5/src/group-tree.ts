import type { ErrorJSON } from "graticule/plugin";
import { isDataset } from "./dataset-header.js";
import { errorJSON, isDamage, malformed } from "./errors.js";
import type { ExternalFiles } from "./external-links.js";
import { isGroup } from "./group-links.js";
import type { Link } from "./messages/link.js";
import type { ObjectHeader } from "./object-header.js";
import { type ObjectReader, type Place, targetOf } from "./object-reader.js";

/** A path that reaches a dataset, or something that cannot be read and may be one. */
export interface DatasetNode extends Place {
  readonly name: string;
  readonly path: string;
  /** A path in the file that holds the object, where that is another one. */
  readonly ownPath: string;
  /** The same for all paths that reach the same object. */
  readonly key: string;
  readonly header?: ObjectHeader;
  readonly error?: ErrorJSON;
  /** Reached through a link by name, its own or that of a group above. */
  readonly soft: boolean;
}

export interface GroupNode extends Place {
  readonly path: string;
  readonly ownPath: string;
  readonly key: string;
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
const MOST_STEPS = 64;

/** @throws what reading the root group throws; damage below it is noted where it lies */
export async function readGroupTree(reader: ObjectReader, files: ExternalFiles): Promise<GroupTree> {
  const header = await reader.header(reader.rootAddress);
  if (!isGroup(header)) throw malformed("the root object is no group", reader.file.baseAddress + reader.rootAddress);
  await reader.links(header);
  const walk = new TreeWalk(files);
  const place = { reader, address: reader.rootAddress };
  return { root: await walk.group("/", "/", place, header, false, new Set(), 0), warnings: walk.warnings };
}

class TreeWalk {
  readonly warnings: string[] = [];
  #paths = 0;

  constructor(readonly files: ExternalFiles) {}

  async group(
    path: string,
    ownPath: string,
    { reader, address }: Place,
    header: ObjectHeader,
    soft: boolean,
    above: ReadonlySet<string>,
    depth: number,
  ): Promise<GroupNode> {
    const key = reader.key(address);
    const node: GroupNode = { path, ownPath, key, reader, address, header, datasets: [], groups: [] };
    const inside = new Set(above).add(key);
    try {
      if (depth > DEEPEST) throw malformed(`groups inside groups, more than ${DEEPEST} deep`);
      for (const link of await reader.links(header)) await this.#follow(node, link, soft, inside, depth);
    } catch (error) {
      if (!isDamage(error)) throw error;
      node.error = errorJSON(error, { file: reader.file.source.url });
    }
    return node;
  }

  async #follow(group: GroupNode, link: Link, viaSoft: boolean, inside: ReadonlySet<string>, depth: number): Promise<void> {
    const path = join(group.path, link.name);
    if (++this.#paths > MOST_PATHS) {
      if (this.#paths === MOST_PATHS + 1) this.warnings.push(`more than ${MOST_PATHS} paths: those from ${path} on are not listed`);
      return;
    }
    const place = await targetOf(group, link, this.files, { left: MOST_STEPS });
    if (!place) this.warnings.push(deadEnd(path, link));
    if (!place || inside.has(place.reader.key(place.address))) return;
    const soft = viaSoft || link.target.kind !== "hard";
    const elsewhere = place.reader !== group.reader && link.target.kind === "external";
    const ownPath = elsewhere ? `/${link.target.path}` : join(group.ownPath, link.name);
    const node = { ...place, name: link.name, path, ownPath, key: place.reader.key(place.address), soft };
    try {
      const header = await place.reader.header(place.address);
      if (isDataset(header)) group.datasets.push({ ...node, header });
      else if (isGroup(header)) group.groups.push(await this.group(path, ownPath, place, header, soft, inside, depth + 1));
    } catch (error) {
      if (!isDamage(error)) throw error;
      group.datasets.push({ ...node, error: errorJSON(error, { file: place.reader.file.source.url, variable: path }) });
    }
  }
}

function deadEnd(path: string, { target }: Link): string {
  if (target.kind === "external") return `${path} is a link to ${target.path} in the file ${target.file}, which leads nowhere`;
  if (target.kind === "user") return `${path} is a link of the user-defined kind ${target.type}, which is not followed`;
  return `${path} is a link to ${target.kind === "soft" ? target.path : target.address}, where nothing is`;
}

export function join(group: string, name: string): string {
  return group === "/" ? `/${name}` : `${group}/${name}`;
}

/** A group with all beneath it: its datasets before its groups, as netCDF reads them. */
export function* groupsOf(node: GroupNode): Generator<GroupNode> {
  yield node;
  for (const child of node.groups) yield* groupsOf(child);
}
