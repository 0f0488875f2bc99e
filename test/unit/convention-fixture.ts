import { readFileSync } from "node:fs";
import type { ArrayVariable, AttributeElement, Dataset } from "../../src/format/contract.js";
import { type DType, type DTypeName, isNumericName, type NumericName } from "../../src/schema/dtype.js";
import { arrayTypeOf, type TypedArray } from "../../src/schema/typed-array.js";

type JSONNumber = number | string | null;

/** A variable of sample-data/cf-expected.json: as netCDF4-python sees it. */
export interface Expected {
  readonly path: string;
  readonly dtype: string;
  readonly dims: string[];
  readonly dimPaths: string[];
  readonly shape: number[];
  readonly attributes: Record<string, [string, JSONNumber[]]>;
  readonly raw?: JSONNumber[];
  readonly decoded?: { dtype: NumericName; values: JSONNumber[] };
  readonly dates?: string[];
}

const WORDS: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

export function readExpected(file: string): readonly Expected[] {
  const text = readFileSync(new URL("../../sample-data/cf-expected.json", import.meta.url), "utf8");
  return JSON.parse(text)[file];
}

export function toNumber(value: JSONNumber): number | bigint {
  return typeof value === "string" ? (WORDS[value] ?? BigInt(value)) : (value as number);
}

export function toArray(values: readonly JSONNumber[], dtype: NumericName): TypedArray {
  const array = new (arrayTypeOf(dtype))(values.length);
  for (const [i, value] of values.entries()) {
    const number = toNumber(value);
    array[i] = array instanceof BigInt64Array || array instanceof BigUint64Array ? BigInt(number) : Number(number);
  }
  return array;
}

export function toVariable(of: Pick<Expected, "path" | "dtype" | "dims" | "dimPaths" | "shape" | "attributes">): ArrayVariable {
  const attributes = Object.entries(of.attributes).map(([name, [dtype, values]]) => {
    const elements: AttributeElement[] = values.map((v) => (dtype === "string" ? (v as string) : toNumber(v)));
    return [name, { dtype: dtype as DTypeName, values: elements }] as const;
  });
  const dtype = of.dtype as DTypeName;
  return {
    path: of.path,
    name: of.path.slice(of.path.lastIndexOf("/") + 1),
    dtype: isNumericName(dtype) ? numeric(dtype) : { name: "char", size: 1 },
    dims: of.dims,
    dimPaths: of.dimPaths,
    shape: of.shape,
    chunks: null,
    codecs: [],
    attributes: new Map(attributes),
    access: "direct",
    locate() {
      throw new Error("the values stand in the expected file");
    },
  };
}

function numeric(name: NumericName): DType {
  const size = arrayTypeOf(name).BYTES_PER_ELEMENT;
  return size === 1 ? { name, size } : { name, size, byteOrder: "little" };
}

export function toDataset(variables: readonly ArrayVariable[]): Dataset {
  return {
    format: "netcdf4",
    container: "hdf5",
    version: 4,
    source: { url: "memory:", size: 0 } as Dataset["source"],
    dimensions: [],
    groups: [{ path: "/", attributes: new Map() }],
    variables,
    warnings: [],
    close: async () => undefined,
  };
}
