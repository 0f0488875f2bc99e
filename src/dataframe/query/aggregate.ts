import { GraticuleError } from "../../errors.js";
import { compareCodePoints } from "../../expr/compare-text.js";
import { nullRows } from "../../scan/null-rows.js";
import { exprData } from "../../scan/parquet-columns.js";
import { type Bitmap, isSet } from "../../schema/bitmap.js";
import type { RowBatch, RowField, RowType, Vector } from "../../schema/row-batch.js";
import { specialised } from "../../schema/specialise.js";
import { takeRows } from "../../schema/take-rows.js";
import { isBigArray, type TypedArray } from "../../schema/typed-array.js";
import type { AggregateName } from "./parse-select.js";
import type { RowExpression } from "./row-expression.js";

/** One number of all rows. Null and NaN count as no value. */
export interface Aggregate {
  readonly field: RowField;
  readonly columns: readonly string[];
  add(batch: RowBatch): void;
  /** One row. */
  result(): Vector;
}

const INT64: RowType = { kind: "number", name: "int64" };
const FLOAT64: RowType = { kind: "number", name: "float64" };

/** @param argument null: rows are counted @throws `unsupported`, `usage` */
export function aggregate(name: string, kind: AggregateName, argument: RowExpression | null): Aggregate {
  if (argument && argument.field.type.kind !== "string" && kind !== "count") requireNumbers(kind, argument.field);
  if (argument?.field.type.kind === "string" && (kind === "sum" || kind === "avg"))
    throw new GraticuleError("usage", `${kind}() takes numbers; ${argument.field.name} is text`);
  switch (kind) {
    case "count":
      return new Count(name, argument);
    case "sum":
    case "avg":
      return new Sum(name, argument as RowExpression, kind === "avg");
    case "min":
    case "max":
      return new Extreme(name, argument as RowExpression, kind === "min");
  }
}

function requireNumbers(kind: AggregateName, { name, type }: RowField): void {
  const isTime = type.kind === "date" || type.kind === "timestamp" || type.kind === "time";
  const takes =
    type.kind === "number" || type.kind === "decimal" || type.kind === "null" || (isTime && (kind === "min" || kind === "max"));
  if (!takes)
    throw new GraticuleError("unsupported", `${kind}() of ${name}, which is of the type ${type.kind}`, { variable: name });
}

/** Values of a column as they are added; decimals as doubles, float16 widened. */
function numbersOf(field: RowField, vector: Vector): TypedArray {
  const isOwn = field.type.kind !== "decimal" && !(field.type.kind === "number" && field.type.name === "float16");
  return (isOwn && vector.kind === "numbers" ? vector.values : exprData(field, vector).data) as TypedArray;
}

class Count implements Aggregate {
  readonly field: RowField;
  readonly columns: readonly string[];
  #count = 0;

  constructor(
    name: string,
    readonly argument: RowExpression | null,
  ) {
    this.field = { name, type: INT64, nullable: false };
    this.columns = argument?.columns ?? [];
  }

  add(batch: RowBatch): void {
    const { argument } = this;
    if (!argument) {
      this.#count += batch.rows;
      return;
    }
    const vector = argument.of(batch);
    const isFloat =
      vector.kind === "numbers" && argument.field.type.kind === "number" && argument.field.type.name.startsWith("float");
    if (isFloat)
      this.#count += loopsFor(numbersOf(argument.field, vector)).count(numbersOf(argument.field, vector), vector.validity?.bits);
    else this.#count += vector.length - (vector.validity?.zeros ?? 0);
  }

  result(): Vector {
    return { kind: "numbers", values: BigInt64Array.of(BigInt(this.#count)), length: 1 };
  }
}

class Sum implements Aggregate {
  readonly field: RowField;
  readonly columns: readonly string[];
  #count = 0;
  #sum = 0;
  #whole = 0n;
  readonly #isWhole: boolean;

  constructor(
    name: string,
    readonly argument: RowExpression,
    readonly isMean: boolean,
  ) {
    const { type } = argument.field;
    this.#isWhole = type.kind === "number" && !type.name.startsWith("float");
    this.field = { name, type: isMean || !this.#isWhole ? FLOAT64 : INT64, nullable: true };
    this.columns = argument.columns;
  }

  add(batch: RowBatch): void {
    const vector = this.argument.of(batch);
    const values = numbersOf(this.argument.field, vector);
    const totals = { count: 0, low: 0, high: 0 };
    if (isBigArray(values)) addWide(values, vector.validity, totals);
    else loopsFor(values).sum(values, vector.validity?.bits, totals);
    this.#count += totals.count;
    if (this.#isWhole) this.#whole += BigInt(totals.high) * 4294967296n + BigInt(totals.low);
    else this.#sum += totals.low;
  }

  result(): Vector {
    if (this.#count === 0) return nullRows(this.field.type, 1);
    if (this.isMean) {
      const sum = this.#isWhole ? Number(this.#whole) : this.#sum;
      return { kind: "numbers", values: Float64Array.of(sum / this.#count), length: 1 };
    }
    if (!this.#isWhole) return { kind: "numbers", values: Float64Array.of(this.#sum), length: 1 };
    if (BigInt.asIntN(64, this.#whole) !== this.#whole)
      throw new GraticuleError("unsupported", `the sum ${this.#whole} is beyond 64 bits`, { hint: "sum doubles: sum(x * 1.0)" });
    return { kind: "numbers", values: BigInt64Array.of(this.#whole), length: 1 };
  }
}

interface Totals {
  count: number;
  low: number;
  high: number;
}

/** By halves, which doubles add exactly for as many rows as a batch may have. */
function addWide(values: BigInt64Array | BigUint64Array, validity: Bitmap | undefined, totals: Totals): void {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const isSigned = values instanceof BigInt64Array;
  for (let i = 0; i < values.length; i++) {
    if (validity && !isSet(validity, i)) continue;
    totals.low += words[2 * i] as number;
    const high = words[2 * i + 1] as number;
    totals.high += isSigned ? high | 0 : high;
    totals.count++;
  }
}

interface Loops {
  count(values: TypedArray, bits: Uint8Array | undefined): number;
  sum(values: TypedArray, bits: Uint8Array | undefined, totals: Totals): void;
  /** Position of the least or greatest; -1 where there is none. */
  extreme(values: TypedArray, bits: Uint8Array | undefined, isMin: boolean): number;
}

const loopsFor = specialised(
  (): Loops => ({
    count(values, bits) {
      let count = 0;
      for (let i = 0; i < values.length; i++)
        if ((!bits || (((bits[i >> 3] as number) >> (i & 7)) & 1) === 1) && !Number.isNaN(values[i] as number)) count++;
      return count;
    },
    sum(values, bits, totals) {
      let [count, sum] = [0, 0];
      for (let i = 0; i < values.length; i++) {
        if (bits && (((bits[i >> 3] as number) >> (i & 7)) & 1) === 0) continue;
        const value = values[i] as number;
        if (Number.isNaN(value as number)) continue;
        sum += value;
        count++;
      }
      totals.count += count;
      totals.low += sum;
    },
    extreme(values, bits, isMin) {
      let at = -1;
      let best = 0 as number | bigint;
      for (let i = 0; i < values.length; i++) {
        if (bits && (((bits[i >> 3] as number) >> (i & 7)) & 1) === 0) continue;
        const value = values[i] as number | bigint;
        if (Number.isNaN(value as number)) continue;
        if (at < 0 || (isMin ? value < best : value > best)) {
          at = i;
          best = value;
        }
      }
      return at;
    },
  }),
);

class Extreme implements Aggregate {
  readonly field: RowField;
  readonly columns: readonly string[];
  #best: { readonly value: number | bigint | string; readonly vector: Vector } | null = null;

  constructor(
    name: string,
    readonly argument: RowExpression,
    readonly isMin: boolean,
  ) {
    this.field = { ...argument.field, name, nullable: true };
    this.columns = argument.columns;
  }

  add(batch: RowBatch): void {
    const { field } = this.argument;
    const vector = this.argument.of(batch);
    const data = field.type.kind === "string" ? exprData(field, vector).data : numbersOf(field, vector);
    const at = ArrayBuffer.isView(data)
      ? loopsFor(data).extreme(data as TypedArray, vector.validity?.bits, this.isMin)
      : extremeText(data as readonly (string | null)[], this.isMin);
    if (at < 0) return;
    const value = (data as ArrayLike<number | bigint | string>)[at] as number | bigint | string;
    if (this.#best && !isBefore(value, this.#best.value, this.isMin)) return;
    this.#best = { value, vector: takeRows(vector, Uint32Array.of(at)) };
  }

  result(): Vector {
    return this.#best?.vector ?? nullRows(this.field.type, 1);
  }
}

function isBefore(a: number | bigint | string, b: number | bigint | string, isMin: boolean): boolean {
  if (typeof a === "string" || typeof b === "string") return compareCodePoints(String(a), String(b)) < 0 === isMin && a !== b;
  return isMin ? a < b : a > b;
}

function extremeText(texts: readonly (string | null)[], isMin: boolean): number {
  let at = -1;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    if (text === null || text === undefined) continue;
    if (at < 0 || isBefore(text, texts[at] as string, isMin)) at = i;
  }
  return at;
}
