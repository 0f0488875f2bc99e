import type { Dimension } from "graticule/plugin";
import type { Bookkeeping } from "./bookkeeping.js";
import { type DatasetNode, type GroupNode, join } from "./group-tree.js";
import type { FieldDimensions } from "./hdfeos/struct-metadata.js";
import type { DatasetHeader } from "./model.js";
import type { Remains } from "./remains.js";

const NON_COORDINATE = "_nc4_non_coord_";

/** What is known of the dataset at an address. */
export interface KnownDataset {
  /** Or, of a damaged dataset, what is left of it. */
  readonly header: DatasetHeader | Remains;
  readonly bookkeeping: Bookkeeping;
}

export interface NamedVariable {
  readonly node: DatasetNode;
  readonly name: string;
  readonly path: string;
  readonly dims: readonly string[];
  readonly dimPaths: readonly string[];
  /** That of its dimensions; for an HDF5 array type, with the type's dimensions behind. */
  readonly shape: readonly number[];
}

export interface Naming {
  readonly dimensions: readonly Dimension[];
  readonly variables: readonly NamedVariable[];
  readonly warnings: readonly string[];
}

interface OpenDimension {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly unlimited: boolean;
  /** That of the scale, or of the dataset that it was made for; what `phony_dim_N` are shared by. */
  readonly firstLength: number;
  length: number;
}

/** One dimension of a variable as the dataset itself has it. */
interface Extent {
  readonly length: number;
  readonly unlimited: boolean;
}

/**
 * Dimensions of every dataset as netCDF-C finds them: scales are dimensions, datasets are attached to scales by
 * DIMENSION_LIST, and what has no scale gets `phony_dim_N`, shared inside a group by length, N counting all dimensions of the
 * file (`nc4_rec_match_dimscales`: groups below first). An unlimited dimension is as long as its longest variable.
 *
 * @param fields what HDF-EOS5 calls the dimensions of its fields, by path; counts where there is no scale and lengths agree
 */
export function nameDimensions(
  root: GroupNode,
  known: ReadonlyMap<string, KnownDataset>,
  fields: ReadonlyMap<string, FieldDimensions> = new Map(),
): Naming {
  const naming = new DimensionNaming(known, fields);
  naming.addFields(root);
  naming.addScales(root);
  const matched = naming.match(root);
  return {
    dimensions: naming.dimensions.map(({ path, name, length, unlimited }) => ({ path, name, length, unlimited })),
    variables: inTreeOrder(root).flatMap((node) => {
      const dimensions = matched.get(node);
      return dimensions ? [named(node, dimensions)] : [];
    }),
    warnings: naming.warnings,
  };
}

class DimensionNaming {
  readonly dimensions: OpenDimension[] = [];
  readonly warnings: string[] = [];
  readonly #byScale = new Map<string, OpenDimension>();
  readonly #byId = new Map<number, OpenDimension>();
  readonly #inGroup = new Map<string, OpenDimension[]>();
  readonly #fieldOf = new Map<string, FieldDimensions>();
  #nextId = 0;

  constructor(
    readonly known: ReadonlyMap<string, KnownDataset>,
    readonly fields: ReadonlyMap<string, FieldDimensions>,
  ) {}

  /** Names count for the object, whatever other paths lead to it. */
  addFields(group: GroupNode): void {
    if (this.fields.size === 0) return;
    for (const node of group.datasets) {
      const field = this.fields.get(node.path);
      if (field) this.#fieldOf.set(node.key, field);
    }
    for (const child of group.groups) this.addFields(child);
  }

  addScales(group: GroupNode): void {
    for (const node of group.datasets) {
      const dataset = this.known.get(node.key);
      const first = extentsOf(dataset)[0];
      if (!dataset?.bookkeeping.isScale || !first || this.#byScale.has(node.key)) continue;
      const dimension = this.#add(group, plainName(node.name), first, dataset.bookkeeping.dimensionId);
      this.#byScale.set(node.key, dimension);
    }
    for (const child of group.groups) this.addScales(child);
  }

  match(group: GroupNode, out = new Map<DatasetNode, readonly OpenDimension[]>()): Map<DatasetNode, readonly OpenDimension[]> {
    for (const child of group.groups) this.match(child, out);
    for (const node of group.datasets) {
      const dataset = this.known.get(node.key);
      if (dataset?.bookkeeping.isDimensionOnly && this.#byScale.has(node.key)) continue;
      out.set(node, this.#dimensionsOf(group, node, dataset));
    }
    return out;
  }

  #dimensionsOf(group: GroupNode, node: DatasetNode, dataset: KnownDataset | undefined): OpenDimension[] {
    const found: OpenDimension[] = [];
    extentsOf(dataset).forEach((extent, d) => {
      const dimension =
        this.#fitting(node, dataset?.bookkeeping, d, extent) ?? this.#named(node, extent, d) ?? this.#phony(group, extent, found);
      if (dimension.unlimited) dimension.length = Math.max(dimension.length, extent.length);
      found.push(dimension);
    });
    return found;
  }

  /** A scale of another length, that cannot grow, is not the dimension: it would cut values off, or make some up. */
  #fitting(node: DatasetNode, bookkeeping: Bookkeeping | undefined, d: number, extent: Extent): OpenDimension | undefined {
    const scale = this.#attached(node, bookkeeping, d);
    if (!scale || scale.unlimited || scale.length === extent.length) return scale;
    this.warnings.push(
      `${visiblePath(node)} has ${extent.length} along dimension ${d + 1}, and its scale ${scale.path} has ${scale.length}: the scale is not taken for its coordinate`,
    );
    return undefined;
  }

  #attached(node: DatasetNode, bookkeeping: Bookkeeping | undefined, d: number): OpenDimension | undefined {
    const own = this.#byScale.get(node.key);
    if (own && d === 0) return own;
    const scale = bookkeeping?.scales?.[d];
    const attached = scale === undefined || scale === null ? undefined : this.#byScale.get(node.reader.key(scale));
    const id = bookkeeping?.coordinateIds?.[d];
    return attached ?? (id === undefined ? undefined : this.#byId.get(id));
  }

  #named(node: DatasetNode, extent: Extent, d: number): OpenDimension | undefined {
    const field = this.#fieldOf.get(node.key);
    const own = field?.dimensions[d];
    if (!field || !own || own.name.includes("/") || (own.size !== null && own.size !== extent.length)) return undefined;
    const same = this.#inGroup.get(field.owner)?.find(({ name }) => name === own.name);
    if (same && (same.length !== extent.length || same.unlimited !== extent.unlimited)) return undefined;
    return same ?? this.#add({ path: field.owner }, own.name, extent);
  }

  #phony(group: GroupNode, extent: Extent, used: readonly OpenDimension[]): OpenDimension {
    const fits = (dimension: OpenDimension) =>
      dimension.firstLength === extent.length && dimension.unlimited === extent.unlimited && !used.includes(dimension);
    return this.#inGroup.get(group.path)?.find(fits) ?? this.#add(group, `phony_dim_${this.#nextId}`, extent);
  }

  #add(group: Pick<GroupNode, "path">, name: string, { length, unlimited }: Extent, id = this.#nextId): OpenDimension {
    const path = join(group.path, name);
    const dimension = { id, name, path, unlimited, firstLength: length, length: unlimited ? 0 : length };
    this.#nextId = Math.max(this.#nextId, id + 1);
    this.dimensions.push(dimension);
    if (!this.#byId.has(id)) this.#byId.set(id, dimension);
    const siblings = this.#inGroup.get(group.path);
    if (siblings) siblings.push(dimension);
    else this.#inGroup.set(group.path, [dimension]);
    return dimension;
  }
}

function extentsOf(dataset: KnownDataset | undefined): Extent[] {
  if (!dataset) return [];
  const { dataspace, arrayShape } = dataset.header;
  const own =
    dataspace.kind === "simple" ? dataspace.shape.map((length, d) => ({ length, unlimited: dataspace.maxShape[d] === null })) : [];
  return [...own, ...arrayShape.map((length) => ({ length, unlimited: false }))];
}

function inTreeOrder(group: GroupNode): DatasetNode[] {
  return [...group.datasets, ...group.groups.flatMap(inTreeOrder)];
}

function named(node: DatasetNode, dimensions: readonly OpenDimension[]): NamedVariable {
  return {
    node,
    name: plainName(node.name),
    path: visiblePath(node),
    dims: dimensions.map((dimension) => dimension.name),
    dimPaths: dimensions.map((dimension) => dimension.path),
    shape: dimensions.map((dimension) => dimension.length),
  };
}

/** netCDF-C puts a prefix before a variable that is named like a dimension and is not its coordinate. */
function plainName(name: string): string {
  return name.startsWith(NON_COORDINATE) ? name.slice(NON_COORDINATE.length) : name;
}

/** The path that the dataset is listed under. */
export function visiblePath({ path, name }: { readonly path: string; readonly name: string }): string {
  return path.slice(0, path.length - name.length) + plainName(name);
}
