import { dayNumber, isDate } from "../calendar/days.js";
import type { Literal } from "../expr/nodes.js";
import type { RowField, RowType, Vector } from "../schema/row-batch.js";
import type { TablePart } from "./parquet-parts.js";

const WHOLE = /^-?\d{1,18}$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The columns that folders give: integers, dates or text, whichever all of their values are. */
export function partitionFields(parts: readonly TablePart[]): RowField[] {
  const names = new Set(parts.flatMap(({ partition }) => [...partition.keys()]));
  return [...names].map((name) => {
    const values = parts.flatMap(({ partition }) => partition.get(name) ?? []);
    return { name, type: typeOf(values), nullable: parts.some(({ partition }) => (partition.get(name) ?? null) === null) };
  });
}

function typeOf(values: readonly string[]): RowType {
  if (values.length > 0 && values.every((value) => WHOLE.test(value))) return { kind: "number", name: "int64" };
  if (values.length > 0 && values.every((value) => daysOf(value) !== null)) return { kind: "date" };
  return { kind: "string" };
}

function daysOf(text: string): number | null {
  const [, year, month, day] = DATE.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  return isDate("proleptic_gregorian", year, month, day) ? dayNumber("proleptic_gregorian", year, month, day) : null;
}

/** The value of a part's rows as expressions have it. */
export function partitionLiteral({ type }: RowField, value: string | null): Literal {
  if (value === null) return { type: "null" };
  if (type.kind === "number") return { type: "int64", value: String(BigInt(value)) };
  if (type.kind === "date") return { type: "timestamp", micros: String(BigInt(daysOf(value) ?? 0) * 86_400_000_000n) };
  return { type: "string", value };
}

/** One row that holds it. */
export function partitionVector({ type }: RowField, value: string | null): Vector {
  const cells = { length: 1, ...(value === null && { validity: { bits: Uint8Array.of(0), length: 1, zeros: 1 } }) };
  if (type.kind === "number") return { kind: "numbers", values: BigInt64Array.of(BigInt(value ?? 0)), ...cells };
  if (type.kind === "date") return { kind: "numbers", values: Int32Array.of(value === null ? 0 : (daysOf(value) ?? 0)), ...cells };
  const bytes = new Uint8Array(Buffer.from(value ?? ""));
  const dictionary = { kind: "texts", offsets: Int32Array.of(0, bytes.length), bytes, length: 1 } as const;
  return { kind: "dictionary", codes: Int32Array.of(0), dictionary, ...cells };
}
