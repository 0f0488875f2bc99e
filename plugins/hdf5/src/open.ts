import type { Attribute, Attributes, ByteSource, Dataset, ErrorJSON, ReadContext } from "graticule/plugin";
import { valuesOf } from "./attribute-values.js";
import { type AttributeList, readAttributes } from "./attributes.js";
import { BlockCache } from "./block-cache.js";
import { bearsMarks, HIDDEN, readBookkeeping } from "./bookkeeping.js";
import { datasetHeaderOf } from "./dataset-header.js";
import { errorJSON, Hdf5Error, isDamage } from "./errors.js";
import { type DatasetNode, type GroupNode, groupsOf, readGroupTree } from "./group-tree.js";
import { closeH5wasm } from "./h5wasm/fallback.js";
import { BlockCachedFile } from "./metadata-file.js";
import type { DatasetHeader } from "./model.js";
import { type KnownDataset, type NamedVariable, nameDimensions, visiblePath } from "./netcdf4.js";
import { remainsOf } from "./remains.js";
import { readSuperblock } from "./superblock.js";
import { Hdf5Variable } from "./variable.js";

const NO_ATTRIBUTES: AttributeList = { attributes: [], errors: [] };

/**
 * Reads the file's metadata, and no values but those of attributes. Damage below the root group stays with the variable or
 * group that it hits; the rest is whole.
 *
 * @throws `malformed`, `truncated`, `checksum` where the superblock or the root group cannot be read
 */
export async function open(source: ByteSource, context: ReadContext): Promise<Dataset> {
  try {
    return await openFile(source, context);
  } catch (error) {
    if (!isDamage(error) || error.file !== undefined) throw error;
    throw new Hdf5Error(error.tag, error.message, { ...error, file: source.url, cause: error });
  }
}

async function openFile(source: ByteSource, context: ReadContext): Promise<Dataset> {
  const cache = new BlockCache(source, context.signal);
  const superblock = await readSuperblock(cache);
  const file = new BlockCachedFile(cache, superblock);
  const tree = await readGroupTree(file, superblock.rootAddress);
  const reading = new Reading(file, tree.root);
  await reading.readObjects();
  const naming = nameDimensions(tree.root, reading.known);
  const variables: Hdf5Variable[] = [];
  for (const named of naming.variables) variables.push(await reading.variable(named));
  const groups = [];
  for (const group of groupsOf(tree.root)) groups.push({ path: group.path, attributes: await reading.groupAttributes(group) });
  const error = truncation(superblock.endOfFile, source) ?? reading.firstError;
  return {
    format: reading.isNetcdf ? "netcdf4" : "hdf5",
    container: "hdf5",
    version: superblock.version,
    source,
    dimensions: naming.dimensions,
    groups,
    variables,
    warnings: [...tree.warnings, ...reading.warnings],
    ...(error && { error }),
    close() {
      closeH5wasm(file);
      return source.close();
    },
  };
}

function truncation(endOfFile: number | null, source: ByteSource): ErrorJSON | undefined {
  if (endOfFile === null || endOfFile <= source.size) return undefined;
  const message = `the file declares ${endOfFile} bytes and has ${source.size}`;
  return { code: "truncated", message, file: source.url, offset: source.size };
}

/** What is read of the objects, each once however many paths lead to it. */
class Reading {
  readonly known = new Map<number, KnownDataset>();
  readonly warnings: string[] = [];
  firstError: ErrorJSON | undefined;
  isNetcdf = false;
  readonly #attributes = new Map<number, AttributeList>();
  readonly #errors = new Map<number, ErrorJSON>();
  readonly #paths = new Map<number, string>();

  constructor(
    readonly file: BlockCachedFile,
    readonly root: GroupNode,
  ) {}

  async readObjects(): Promise<void> {
    const groups = [...groupsOf(this.root)];
    for (const group of groups) {
      if (group.error) this.#note(group.address, group.error, group.path);
      if (!this.#paths.has(group.address)) this.#paths.set(group.address, group.path);
      const { attributes } = await this.#attributesOf(group.address, group);
      if (bearsMarks(attributes)) this.isNetcdf = true;
    }
    const nodes = groups.flatMap((group) => group.datasets);
    for (const node of [...nodes.filter((n) => !n.soft), ...nodes.filter((n) => n.soft)]) {
      if (!this.#paths.has(node.address)) this.#paths.set(node.address, visiblePath(node));
      if (!this.known.has(node.address)) await this.#readDataset(node);
    }
  }

  async #readDataset(node: DatasetNode): Promise<void> {
    if (node.error) this.#note(node.address, node.error, node.path);
    const { attributes } = await this.#attributesOf(node.address, node);
    if (bearsMarks(attributes)) this.isNetcdf = true;
    const bookkeeping = await readBookkeeping(this.file, attributes);
    let header: DatasetHeader | undefined;
    try {
      header = node.header && (await datasetHeaderOf(this.file, node.header));
    } catch (error) {
      this.#keep(node.address, error, node.path);
    }
    this.known.set(node.address, { bookkeeping, header: header ?? (await remainsOf(this.file, node.header)) });
  }

  async #attributesOf(address: number, node: DatasetNode | GroupNode): Promise<AttributeList> {
    let list = this.#attributes.get(address);
    if (!list) {
      list = node.header ? await readAttributes(this.file, node.header) : NO_ATTRIBUTES;
      this.#attributes.set(address, list);
      for (const error of list.errors) this.#keep(address, error, node.path);
    }
    return list;
  }

  async groupAttributes(group: GroupNode): Promise<Attributes> {
    return this.#decoded(group.address, group.path);
  }

  async variable(named: NamedVariable): Promise<Hdf5Variable> {
    const { node } = named;
    const attributes = await this.#decoded(node.address, named.path);
    const header = this.known.get(node.address)?.header ?? (await remainsOf(this.file, node.header));
    const first = this.#paths.get(node.address);
    const error = this.#errors.get(node.address);
    return new Hdf5Variable({
      file: this.file,
      named,
      attributes,
      header,
      ...(first !== undefined && first !== named.path && { aliasOf: first }),
      ...(error && { error: { ...error, variable: named.path } }),
    });
  }

  async #decoded(address: number, path: string): Promise<Attributes> {
    const decoded = new Map<string, Attribute>();
    for (const raw of this.#attributes.get(address)?.attributes ?? []) {
      if (HIDDEN.has(raw.name)) continue;
      try {
        decoded.set(raw.name, await valuesOf(raw, { file: this.file, pathOf: (at) => this.#paths.get(at) }));
      } catch (error) {
        if (isDamage(error) && error.tag === "unsupported") this.warnings.push(`${path}: ${error.message}`);
        else this.#keep(address, error, path);
      }
    }
    return decoded;
  }

  #keep(address: number, error: unknown, path: string): void {
    if (!isDamage(error)) throw error;
    this.#note(address, errorJSON(error, { file: this.file.source.url, variable: path }), path);
  }

  #note(address: number, error: ErrorJSON, path: string): void {
    this.firstError ??= { ...error, variable: error.variable ?? path };
    if (!this.#errors.has(address)) this.#errors.set(address, error);
  }
}
