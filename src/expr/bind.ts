import { parseInterval } from "../calendar/interval.js";
import { GraticuleError } from "../errors.js";
import { hintOfNames } from "./near-names.js";
import type { Expr, Literal } from "./nodes.js";
import { calendarOf, compareWithDate, dateText, dateTextOf, timestampOf } from "./resolve-dates.js";
import { type ExprColumn, isTimeColumn, mismatch, requireColumn, typeOf } from "./types.js";
import { rewriteExpr } from "./walk.js";

/**
 * A predicate over columns: names resolved (exactly, else the only one that differs in case), dates read in the calendar of
 * the time column that they are compared with, types checked. Binding twice changes nothing.
 *
 * @throws `usage` for an unknown or ambiguous name, a date that does not exist, operands that do not fit, or what is no condition
 */
export function bindExpr(expr: Expr, columns: readonly ExprColumn[]): Expr {
  const bound = bindValue(expr, columns);
  const type = typeOf(bound, columns);
  if (type !== "bool" && type !== "null") throw mismatch(bound, "this is a value and no condition");
  return bound;
}

/** As {@link bindExpr}, of any expression. */
export function bindValue(expr: Expr, columns: readonly ExprColumn[]): Expr {
  return rewriteExpr(expr, (node) => bindNode(node, columns));
}

function bindNode(node: Expr, columns: readonly ExprColumn[]): Expr {
  switch (node.op) {
    case "column":
      return { op: "column", name: resolveColumn(node.name, columns).name };
    case "compare":
      return bindComparison(node, columns);
    case "in":
      return bindList(node, columns);
    case "within-time":
      if (isTimeColumn(node.arg, columns)) {
        const column = requireColumn((node.arg as Expr & { op: "column" }).name, columns);
        parseInterval(intervalText(node), calendarOf(column));
      }
      return node;
    default:
      return node;
  }
}

export function intervalText({ start, end }: { readonly start?: string; readonly end?: string }): string {
  return `${start ?? ".."}/${end ?? ".."}`;
}

function bindComparison(node: Expr & { op: "compare" }, columns: readonly ExprColumn[]): Expr {
  const [left, right] = [dateText(node.left), dateText(node.right)];
  if (right !== null && isTimeColumn(node.left, columns))
    return compareWithDate(columnAt(node.left, columns), node.kind, right, false);
  if (left !== null && isTimeColumn(node.right, columns))
    return compareWithDate(columnAt(node.right, columns), node.kind, left, true);
  return node;
}

function bindList(node: Expr & { op: "in" }, columns: readonly ExprColumn[]): Expr {
  if (!isTimeColumn(node.arg, columns) || !node.list.some((literal) => dateTextOf(literal) !== null)) return node;
  const column = columnAt(node.arg, columns);
  if (!column.time) return { ...node, list: node.list.map((literal) => asTimestamp(column, literal)) };
  const args = node.list.map((literal): Expr => {
    const text = dateTextOf(literal);
    if (text !== null) return compareWithDate(column, "=", text, false);
    return { op: "compare", kind: "=", left: node.arg, right: { op: "literal", literal } };
  });
  return args.length === 1 ? (args[0] as Expr) : { op: "or", args };
}

function asTimestamp(column: ExprColumn, literal: Literal): Literal {
  const text = dateTextOf(literal);
  return text === null ? literal : timestampOf(column, text);
}

function columnAt(expr: Expr, columns: readonly ExprColumn[]): ExprColumn {
  return requireColumn((expr as Expr & { op: "column" }).name, columns);
}

/** The column of a name: exactly, else the only one that differs in case. @throws `usage` with the names that come near */
export function resolveColumn<T extends { readonly name: string }>(name: string, columns: readonly T[]): T {
  const exact = columns.find((column) => column.name === name);
  if (exact) return exact;
  const alike = columns.filter((column) => column.name.toLowerCase() === name.toLowerCase());
  if (alike.length === 1) return alike[0] as T;
  const names = columns.map((column) => column.name);
  if (alike.length > 1)
    throw new GraticuleError("usage", `"${name}" is ambiguous: ${alike.map((column) => column.name).join(", ")}`, {
      hint: "write the name with its own upper and lower case",
    });
  throw new GraticuleError("usage", `there is no column "${name}"`, { hint: hintOfNames(name, names) });
}
