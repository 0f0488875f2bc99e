import type { Attribute, Attributes, ErrorJSON, ReadContext } from "graticule/plugin";
import { valuesOf } from "./attribute-values.js";
import { type AttributeList, readAttributes } from "./attributes.js";
import { bearsMarks, HIDDEN, readBookkeeping } from "./bookkeeping.js";
import { datasetHeaderOf } from "./dataset-header.js";
import { errorJSON, isDamage } from "./errors.js";
import { type DatasetNode, type GroupNode, groupsOf } from "./group-tree.js";
import { isCustomFloat, isRounded } from "./messages/float-format.js";
import type { DatasetHeader, MetadataFile } from "./model.js";
import { type KnownDataset, type NamedVariable, visiblePath } from "./netcdf4.js";
import type { ObjectReader } from "./object-reader.js";
import { remainsOf } from "./remains.js";
import type { Sources } from "./values/stored-dataset.js";
import { Hdf5Variable } from "./variable.js";
import { absentSources } from "./virtual/absent-sources.js";
import { withVirtualExtent } from "./virtual/extent.js";
import { SourceDatasets, type SourceFiles } from "./virtual/source-datasets.js";

const NO_ATTRIBUTES: AttributeList = { attributes: [], errors: [] };

/** What is read of the objects, each once however many paths lead to it. */
export class ObjectReading {
  readonly known = new Map<string, KnownDataset>();
  readonly warnings: string[] = [];
  firstError: ErrorJSON | undefined;
  isNetcdf = false;
  readonly #attributes = new Map<string, AttributeList>();
  readonly #errors = new Map<string, ErrorJSON>();
  readonly #paths = new Map<string, string>();
  readonly #readers = new Set<ObjectReader>();

  readonly #sources = new Map<ObjectReader, Sources>();

  constructor(
    readonly root: GroupNode,
    readonly files: SourceFiles,
    readonly codecs: ReadContext["codecs"],
  ) {}

  /** Of this file and those that links lead to. */
  get metadataFiles(): MetadataFile[] {
    return [...this.#readers].map(({ file }) => file);
  }

  async readObjects(): Promise<void> {
    const groups = [...groupsOf(this.root)];
    for (const group of groups) {
      if (group.error) this.#note(group, group.error);
      if (!this.#paths.has(group.key)) this.#paths.set(group.key, group.path);
      const { attributes } = await this.#attributesOf(group);
      if (bearsMarks(attributes)) this.isNetcdf = true;
    }
    const nodes = groups.flatMap((group) => group.datasets);
    for (const node of [...nodes.filter((n) => !n.soft), ...nodes.filter((n) => n.soft)]) {
      if (!this.#paths.has(node.key)) this.#paths.set(node.key, visiblePath(node));
      if (!this.known.has(node.key)) await this.#readDataset(node);
    }
  }

  async #readDataset(node: DatasetNode): Promise<void> {
    if (node.error) this.#note(node, node.error);
    const { attributes } = await this.#attributesOf(node);
    if (bearsMarks(attributes)) this.isNetcdf = true;
    const bookkeeping = await readBookkeeping(node.reader.file, attributes);
    let header: DatasetHeader | undefined;
    try {
      header = node.header && (await datasetHeaderOf(node.reader.file, node.header));
      if (header?.layout.kind === "virtual") {
        const { source } = node.reader.file;
        const absent = await absentSources(header, this.#sourcesOf(node.reader), source.isRemote === true);
        if (absent !== undefined) this.warnings.push(`${node.path}: ${absent}`);
        header = await withVirtualExtent(header, this.#sourcesOf(node.reader));
      }
    } catch (error) {
      this.#keep(node, error);
    }
    const dtype = header?.dtype;
    if (dtype && isCustomFloat(dtype) && isRounded(dtype))
      this.warnings.push(`${node.path}: floating point of ${8 * dtype.size} bits is read as float64, the nearest that there is`);
    this.known.set(node.key, { bookkeeping, header: header ?? (await remainsOf(node.reader.file, node.header)) });
  }

  async #attributesOf(node: DatasetNode | GroupNode): Promise<AttributeList> {
    let list = this.#attributes.get(node.key);
    if (!list) {
      this.#readers.add(node.reader);
      list = node.header ? await readAttributes(node.reader.file, node.header) : NO_ATTRIBUTES;
      this.#attributes.set(node.key, list);
      for (const error of list.errors) this.#keep(node, error);
    }
    return list;
  }

  async groupAttributes(group: GroupNode): Promise<Attributes> {
    return this.#decoded(group);
  }

  async variable(named: NamedVariable): Promise<Hdf5Variable> {
    const { node } = named;
    const attributes = await this.#decoded(node);
    const header = this.known.get(node.key)?.header ?? (await remainsOf(node.reader.file, node.header));
    const first = this.#paths.get(node.key);
    const error = this.#errors.get(node.key);
    return new Hdf5Variable({
      file: node.reader.file,
      sources: this.#sourcesOf(node.reader),
      codecs: this.codecs,
      named,
      attributes,
      header,
      ...(first !== undefined && first !== named.path && { aliasOf: first }),
      ...(error && { error: { ...error, variable: named.path } }),
    });
  }

  #sourcesOf(reader: ObjectReader): Sources {
    let sources = this.#sources.get(reader);
    if (!sources) {
      sources = new SourceDatasets(this.files, reader);
      this.#sources.set(reader, sources);
    }
    return sources;
  }

  async #decoded(node: DatasetNode | GroupNode): Promise<Attributes> {
    const { file } = node.reader;
    const pathOf = (address: number) => this.#paths.get(node.reader.key(address));
    const decoded = new Map<string, Attribute>();
    for (const raw of this.#attributes.get(node.key)?.attributes ?? []) {
      if (HIDDEN.has(raw.name)) continue;
      try {
        decoded.set(raw.name, await valuesOf(raw, { file, pathOf }));
      } catch (error) {
        if (isDamage(error) && error.tag === "unsupported") this.warnings.push(`${node.path}: ${error.message}`);
        else this.#keep(node, error);
      }
    }
    return decoded;
  }

  #keep(node: DatasetNode | GroupNode, error: unknown): void {
    if (!isDamage(error)) throw error;
    this.#note(node, errorJSON(error, { file: node.reader.file.source.url, variable: node.path }));
  }

  #note({ key, path }: DatasetNode | GroupNode, error: ErrorJSON): void {
    this.firstError ??= { ...error, variable: error.variable ?? path };
    if (!this.#errors.has(key)) this.#errors.set(key, error);
  }
}
