import { GraticuleError } from "../errors.js";
import type { ColumnType } from "../schema/field.js";
import { FUNCTIONS } from "./functions.js";
import { hintOfNames } from "./near-names.js";
import type { Expr, Literal } from "./nodes.js";
import { printExpr } from "./print.js";

/** A column that an expression may name. */
export interface ExprColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Of a time that stays a number: CF `units` and `calendar`. */
  readonly time?: { readonly units: string; readonly calendar: string };
}

/**
 * Type of a value. `literal` is a number written in the expression: it takes the width of what it meets, as in SQL, so that
 * `x = 0.1` finds the float32 that 0.1 rounds to.
 */
export type ValueType = "integer" | "int64" | "float32" | "float64" | "literal" | "bool" | "text" | "timestamp" | "null";

/** The type of a bound expression. @throws `usage` where operands do not fit, `internal` for a name that is not bound */
export function typeOf(expr: Expr, columns: readonly ExprColumn[]): ValueType {
  switch (expr.op) {
    case "column":
      return typeOfColumn(requireColumn(expr.name, columns));
    case "literal":
      return typeOfLiteral(expr.literal);
    case "and":
    case "or":
      for (const arg of expr.args) requirePredicate(arg, columns);
      return "bool";
    case "not":
      requirePredicate(expr.arg, columns);
      return "bool";
    case "is-null":
      typeOf(expr.arg, columns);
      return "bool";
    case "compare":
      requireComparable(expr, typeOf(expr.left, columns), typeOf(expr.right, columns));
      return "bool";
    case "in": {
      const type = typeOf(expr.arg, columns);
      for (const literal of expr.list) requireComparable(expr, type, typeOfLiteral(literal));
      return "bool";
    }
    case "arithmetic":
      return arithmeticType(expr, typeOf(expr.left, columns), typeOf(expr.right, columns));
    case "negate":
      return arithmeticType(expr, typeOf(expr.arg, columns), "literal");
    case "call":
      return typeOfCall(expr, columns);
    case "wrap-between":
      if (!isNumeric(typeOf(expr.arg, columns))) throw mismatch(expr, "longitudes are numbers");
      return "bool";
    case "within-time":
      requireTime(expr.arg, columns, expr);
      return "bool";
  }
}

export function isNumeric(type: ValueType): boolean {
  return type === "integer" || type === "int64" || type === "float32" || type === "float64" || type === "literal";
}

/** The type in which two numbers meet. */
export function meetingType(a: ValueType, b: ValueType): ValueType {
  if (a === b) return a;
  if (a === "null") return b;
  if (b === "null") return a;
  if (a === "float64" || b === "float64") return "float64";
  if (a === "float32" || b === "float32") return "float32";
  return a === "int64" || b === "int64" ? "int64" : "integer";
}

function typeOfColumn({ name, type }: ExprColumn): ValueType {
  switch (type.kind) {
    case "bool":
      return "bool";
    case "string":
      return "text";
    case "timestamp":
      return "timestamp";
    case "number":
      if (type.name === "float32" || type.name === "float64") return type.name;
      return type.name === "int64" || type.name === "uint64" ? "int64" : "integer";
    case "list":
      throw new GraticuleError("usage", `column ${name} holds lists, which no predicate takes`, { variable: name });
    default:
      throw new GraticuleError("unsupported", `predicates over ${type.kind} columns are not supported`, { variable: name });
  }
}

export function typeOfLiteral(literal: Literal): ValueType {
  switch (literal.type) {
    case "int64":
    case "float64":
      return "literal";
    case "bool":
    case "null":
    case "timestamp":
      return literal.type;
    case "string":
    case "date":
      return "text";
  }
}

function arithmeticType(expr: Expr, a: ValueType, b: ValueType): ValueType {
  if ([a, b].some((type) => !isNumeric(type) && type !== "null")) throw mismatch(expr, "arithmetic takes numbers");
  const met = meetingType(a, b);
  // Division of integers gives a double, and an integer with a fraction is decimal arithmetic, which a double holds.
  const isWhole = expr.op === "arithmetic" && expr.kind !== "/" && isWholeOperand(expr.left) && isWholeOperand(expr.right);
  return (met === "integer" || met === "int64") && !isWhole && expr.op === "arithmetic" ? "float64" : met;
}

function isWholeOperand(expr: Expr): boolean {
  return expr.op !== "literal" || expr.literal.type !== "float64";
}

function typeOfCall(expr: Expr & { op: "call" }, columns: readonly ExprColumn[]): ValueType {
  const spec = FUNCTIONS.get(expr.name);
  if (!spec)
    throw new GraticuleError("usage", `there is no function ${expr.name}()`, {
      hint: hintOfNames(expr.name, [...FUNCTIONS.keys()]),
    });
  if (expr.args.length < spec.arity[0] || expr.args.length > spec.arity[1])
    throw new GraticuleError("usage", `${expr.name}() does not take ${expr.args.length} arguments`);
  const types = expr.args.map((arg) => typeOf(arg, columns));
  if (spec.takes === "time") requireTime(expr.args[0] as Expr, columns, expr);
  else if (types.some((type) => type !== "null" && (spec.takes === "text" ? type !== "text" : !isNumeric(type))))
    throw mismatch(expr, `${expr.name}() takes ${spec.takes === "text" ? "text" : "numbers"}`);
  if (spec.gives !== "number") return spec.gives;
  if (spec.takes === "text" || spec.takes === "time") return "integer";
  const [first] = types;
  if ((first === "integer" || first === "int64" || first === "literal") && spec.keepsIntegers) return first;
  return first === "float32" && spec.keepsFloat32 ? "float32" : "float64";
}

function requirePredicate(expr: Expr, columns: readonly ExprColumn[]): void {
  const type = typeOf(expr, columns);
  if (type !== "bool" && type !== "null") throw mismatch(expr, "AND, OR and NOT take conditions");
}

function requireComparable(expr: Expr, a: ValueType, b: ValueType): void {
  if (a === b || a === "null" || b === "null" || (isNumeric(a) && isNumeric(b))) return;
  throw mismatch(expr, `${describe(a)} and ${describe(b)} cannot be compared`);
}

/** Whether an expression is a column of times: a timestamp, or a number with units since a date. */
export function isTimeColumn(expr: Expr, columns: readonly ExprColumn[]): boolean {
  if (expr.op !== "column") return false;
  const column = requireColumn(expr.name, columns);
  return column.type.kind === "timestamp" || column.time !== undefined;
}

function requireTime(arg: Expr, columns: readonly ExprColumn[], expr: Expr): void {
  if (!isTimeColumn(arg, columns)) throw mismatch(expr, `${printExpr(arg)} is no column of times`);
}

export function requireColumn(name: string, columns: readonly ExprColumn[]): ExprColumn {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  throw new GraticuleError(
    "internal",
    `the expression names "${name}", which is no column of ${columns.map((c) => c.name).join(", ")}`,
  );
}

function describe(type: ValueType): string {
  if (isNumeric(type)) return "a number";
  return { bool: "a condition", text: "text", timestamp: "a time", null: "NULL" }[type as "bool" | "text" | "timestamp" | "null"];
}

export function mismatch(expr: Expr, reason: string): GraticuleError {
  return new GraticuleError("usage", `${printExpr(expr)}: ${reason}`);
}
