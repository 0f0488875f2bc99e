import type { TimeReference } from "../../archive/model.js";
import { formatTimestamp } from "../../calendar/format-time.js";
import { timeParts } from "../../expr/cell-slots.js";
import type { PartitionKey } from "../../plan/partition-keys.js";
import { isSet } from "../../schema/bitmap.js";
import type { GridColumn } from "../../schema/grid-batch.js";
import type { TypedArray } from "../../schema/typed-array.js";
import { unpack } from "../../schema/unpack.js";

/** Of every entry of a column: which text names the part that it belongs to. */
export interface KeyTexts {
  readonly codes: Uint32Array;
  /** By code; null: of missing values. */
  readonly texts: readonly (string | null)[];
}

/** A column that a key is made of. */
export type KeyColumn = Pick<GridColumn, "field" | "data" | "validity" | "packing"> & { readonly time?: TimeReference };

/** @param column entries one after the other */
export function keyTexts(key: PartitionKey, column: KeyColumn): KeyTexts {
  const { data, validity, packing } = column;
  if (!ArrayBuffer.isView(data)) return coded(data as readonly (string | null)[], validity, (text) => text as string);
  const values = packing ? unpack(data as TypedArray, packing) : (data as TypedArray);
  switch (key.kind) {
    case "time":
      return coded(timeParts(values, timeColumnOf(column), key.part), validity, String);
    case "band":
    case "cell":
      return coded(lowerEdges(values, key.width), validity, String);
    case "column":
      return coded(values as ArrayLike<number | bigint>, validity, textOf(column, values));
  }
}

function timeColumnOf({ field, time }: KeyColumn): Parameters<typeof timeParts>[1] {
  return { name: field.name, type: field.type, ...(time && { time }) };
}

/** Edges that are off by rounding only have one name. */
function lowerEdges(values: TypedArray, width: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number((Math.floor(Number(values[i]) / width) * width).toPrecision(12)) + 0;
  return out;
}

function textOf({ field }: KeyColumn, values: TypedArray): (value: number | bigint) => string {
  if (field.type.kind === "timestamp") return (value) => formatTimestamp(value as bigint).replace("T", " ");
  if (field.type.kind === "bool") return (value) => (value ? "true" : "false");
  return values instanceof Float32Array
    ? (value) => shortest32(value as number)
    : (value) => String(Object.is(value, -0) ? 0 : value);
}

/** The fewest digits that say which float32 it is. */
function shortest32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short + 0);
  }
  return String(value);
}

function coded<T extends number | bigint | string>(
  values: ArrayLike<T | null>,
  validity: GridColumn["validity"],
  text: (value: T) => string,
): KeyTexts {
  const known = new Map<T, number>();
  const texts: (string | null)[] = [];
  const codes = new Uint32Array(values.length);
  let [missing, last, code] = [-1, undefined as T | undefined, -1];
  for (let i = 0; i < codes.length; i++) {
    const value = values[i] as T | null;
    if (value === null || Number.isNaN(value) || (validity && !isSet(validity, i))) {
      if (missing < 0) missing = texts.push(null) - 1;
      codes[i] = missing;
      continue;
    }
    if (value !== last) {
      code = known.get(value) ?? -1;
      if (code < 0) {
        code = texts.push(text(value)) - 1;
        known.set(value, code);
      }
      last = value;
    }
    codes[i] = code;
  }
  return { codes, texts };
}
