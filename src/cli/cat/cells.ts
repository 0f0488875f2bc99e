import { formatInstant } from "../../calendar/format-time.js";
import { NO_DAY, toInstants } from "../../calendar/instants.js";
import type { TimeCoding } from "../../calendar/time-units.js";
import { decodeValues, maskValues } from "../../convention/decode.js";
import { itemsOf, joinSequences, meaningOfItems } from "../../convention/items.js";
import { hasDates, type VariableMeaning } from "../../convention/meaning.js";
import { asStored, numericType } from "../../convention/stored-type.js";
import { charTexts } from "../../convention/text.js";
import type { ArrayVariable, AttributeElement, Values } from "../../format/contract.js";
import { type Bitmap, isSet } from "../../schema/bitmap.js";
import { type Box, boxShape } from "../../schema/box.js";
import type { DType } from "../../schema/dtype.js";
import type { TypedArray } from "../../schema/typed-array.js";
import { elementJson, type Json } from "../inspect/attribute-json.js";
import { numberOf } from "./number-json.js";

/** Values of a box, row-major, in the form in which they are printed. */
export type Cells =
  | { readonly kind: "numbers"; readonly values: TypedArray; readonly validity?: Bitmap }
  /** Numbers that mean moments. */
  | { readonly kind: "times"; readonly values: TypedArray; readonly validity?: Bitmap; readonly coding: TimeCoding }
  | { readonly kind: "texts"; readonly values: readonly (string | null)[] }
  | { readonly kind: "bools"; readonly values: TypedArray; readonly validity?: Bitmap }
  | { readonly kind: "bytes"; readonly values: Uint8Array }
  /** Pairs of real and imaginary part. */
  | { readonly kind: "complex"; readonly values: Float32Array | Float64Array }
  /** A list a cell: cell `i` has the values `[offsets[i], offsets[i + 1])`. */
  | { readonly kind: "lists"; readonly offsets: Uint32Array; readonly values: Cells }
  | { readonly kind: "elements"; readonly values: readonly (AttributeElement | Uint8Array)[]; readonly dtype: DType };

export interface CellsRequest {
  /** Numbers as stored: no mask, no scale, no dates, no names of an enum. */
  readonly raw: boolean;
}

/** What kind of cells a variable gives, known before anything is read. Decoded `char` is joined along its last dimension. */
export function cellsOf(variable: ArrayVariable, meaning: VariableMeaning, values: Values, box: Box, { raw }: CellsRequest): Cells {
  const { dtype } = variable;
  if (!ArrayBuffer.isView(values)) {
    if (dtype.name === "string") return { kind: "texts", values: values as readonly string[] };
    const of = itemsOf(variable);
    if (of !== variable && numericType(of.dtype) !== undefined) {
      const { offsets, items } = joinSequences(values as readonly ArrayLike<unknown>[], of);
      return { kind: "lists", offsets, values: cellsOf(of, meaningOfItems(meaning), items as TypedArray, [], { raw }) };
    }
    return { kind: "elements", values: values as readonly (AttributeElement | Uint8Array)[], dtype };
  }
  const array = values as TypedArray;
  if (dtype.name === "complex64" || dtype.name === "complex128")
    return { kind: "complex", values: array as Float32Array | Float64Array };
  if (dtype.name === "char") {
    if (raw) return { kind: "bytes", values: array as Uint8Array };
    return { kind: "texts", values: charTexts(array as Uint8Array, box.length === 0 ? 1 : (boxShape(box).at(-1) as number)) };
  }
  if (raw || meaning.stored === undefined)
    return { kind: "numbers", values: dtype.name === "float16" ? asStored(array, "float16") : array };
  if (dtype.name === "bool") return { kind: "bools", ...maskValues(array, variable, meaning) };
  if (dtype.name === "enum" && dtype.members) return { kind: "texts", values: memberNames(array, dtype.members) };
  const decoded = decodeValues(array, variable, meaning);
  const numbers = { values: decoded.values, ...(decoded.validity && { validity: decoded.validity }) };
  return hasDates(meaning.time) ? { kind: "times", ...numbers, coding: meaning.time } : { kind: "numbers", ...numbers };
}

export function cellCountOf(cells: Cells): number {
  if (cells.kind === "lists") return cells.offsets.length - 1;
  return cells.kind === "complex" ? cells.values.length / 2 : cells.values.length;
}

/** One cell as plain JSON; null where it is missing. A function over indices, so that no list is built. */
export function jsonCells(cells: Cells): (i: number) => Json {
  // A dataset with a null dataspace has no value, where a scalar would have one.
  if (cellCountOf(cells) === 0) return () => null;
  switch (cells.kind) {
    case "numbers": {
      const { values, validity } = cells;
      const number = numberOf(values);
      return (i) => (validity && !isSet(validity, i) ? null : number(i));
    }
    case "times": {
      const { validity, coding } = cells;
      const { days, microseconds } = toInstants(cells.values, coding);
      return (i) => {
        const day = days[i] as number;
        return day === NO_DAY || (validity && !isSet(validity, i))
          ? null
          : formatInstant(day, microseconds[i] as number, coding.calendar);
      };
    }
    case "texts":
      return (i) => cells.values[i] ?? null;
    case "bools":
      return (i) => (cells.validity && !isSet(cells.validity, i) ? null : Number(cells.values[i]) !== 0);
    case "bytes":
      return (i) => String.fromCharCode(cells.values[i] as number);
    case "complex": {
      const number = numberOf(cells.values);
      return (i) => [number(2 * i), number(2 * i + 1)];
    }
    case "lists": {
      const item = jsonCells(cells.values);
      const { offsets } = cells;
      return (i) => {
        const from = offsets[i] as number;
        return Array.from({ length: (offsets[i + 1] as number) - from }, (_, k) => item(from + k));
      };
    }
    case "elements":
      return (i) => {
        const element = cells.values[i] as AttributeElement | Uint8Array;
        return element instanceof Uint8Array ? Buffer.from(element).toString("hex") : elementJson(listed(element));
      };
  }
}

/** Lists of numbers may arrive as typed arrays. */
function listed(element: AttributeElement): AttributeElement {
  return ArrayBuffer.isView(element) ? [...(element as unknown as Iterable<AttributeElement>)] : element;
}

function memberNames(values: TypedArray, members: Readonly<Record<string, number | string>>): string[] {
  const names = new Map(Object.entries(members).map(([name, value]) => [String(value), name]));
  return Array.from(values as ArrayLike<number | bigint>, (value) => names.get(String(value)) ?? String(value));
}
