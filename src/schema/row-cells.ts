import { dateOf } from "../calendar/days.js";
import { type Bitmap, isSet } from "./bitmap.js";
import type { RowType, TimeUnit, Vector } from "./row-batch.js";
import { widenFloat16 } from "./typed-array.js";

/** A cell for showing and for JSON: dates, times and decimals as text, 64-bit integers as bigint, a map as pairs. */
export type Cell = null | boolean | number | bigint | string | Uint8Array | readonly Cell[] | { readonly [field: string]: Cell };

/** Gives the cells of a vector one by one; for output, where each becomes text anyway. */
export function cellsOf(type: RowType, vector: Vector): (row: number) => Cell {
  const cell = presentCells(type, vector);
  const { validity } = vector;
  if (type.kind === "null") return () => null;
  return validity ? (row) => (isSet(validity as Bitmap, row) ? cell(row) : null) : cell;
}

function presentCells(type: RowType, vector: Vector): (row: number) => Cell {
  switch (vector.kind) {
    case "numbers":
      return numberCells(type, vector.values);
    case "dictionary": {
      const text = presentCells(type, vector.dictionary);
      return (row) => text(vector.codes[row] as number);
    }
    case "texts": {
      const bytes = Buffer.from(vector.bytes.buffer, vector.bytes.byteOffset, vector.bytes.length);
      const { offsets } = vector;
      if (type.kind === "string") return (row) => bytes.toString("utf8", offsets[row], offsets[row + 1]);
      return (row) => new Uint8Array(bytes.subarray(offsets[row], offsets[row + 1]));
    }
    case "fixed": {
      const { bytes, size } = vector;
      if (type.kind === "decimal") return (row) => decimalText(bytes.subarray(row * size, (row + 1) * size), type.scale);
      return (row) => new Uint8Array(bytes.subarray(row * size, (row + 1) * size));
    }
    case "struct": {
      const fields = type.kind === "struct" ? type.fields : [];
      const cells = fields.map((field, i) => [field.name, cellsOf(field.type, vector.children[i] as Vector)] as const);
      return (row) => Object.fromEntries(cells.map(([name, cell]) => [name, cell(row)]));
    }
    case "list": {
      const item = itemCells(type, vector.child);
      const { offsets } = vector;
      return (row) => {
        const [from, to] = [offsets[row] as number, offsets[row + 1] as number];
        return Array.from({ length: to - from }, (_, i) => item(from + i));
      };
    }
  }
}

function itemCells(type: RowType, child: Vector): (row: number) => Cell {
  if (type.kind === "list") return cellsOf(type.item.type, child);
  if (type.kind !== "map" || child.kind !== "struct") throw new TypeError(`no items in a ${type.kind}`);
  const [key, value] = [cellsOf(type.key.type, child.children[0] as Vector), cellsOf(type.value.type, child.children[1] as Vector)];
  return (row) => [key(row), value(row)];
}

function numberCells(type: RowType, values: ArrayLike<number | bigint>): (row: number) => Cell {
  switch (type.kind) {
    case "bool":
      return (row) => values[row] === 1;
    case "date":
      return (row) => dateText(Number(values[row]));
    case "timestamp":
      return (row) => timestampText(BigInt(values[row] as bigint), type.unit) + (type.isUtc ? "Z" : "");
    case "time":
      return (row) => clockText(BigInt(values[row] as bigint), type.unit);
    case "number":
      if (type.name === "float16") {
        const wide = widenFloat16(values as Uint16Array);
        return (row) => wide[row] as number;
      }
  }
  return (row) => values[row] as number | bigint;
}

const UNITS: Readonly<Record<TimeUnit, bigint>> = { ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n };

function dateText(days: number): string {
  const { year, month, day } = dateOf("proleptic_gregorian", days);
  return `${yearText(year)}-${two(month)}-${two(day)}`;
}

/** ISO 8601, with a fraction where there is one. */
export function timestampText(value: bigint, unit: TimeUnit): string {
  const perDay = UNITS[unit] * 86_400n;
  const rest = ((value % perDay) + perDay) % perDay;
  return `${dateText(Number((value - rest) / perDay))}T${clockText(rest, unit)}`;
}

function clockText(value: bigint, unit: TimeUnit): string {
  const perSecond = UNITS[unit];
  const seconds = Number(value / perSecond);
  const digits = String(perSecond).length - 1;
  const fraction = String(value % perSecond)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  return fraction === "" ? clock : `${clock}.${fraction}`;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
  return `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(6, "0")}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** An integer in little-endian two's complement with its point. */
function decimalText(bytes: Uint8Array, scale: number): string {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  value = BigInt.asIntN(8 * bytes.length, value);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  if (scale <= 0) return sign + digits + "0".repeat(value === 0n ? 0 : -scale);
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
