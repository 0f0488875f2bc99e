import { bindValue, resolveColumn } from "../../expr/bind.js";
import { compileValue } from "../../expr/compile-value.js";
import type { Expr } from "../../expr/nodes.js";
import type { ValueType } from "../../expr/types.js";
import { columnsOf } from "../../expr/walk.js";
import { exprColumns, exprData, requireExpressible } from "../../scan/parquet-columns.js";
import { packBits } from "../../schema/bitmap.js";
import type { RowBatch, RowField, RowType, Vector } from "../../schema/row-batch.js";

/** A column of a result, computed batch by batch. */
export interface RowExpression {
  readonly field: RowField;
  /** Columns of the table that it reads. */
  readonly columns: readonly string[];
  of(batch: RowBatch): Vector;
}

const TYPES: Readonly<Record<ValueType, RowType>> = {
  integer: { kind: "number", name: "int64" },
  int64: { kind: "number", name: "int64" },
  float32: { kind: "number", name: "float32" },
  float64: { kind: "number", name: "float64" },
  literal: { kind: "number", name: "float64" },
  bool: { kind: "bool" },
  text: { kind: "string" },
  timestamp: { kind: "timestamp", unit: "us", isUtc: false },
  null: { kind: "null" },
};

/** @throws `usage`, `unsupported` */
export function rowExpression(name: string, expr: Expr, fields: readonly RowField[]): RowExpression {
  if (expr.op === "column") {
    const field = resolveColumn(expr.name, fields);
    return { field: { ...field, name }, columns: [field.name], of: (batch) => columnOf(batch, field.name).vector };
  }
  const own = exprColumns(fields);
  requireExpressible(
    columnsOf(expr).map((column) => resolveColumn(column, fields).name),
    fields,
  );
  const bound = bindValue(expr, own);
  const compiled = compileValue(bound, own);
  const type = TYPES[compiled.type];
  return {
    field: { name, type, nullable: true },
    columns: columnsOf(bound),
    of(batch) {
      const { values, flags, count } = compiled.compute(batch.rows, (column) => {
        const { field, vector } = columnOf(batch, column);
        return exprData(field, vector);
      });
      const cells = { length: batch.rows, ...(count < batch.rows && { validity: packBits(flags) }) };
      if (Array.isArray(values)) return textVector(values, cells);
      if (type.kind === "bool") return { kind: "numbers", values: Uint8Array.from(values), ...cells };
      if (type.kind === "number" && type.name === "int64")
        return {
          kind: "numbers",
          values: BigInt64Array.from(values as Float64Array, (value, i) => (flags[i] ? BigInt(Math.trunc(value)) : 0n)),
          ...cells,
        };
      if (type.kind === "timestamp")
        return { kind: "numbers", values: BigInt64Array.from(values as Float64Array, (value) => BigInt(value)), ...cells };
      return { kind: "numbers", values: type.kind === "null" ? new Int32Array(batch.rows) : values, ...cells };
    },
  };
}

function columnOf({ fields, columns }: RowBatch, name: string): { readonly field: RowField; readonly vector: Vector } {
  const at = fields.findIndex((field) => field.name === name);
  const [field, vector] = [fields[at], columns[at]];
  if (!field || !vector) throw new TypeError(`${name} was not read`);
  return { field, vector };
}

function textVector(values: readonly (string | null)[], cells: Pick<Vector, "length" | "validity">): Vector {
  const pieces = values.map((value) => Buffer.from(value ?? ""));
  const offsets = new Int32Array(values.length + 1);
  for (let i = 0; i < pieces.length; i++) offsets[i + 1] = (offsets[i] as number) + (pieces[i] as Buffer).length;
  return { kind: "texts", offsets, bytes: new Uint8Array(Buffer.concat(pieces)), ...cells };
}
