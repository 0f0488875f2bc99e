import { Cursor, decodeText } from "./cursor.js";
import { isDamage } from "./errors.js";
import type { RawAttribute } from "./messages/attribute.js";
import { elementCount } from "./messages/dataspace.js";
import type { MetadataFile } from "./model.js";
import { readNumber } from "./numbers.js";

/** What dimension scales and netCDF-4 note in attributes, and nobody else needs to see. */
export const HIDDEN: ReadonlySet<string> = new Set([
  "CLASS",
  "NAME",
  "DIMENSION_LIST",
  "REFERENCE_LIST",
  "_Netcdf4Dimid",
  "_Netcdf4Coordinates",
  "_nc3_strict",
  "_NCProperties",
]);

const NOT_A_VARIABLE = "This is a netCDF dimension but not a netCDF variable";

/** Of a dataset. */
export interface Bookkeeping {
  readonly isScale: boolean;
  /** The dataset only stands for a dimension. */
  readonly isDimensionOnly: boolean;
  readonly dimensionId?: number;
  /** IDs of the dimensions of a variable that is a scale itself. */
  readonly coordinateIds?: readonly number[];
  /** Per dimension the address of its first scale; null where it has none. */
  readonly scales?: readonly (number | null)[];
}

/** What cannot be read is taken as absent: it costs names, not values. */
export async function readBookkeeping(file: MetadataFile, attributes: readonly RawAttribute[]): Promise<Bookkeeping> {
  const find = (name: string) => attributes.find((attribute) => attribute.name === name);
  const isScale = textOf(find("CLASS")) === "DIMENSION_SCALE";
  const dimensionId = integersOf(find("_Netcdf4Dimid"))?.[0];
  const coordinateIds = integersOf(find("_Netcdf4Coordinates"));
  const list = find("DIMENSION_LIST");
  const scales = list && (await scalesOf(file, list));
  return {
    isScale,
    isDimensionOnly: isScale && (textOf(find("NAME"))?.startsWith(NOT_A_VARIABLE) ?? false),
    ...(dimensionId !== undefined && { dimensionId }),
    ...(coordinateIds && { coordinateIds }),
    ...(scales && { scales }),
  };
}

/** Whether the file bears netCDF-4's marks, or dimension scales. */
export function bearsMarks(attributes: readonly RawAttribute[]): boolean {
  return attributes.some(
    ({ name, ...attribute }) =>
      ["_NCProperties", "_nc3_strict", "_Netcdf4Dimid", "_Netcdf4Coordinates"].includes(name) ||
      (name === "CLASS" && textOf({ name, ...attribute }) === "DIMENSION_SCALE"),
  );
}

function textOf(attribute: RawAttribute | undefined): string | undefined {
  const type = attribute?.datatype.dtype;
  return attribute && type?.name === "string" && !type.text?.variable ? decodeText(attribute.data) : undefined;
}

function integersOf(attribute: RawAttribute | undefined): number[] | undefined {
  if (!attribute) return undefined;
  const { dtype } = attribute.datatype;
  if (!/^u?int/.test(dtype.name)) return undefined;
  const count = elementCount(attribute.dataspace);
  return Array.from({ length: count }, (_, i) =>
    Number(readNumber(dtype, attribute.data.subarray(i * dtype.size, (i + 1) * dtype.size))),
  );
}

/** Sequences of object references, one sequence a dimension (HDF5 Dimension Scale Specification). */
async function scalesOf(
  file: MetadataFile,
  { datatype, dataspace, data, offset }: RawAttribute,
): Promise<(number | null)[] | undefined> {
  if (datatype.dtype.name !== "vlen" || datatype.dtype.base?.name !== "reference") return undefined;
  const cursor = new Cursor(data, offset, file.sizeOfOffsets, file.sizeOfLengths);
  const out: (number | null)[] = [];
  for (let i = 0; i < elementCount(dataspace); i++) {
    const count = cursor.u32();
    const heap = cursor.address();
    const index = cursor.u32();
    out.push(count === 0 || heap === null ? null : await firstReference(file, heap, index));
  }
  return out;
}

async function firstReference(file: MetadataFile, heap: number, index: number): Promise<number | null> {
  try {
    const object = await file.heapObject(heap, index);
    return new Cursor(object, file.baseAddress + heap, file.sizeOfOffsets, file.sizeOfLengths).address();
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
}
