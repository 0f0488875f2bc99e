import { boundsOf, mightMatch } from "./bounds.js";
import { compilePredicate } from "./compile.js";
import { FALSE, NULL, numberLiteral, TRUE } from "./literals.js";
import type { Expr } from "./nodes.js";
import { childrenOf, columnsOf, conjunctsOf, rewriteExpr } from "./walk.js";

/**
 * The same predicate with constants folded: `1 + 1`, `x AND TRUE`, `NOT NOT x`, repeated terms. Keeps SQL's three values, so
 * that it may stand under NOT. @param expr bound
 */
export function simplifyExpr(expr: Expr): Expr {
  return rewriteExpr(expr, fold);
}

/**
 * A filter's predicate, of which only "true" counts: null is false, and terms that contradict one another are false together.
 */
export function simplifyFilter(expr: Expr): Expr {
  const simple = simplifyExpr(expr);
  if (simple.op === "literal" && simple.literal.type === "null") return { op: "literal", literal: FALSE };
  const terms = conjunctsOf(simple);
  const bounds = boundsOf(terms);
  const isImpossible = terms.some((term) => isNull(term) || !mightMatch(term, bounds)) || [...bounds.values()].some(isEmpty);
  return isImpossible ? { op: "literal", literal: FALSE } : simple;
}

function isEmpty({ min, max }: { readonly min?: number; readonly max?: number }): boolean {
  return min !== undefined && max !== undefined && min > max && Math.fround(min) > Math.fround(max);
}

function fold(expr: Expr): Expr {
  switch (expr.op) {
    case "and":
    case "or":
      return foldTerms(expr);
    case "not":
      if (expr.arg.op === "not") return expr.arg.arg;
      return foldCondition(expr);
    case "arithmetic":
      return foldArithmetic(expr);
    case "compare":
    case "in":
    case "is-null":
      return foldCondition(expr);
    default:
      return expr;
  }
}

function foldTerms(expr: Expr & { op: "and" | "or" }): Expr {
  const [absorbing, neutral] = expr.op === "and" ? [false, true] : [true, false];
  const terms = new Map<string, Expr>();
  for (const arg of expr.args.flatMap((arg) => (arg.op === expr.op ? arg.args : [arg]))) {
    if (isBool(arg, absorbing)) return arg;
    if (!isBool(arg, neutral)) terms.set(JSON.stringify(arg), arg);
  }
  if (terms.size === 0) return { op: "literal", literal: neutral ? TRUE : FALSE };
  const args = [...terms.values()];
  return args.length === 1 ? (args[0] as Expr) : { op: expr.op, args };
}

/** A condition without columns has one value. */
function foldCondition(expr: Expr): Expr {
  if (columnsOf(expr).length > 0 || childrenOf(expr).some((child) => child.op !== "literal")) return expr;
  const holds = (condition: Expr): boolean =>
    compilePredicate(condition, []).select([], [], () => {
      throw new TypeError("a constant reads no column");
    }).count === 1;
  if (holds(expr)) return { op: "literal", literal: TRUE };
  return { op: "literal", literal: holds({ op: "not", arg: expr }) ? FALSE : NULL };
}

function foldArithmetic(expr: Expr & { op: "arithmetic" }): Expr {
  const { kind, left, right } = expr;
  if (left.op !== "literal" || right.op !== "literal") return expr;
  const [a, b] = [left.literal, right.literal];
  if (a.type === "int64" && b.type === "int64" && kind !== "/" && kind !== "%") {
    const [x, y] = [BigInt(a.value), BigInt(b.value)];
    const value = kind === "+" ? x + y : kind === "-" ? x - y : x * y;
    return BigInt.asIntN(64, value) === value ? { op: "literal", literal: { type: "int64", value: value.toString() } } : expr;
  }
  if ((a.type !== "int64" && a.type !== "float64") || (b.type !== "int64" && b.type !== "float64")) return expr;
  const [x, y] = [Number(a.value), Number(b.value)];
  const value = { "+": x + y, "-": x - y, "*": x * y, "/": x / y, "%": x % y }[kind];
  return { op: "literal", literal: Number.isNaN(value) ? NULL : numberLiteral(value) };
}

function isBool(expr: Expr, value: boolean): boolean {
  return expr.op === "literal" && expr.literal.type === "bool" && expr.literal.value === value;
}

function isNull(expr: Expr): boolean {
  return expr.op === "literal" && expr.literal.type === "null";
}
