import { formatTimestamp } from "../calendar/format-time.js";
import { structAt } from "../parquet/format.js";
import type { EncodedRowGroup } from "../parquet/row-group.js";
import { boundValue } from "../parquet/statistics.js";
import type { Field } from "../schema/field.js";

/** Least and greatest value: numbers, integers beyond ±2⁵³ as decimal text, timestamps in ISO 8601. */
export type ValueRange = readonly [least: number | string, greatest: number | string];

/** By column; those without a value, and lists, texts and truth values, are absent. */
export type ColumnRanges = Readonly<Record<string, ValueRange>>;

type Bound = number | bigint;

/** Gathers the ranges of a part's columns from the statistics of its row groups. */
export class RangeCollector {
  readonly #ranges: ([Bound, Bound] | null)[];

  constructor(readonly fields: readonly Field[]) {
    this.#ranges = fields.map(() => null);
  }

  add({ columns }: EncodedRowGroup): void {
    for (const [i, { type }] of this.fields.entries()) {
      if (type.kind !== "number" && type.kind !== "timestamp") continue;
      const statistics = columns[i] && structAt(columns[i].metadata, 12);
      const [max, min] = [statistics?.value.get(5), statistics?.value.get(6)];
      if (max?.type !== "binary" || min?.type !== "binary") continue;
      const [low, high] = [boundValue(type, min.value), boundValue(type, max.value)];
      const known = this.#ranges[i];
      if (!known) this.#ranges[i] = [low, high];
      else {
        if (low < known[0]) known[0] = low;
        if (high > known[1]) known[1] = high;
      }
    }
  }

  finish(): ColumnRanges {
    const entries = this.fields.flatMap(({ name, type }, i) => {
      const range = this.#ranges[i];
      const show = (value: Bound): number | string => (type.kind === "timestamp" ? formatTimestamp(BigInt(value)) : plain(value));
      return range && isShown(range) ? [[name, [show(range[0]), show(range[1])] as const] as const] : [];
    });
    return Object.fromEntries(entries);
  }
}

/** JSON has no infinities. */
function isShown(range: readonly Bound[]): boolean {
  return range.every((value) => typeof value === "bigint" || Number.isFinite(value));
}

function plain(value: Bound): number | string {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return value === 0 ? 0 : value;
}

/** The range of a column in several parts; null where one with rows does not tell. */
export function uniteRanges(
  parts: readonly { readonly rows: number; readonly ranges?: ColumnRanges }[],
  column: string,
): ValueRange | null {
  const filled = parts.filter((part) => part.rows > 0);
  if (filled.length === 0 || filled.some(({ ranges }) => ranges === undefined)) return null;
  const all = filled.flatMap(({ ranges }) => (ranges?.[column] ? [ranges[column]] : []));
  if (all.length === 0) return null;
  return all.reduce(([low, high], [a, b]) => [isBefore(a, low) ? a : low, isBefore(high, b) ? b : high]);
}

function isBefore(a: number | string, b: number | string): boolean {
  if (typeof a === "number" && typeof b === "number") return a < b;
  const [x, y] = [String(a), String(b)];
  const isNumber = /^-?\d+$/.test(x) && /^-?\d+$/.test(y);
  if (isNumber) return BigInt(x) < BigInt(y);
  return yearOf(x) === yearOf(y) ? x < y : yearOf(x) < yearOf(y);
}

/** Years have more than four digits, or a sign, at times. */
function yearOf(date: string): number {
  return Number.parseInt(date, 10);
}
