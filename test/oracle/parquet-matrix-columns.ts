import { encodingsOf } from "../../src/parquet/choose-encoding.js";
import type { DenseColumn } from "../../src/parquet/dense-column.js";
import type { EncodingName } from "../../src/parquet/format.js";
import { packBits } from "../../src/schema/bitmap.js";
import { type ColumnType, carrierOf } from "../../src/schema/field.js";
import type { Items, Lists } from "../../src/schema/lists.js";
import { arrayTypeOf, widenFloat16 } from "../../src/schema/typed-array.js";

/** A value as text that all readers can be brought to: integers, decimals' units and nanoseconds in decimal, floats and bytes in hex. */
export type Canonical = string | null | readonly (string | null)[];

export interface MatrixColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Null: chosen by what the values are. */
  readonly encoding: EncodingName | null;
  /** Rows `[start, start + rows)`. */
  column(start: number, rows: number): DenseColumn;
  at(row: number): Canonical;
}

type Value = number | bigint | string | Uint8Array;

const number = (name: Extract<ColumnType, { kind: "number" }>["name"]): ColumnType => ({ kind: "number", name });

/** Any 32 bits for a number. */
function scrambled(i: number): number {
  let bits = Math.imul(i + 1, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  return (bits ^ (bits >>> 13)) >>> 0;
}

const wide = (i: number): bigint => (BigInt(scrambled(i)) << 32n) | BigInt(scrambled(i + 77));
const FLOATS = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5, -2.25];
const floatAt = (i: number): number => (i % 3 === 0 ? (FLOATS[(i / 3) % 7] as number) : Math.sin(i) * 10 ** (i % 30));

/** Zeros, infinities, the least above zero, and a NaN. */
const HALVES = [0, 0x8000, 0x7c00, 0xfc00, 1, 0x7e00];

function bigEndian(value: bigint, size: number): Uint8Array {
  const hex = BigInt.asUintN(8 * size, value).toString(16);
  return Uint8Array.from(Buffer.from(hex.padStart(2 * size, "0"), "hex"));
}

/** Each type with the value of its row `i`: ends of its range, and what is neither sorted nor all different. */
const TYPES: readonly (readonly [name: string, type: ColumnType, at: (i: number) => Value])[] = [
  ["int8", number("int8"), (i) => (scrambled(i) & 255) - 128],
  ["int16", number("int16"), (i) => (scrambled(i) & 65535) - 32768],
  ["int32", number("int32"), (i) => (i % 5 === 0 ? (i % 2 ? 2147483647 : -2147483648) : scrambled(i) | 0)],
  ["int64", number("int64"), (i) => (i % 5 === 0 ? (i % 2 ? (1n << 63n) - 1n : -(1n << 63n)) : BigInt.asIntN(64, wide(i)))],
  ["uint8", number("uint8"), (i) => scrambled(i) & 255],
  ["uint16", number("uint16"), (i) => scrambled(i) & 65535],
  ["uint32", number("uint32"), (i) => (i % 5 === 0 ? 4294967295 : scrambled(i))],
  ["uint64", number("uint64"), (i) => (i % 5 === 0 ? (1n << 64n) - 1n : BigInt.asUintN(64, wide(i)))],
  ["float32", number("float32"), (i) => Math.fround(floatAt(i))],
  ["float64", number("float64"), floatAt],
  ["bool", { kind: "bool" }, (i) => scrambled(i >> 1) & 1],
  ["timestamp", { kind: "timestamp" }, (i) => BigInt(i) * 3_600_000_000n - 86_400_000_000_000n],
  ["string", { kind: "string" }, (i) => (i % 6 === 0 ? "" : `Größe ${scrambled(i >> 1) % 1000}/${i % 2 ? "🌍" : "z"}`)],
  ["binary", { kind: "binary" }, (i) => Uint8Array.from({ length: i % 5 }, (_, k) => scrambled(i + k) & 255)],
  // All but its NaNs that are not the usual one, which not every reader keeps.
  ["float16", { kind: "float16" }, (i) => (i % 7 === 0 ? (HALVES[(i / 7) % 6] as number) : scrambled(i) & 0xfbff)],
  ["decimal9", { kind: "decimal", precision: 9, scale: 2 }, (i) => (scrambled(i) % 1_999_999_999) - 999_999_999],
  ["decimal18", { kind: "decimal", precision: 18, scale: 4 }, (i) => wide(i) % 10n ** (i % 3 === 0 ? 18n : 9n)],
  ["decimal30", { kind: "decimal", precision: 30, scale: 6 }, (i) => bigEndian((wide(i) - 2n ** 63n) * BigInt(i), 13)],
  ["date", { kind: "date" }, (i) => (scrambled(i) % 100_000) - 50_000],
  ["time ms", { kind: "time", unit: "ms" }, (i) => scrambled(i) % 86_400_000],
  ["time us", { kind: "time", unit: "us" }, (i) => wide(i) % 86_400_000_000n],
  ["time ns", { kind: "time", unit: "ns" }, (i) => wide(i) % 86_400_000_000_000n],
  ["timestamp ms", { kind: "timestamp", unit: "ms" }, (i) => BigInt(i) * 3_600_123n - 86_400_000_000n],
  ["timestamp ns", { kind: "timestamp", unit: "ns" }, (i) => BigInt(i) * 3_600_123_456_000_000n - 86_400_000_000_000n],
  ["moment us", { kind: "timestamp", unit: "us", isUtc: true }, (i) => BigInt(i) * 7_000_000n + 1_000n],
  ["bytes3", { kind: "fixed-binary", size: 3 }, (i) => Uint8Array.from({ length: 3 }, (_, k) => scrambled((i >> 1) + k) & 255)],
];

/** Whether the value of a row is there. */
const NULLS: Readonly<Record<string, ((row: number) => boolean) | null>> = {
  required: null,
  none: () => true,
  some: (row) => row % 3 !== 1,
  all: () => false,
  runs: (row) => Math.floor(row / 8) % 2 === 0,
};

const LENGTHS = [0, 1, 3, 2, 0, 4];
const lengthAt = (row: number): number => LENGTHS[row % LENGTHS.length] as number;
/** Items before a row. */
const itemsBefore = (row: number): number => {
  let items = Math.floor(row / LENGTHS.length) * 10;
  for (let i = row - (row % LENGTHS.length); i < row; i++) items += lengthAt(i);
  return items;
};
/** Of the items of the lists that may lack some: every fourth. */
const itemIsThere = (item: number): boolean => item % 4 !== 2;

const NANOSECONDS = { ms: 1_000_000n, us: 1000n, ns: 1n } as const;

/** @param value as a column holds it: units of a decimal or a time, the bits of a float16 */
function canonicalOfStored(type: ColumnType, value: Value): string | null {
  if (type.kind === "float16") return canonicalOf(type, widenFloat16(Uint16Array.of(value as number))[0]);
  if (type.kind === "decimal" && value instanceof Uint8Array)
    return String(BigInt.asIntN(8 * value.length, BigInt(`0x${Buffer.from(value).toString("hex")}`)));
  return canonicalOf(type, value);
}

export function canonicalOf(type: ColumnType, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (type.kind === "time" || type.kind === "timestamp") return String(BigInt(value as bigint) * NANOSECONDS[type.unit ?? "us"]);
  if (type.kind === "bool") return String(Boolean(value));
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (type.kind === "float16" || (type.kind === "number" && type.name.startsWith("float"))) {
    if (Number.isNaN(value)) return "nan";
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value as number);
    return bytes.toString("hex");
  }
  return String(value);
}

/** Every type in every encoding that it has, and in the chosen one, with every pattern of nulls; of lists, the types of each physical kind. */
export function matrixColumns(): readonly MatrixColumn[] {
  return TYPES.flatMap(([typeName, type, at]) =>
    [null, ...encodingsOf(type)].flatMap((encoding) => [
      ...Object.keys(NULLS).map((nulls) => flat(`${typeName} ${encoding} ${nulls}`, type, encoding, at, NULLS[nulls] ?? null)),
      // This kind of item is not offered by any reader of arrays: lists of byte strings are none of ours.
      ...((carrierOf(type) === "bytes" && type.kind !== "string") || typeof carrierOf(type) === "object"
        ? []
        : ["required", "some", "all"].map((nulls) =>
            lists(`list ${typeName} ${encoding} ${nulls}`, type, encoding, at, NULLS[nulls] ?? null),
          )),
    ]),
  );
}

function flat(
  name: string,
  type: ColumnType,
  encoding: EncodingName | null,
  at: (i: number) => Value,
  isThere: ((row: number) => boolean) | null,
): MatrixColumn {
  const field = { name, type, nullable: isThere !== null, metadata: {} };
  return {
    name,
    type,
    encoding,
    at: (row) => (isThere && !isThere(row) ? null : canonicalOfStored(type, at(row))),
    column: (start, rows) => {
      const values = Array.from({ length: rows }, (_, i) => at(start + i));
      const validity = isThere && packBits(Uint8Array.from(values, (_, i) => Number(isThere(start + i))));
      if (carrierOf(type) === "bytes" || typeof carrierOf(type) === "object")
        return { field, data: values.map((value, i) => (isThere && !isThere(start + i) ? null : value)) as (string | null)[] };
      return { field, data: typed(type, values), ...(validity && { validity }) };
    },
  };
}

function lists(
  name: string,
  item: ColumnType,
  encoding: EncodingName | null,
  at: (i: number) => Value,
  isThere: ((row: number) => boolean) | null,
): MatrixColumn {
  const type: ColumnType = { kind: "list", item };
  const field = { name, type, nullable: isThere !== null, metadata: {} };
  const valueAt = (i: number): Value | null => (isThere && !itemIsThere(i) ? null : at(i));
  const lengthOf = (row: number): number => (isThere && !isThere(row) ? 0 : lengthAt(row));
  return {
    name,
    type,
    encoding,
    at: (row) => {
      if (isThere && !isThere(row)) return null;
      return Array.from({ length: lengthAt(row) }, (_, k) => {
        const value = valueAt(itemsBefore(row) + k);
        return value === null ? null : canonicalOfStored(item, value);
      });
    },
    column: (start, rows) => {
      const offsets = new Uint32Array(rows + 1);
      const values: (Value | null)[] = [];
      for (let i = 0; i < rows; i++) {
        const row = start + i;
        for (let k = 0; k < lengthOf(row); k++) values.push(valueAt(itemsBefore(row) + k));
        offsets[i + 1] = values.length;
      }
      const items: Items = item.kind === "string" ? (values as (string | null)[]) : typed(item, values);
      const present = isThere && packBits(Uint8Array.from(values, (value) => Number(value !== null)));
      const data: Lists = { offsets, items, ...(present && item.kind !== "string" && { validity: present }) };
      const validity = isThere && packBits(Uint8Array.from({ length: rows }, (_, i) => Number(isThere(start + i))));
      return { field, data, ...(validity && { validity }) };
    },
  };
}

function typed(type: ColumnType, values: readonly (Value | null)[]) {
  const carrier = carrierOf(type);
  const array = new (arrayTypeOf(carrier === "flags" ? "uint8" : (carrier as "int8")))(values.length);
  for (const [i, value] of values.entries()) if (value !== null) array[i] = value as never;
  return array;
}
