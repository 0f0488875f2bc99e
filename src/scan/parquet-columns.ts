import { GraticuleError } from "../errors.js";
import type { ExprColumn } from "../expr/types.js";
import { isSet } from "../schema/bitmap.js";
import type { ColumnType } from "../schema/field.js";
import type { GridColumn } from "../schema/grid-batch.js";
import type { FixedVector, RowField, RowType, TextVector, Vector } from "../schema/row-batch.js";
import { type TypedArray, widenFloat16 } from "../schema/typed-array.js";

const FLOAT64: ColumnType = { kind: "number", name: "float64" };
const MICROS_OF_A_DAY = 86_400_000_000n;

/** How a column is seen by predicates and expressions; null: by none. */
function exprType(type: RowType): ColumnType | null {
  switch (type.kind) {
    case "number":
      return { kind: "number", name: type.name === "float16" ? "float32" : type.name };
    case "bool":
    case "string":
      return { kind: type.kind };
    case "date":
    case "timestamp":
      return { kind: "timestamp" };
    case "decimal":
      return FLOAT64;
    default:
      return null;
  }
}

/** The columns that an expression may name. Times that are numbers have their units and calendar in the field's metadata. */
export function exprColumns(fields: readonly RowField[]): ExprColumn[] {
  return fields.map(({ name, type, metadata }) => {
    const own = exprType(type);
    const time = metadata?.calendar !== undefined && metadata.units !== undefined;
    return {
      name,
      type: own ?? { kind: "binary" },
      ...(time && own?.kind === "number" && { time: { units: metadata.units as string, calendar: metadata.calendar as string } }),
    };
  });
}

/** @throws `unsupported` for a column whose values no expression takes */
export function requireExpressible(names: readonly string[], fields: readonly RowField[]): void {
  for (const name of names) {
    const field = fields.find((one) => one.name === name);
    if (field && exprType(field.type) === null)
      throw new GraticuleError("unsupported", `column ${name} is of the type ${field.type.kind}, which no expression takes here`, {
        variable: name,
        hint: "DuckDB reads the same files: duckdb -c \"SELECT … FROM '…'\"",
      });
  }
}

type ExprData = Pick<GridColumn, "axes" | "data" | "validity">;

/** A column's cells as expressions read them. */
export function exprData({ name, type }: RowField, vector: Vector): ExprData {
  const cells = { axes: [0], ...(vector.validity && { validity: vector.validity }) };
  switch (vector.kind) {
    case "numbers":
      return { ...cells, data: exprNumbers(name, type, vector.values, vector) };
    case "dictionary": {
      const texts = textsOf(vector.dictionary);
      const { codes, validity } = vector;
      const data = Array.from(codes, (code) => texts[code] ?? null);
      if (validity) for (let i = 0; i < data.length; i++) if (!isSet(validity, i)) data[i] = null;
      return { ...cells, data };
    }
    case "texts":
      return { ...cells, data: textsOf(vector) };
    case "fixed":
      return { ...cells, data: decimalNumbers(name, type, vector) };
    default:
      throw new GraticuleError("internal", `${name} is no column for expressions`);
  }
}

function exprNumbers(name: string, type: RowType, values: TypedArray, { validity }: Vector): TypedArray {
  if (type.kind === "number" && type.name === "float16") return widenFloat16(values as Uint16Array);
  if (type.kind === "date") return BigInt64Array.from(values as Int32Array, (day) => BigInt(day) * MICROS_OF_A_DAY);
  if (type.kind !== "timestamp" || type.unit === "us") return values;
  const own = values as BigInt64Array;
  if (type.unit === "ms") return own.map((value) => value * 1000n);
  return own.map((value, i) => {
    if (value % 1000n !== 0n && (!validity || isSet(validity, i)))
      throw new GraticuleError("unsupported", `${name} holds nanoseconds, and expressions compare microseconds`, {
        variable: name,
        hint: "choose the rows with DuckDB, or write the column in microseconds",
      });
    return value / 1000n;
  });
}

function textsOf({ offsets, bytes, length, validity }: TextVector): (string | null)[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts = new Array<string | null>(length);
  for (let i = 0; i < length; i++)
    texts[i] = validity && !isSet(validity, i) ? null : buffer.toString("utf8", offsets[i] as number, offsets[i + 1] as number);
  return texts;
}

/** Digits that a double holds whatever they are. */
const EXACT = 2n ** 53n;

/** An integer below 2⁵³ over a power of ten is the double nearest to the decimal, which is what a literal is too. */
function decimalNumbers(name: string, type: RowType, { bytes, size, length, validity }: FixedVector): Float64Array {
  const scale = type.kind === "decimal" ? type.scale : 0;
  const factor = 10 ** Math.abs(scale);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const out = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    if (validity && !isSet(validity, i)) continue;
    const low = view.getBigInt64(i * size, true);
    let isLarge = low >= EXACT || low <= -EXACT || Math.abs(scale) > 22;
    for (let at = 8; at < size && !isLarge; at += 8) isLarge = view.getBigInt64(i * size + at, true) !== (low < 0n ? -1n : 0n);
    if (isLarge)
      throw new GraticuleError(
        "unsupported",
        `${name} holds decimals of more digits than a double, in which expressions are computed`,
        {
          variable: name,
          hint: "choose the rows with DuckDB",
        },
      );
    out[i] = scale >= 0 ? Number(low) / factor : Number(low) * factor;
  }
  return out;
}
