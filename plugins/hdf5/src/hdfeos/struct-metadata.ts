import { type OdlBlock, parseOdl } from "./odl.js";

/** The dimensions of a field as HDF-EOS names them. */
export interface FieldDimensions {
  /** Of the group that the dimensions are of: a swath, grid, zonal average or point. */
  readonly owner: string;
  readonly dimensions: readonly { readonly name: string /** Null where it may grow. */; readonly size: number | null }[];
}

interface Kind {
  readonly structure: string;
  readonly folder: string;
  readonly name: string;
  /** Group of the fields: where their datasets lie, and what holds a field's name. */
  readonly fields: Readonly<Record<string, readonly [folder: string, name: string]>>;
}

const DATA = ["Data Fields", "DataFieldName"] as const;
const KINDS: readonly Kind[] = [
  {
    structure: "SwathStructure",
    folder: "SWATHS",
    name: "SwathName",
    fields: {
      GeoField: ["Geolocation Fields", "GeoFieldName"],
      DataField: DATA,
      ProfileField: ["Profile Fields", "ProfileFieldName"],
    },
  },
  { structure: "GridStructure", folder: "GRIDS", name: "GridName", fields: { DataField: DATA } },
  { structure: "ZaStructure", folder: "ZAS", name: "ZaName", fields: { DataField: DATA } },
];

/**
 * Fields of an HDF-EOS5 file by their path, from the text of its `StructMetadata` (HDF-EOS5 Interface Based on HDF5, appendix A).
 */
export function parseStructMetadata(text: string): ReadonlyMap<string, FieldDimensions> {
  const found = new Map<string, FieldDimensions>();
  const root = parseOdl(text);
  for (const kind of KINDS) for (const structure of blockOf(root, kind.structure)?.blocks ?? []) addFields(found, kind, structure);
  return found;
}

function addFields(found: Map<string, FieldDimensions>, kind: Kind, structure: OdlBlock): void {
  const name = structure.values.get(kind.name)?.[0];
  if (name === undefined) return;
  const owner = `/HDFEOS/${kind.folder}/${name}`;
  const sizes = sizesOf(structure);
  for (const [group, [folder, key]] of Object.entries(kind.fields))
    for (const { values } of blockOf(structure, group)?.blocks ?? []) {
      const field = values.get(key)?.[0];
      const dimensions = values.get("DimList")?.map((dimension) => ({ name: dimension, size: sizes.get(dimension) ?? null }));
      if (field !== undefined && dimensions) found.set(`${owner}/${folder}/${field}`, { owner, dimensions });
    }
}

/** `XDim` and `YDim` of a grid stand beside its other dimensions; a size below 1 is one without end. */
function sizesOf(structure: OdlBlock): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  const add = (name: string | undefined, size: string | undefined) => {
    const length = Number(size);
    if (name !== undefined && Number.isSafeInteger(length) && length > 0) sizes.set(name, length);
  };
  for (const axis of ["XDim", "YDim"]) add(axis, structure.values.get(axis)?.[0]);
  for (const { values } of blockOf(structure, "Dimension")?.blocks ?? [])
    add(values.get("DimensionName")?.[0], values.get("Size")?.[0]);
  return sizes;
}

function blockOf({ blocks }: OdlBlock, name: string): OdlBlock | undefined {
  return blocks.find((block) => block.name === name);
}
