import { formatTimestamp } from "../calendar/format-time.js";
import type { Expr, Literal } from "./nodes.js";

/** Binding strength; operands that bind less are put in parentheses. */
const OR = 1;
const AND = 2;
const NOT = 3;
const PREDICATE = 4;
const SUM = 5;
const PRODUCT = 6;
const UNARY = 7;
const PRIMARY = 8;

/** An expression as SQL that `parseExpr` reads back to the same tree. */
export function printExpr(expr: Expr): string {
  return print(expr).text;
}

function print(expr: Expr): { text: string; strength: number } {
  switch (expr.op) {
    case "column":
      return { text: printName(expr.name), strength: PRIMARY };
    case "literal":
      return { text: printLiteral(expr.literal), strength: isNegative(expr.literal) ? UNARY : PRIMARY };
    case "or":
      return { text: expr.args.map((arg) => operand(arg, AND)).join(" OR "), strength: OR };
    case "and":
      return printAnd(expr.args);
    case "not":
      return printNot(expr.arg);
    case "compare":
      return { text: `${operand(expr.left, SUM)} ${expr.kind} ${operand(expr.right, SUM)}`, strength: PREDICATE };
    case "is-null":
      return { text: `${operand(expr.arg, SUM)} IS NULL`, strength: PREDICATE };
    case "in":
      return { text: `${operand(expr.arg, SUM)} IN (${expr.list.map(printLiteral).join(", ")})`, strength: PREDICATE };
    case "arithmetic": {
      const own = expr.kind === "+" || expr.kind === "-" ? SUM : PRODUCT;
      return { text: `${operand(expr.left, own)} ${expr.kind} ${operand(expr.right, own + 1)}`, strength: own };
    }
    case "negate":
      // Two signs in a row would begin a comment, and a sign before a number would become part of it.
      return { text: `-${operand(expr.arg, expr.arg.op === "literal" ? PRIMARY + 1 : PRIMARY)}`, strength: UNARY };
    case "call":
      return { text: `${expr.name}(${expr.args.map(printExpr).join(", ")})`, strength: PRIMARY };
    case "wrap-between": {
      const numbers = [expr.low, expr.high, ...(expr.period === 360 ? [] : [expr.period])];
      return { text: `wrap_between(${[printExpr(expr.arg), ...numbers].join(", ")})`, strength: PRIMARY };
    }
    case "within-time": {
      const interval = `${expr.start ?? ".."}/${expr.end ?? ".."}`;
      return { text: `within_time(${printExpr(expr.arg)}, ${printText(interval)})`, strength: PRIMARY };
    }
  }
}

function printAnd(args: readonly Expr[]): { text: string; strength: number } {
  const [low, high] = args;
  const isBetween =
    args.length === 2 &&
    low?.op === "compare" &&
    high?.op === "compare" &&
    low.kind === ">=" &&
    high.kind === "<=" &&
    low.left.op === "column" &&
    high.left.op === "column" &&
    low.left.name === high.left.name;
  if (!isBetween) return { text: args.map((arg) => operand(arg, NOT)).join(" AND "), strength: AND };
  const text = `${operand(low.left, SUM)} BETWEEN ${operand(low.right, SUM)} AND ${operand(high.right, SUM)}`;
  return { text, strength: PREDICATE };
}

function printNot(arg: Expr): { text: string; strength: number } {
  if (arg.op === "is-null") return { text: `${operand(arg.arg, SUM)} IS NOT NULL`, strength: PREDICATE };
  if (arg.op === "in") {
    const text = print(arg).text;
    const name = operand(arg.arg, SUM);
    return { text: `${name} NOT${text.slice(name.length)}`, strength: PREDICATE };
  }
  return { text: `NOT ${operand(arg, NOT)}`, strength: NOT };
}

function operand(expr: Expr, least: number): string {
  const { text, strength } = print(expr);
  return strength < least ? `(${text})` : text;
}

const PLAIN = /^[\p{L}_][\p{L}\p{N}_$]*$/u;
const WORDS =
  /^(and|or|not|between|in|is|null|true|false|like|ilike|similar|case|when|then|else|end|distinct|exists|select|from)$/i;

export function printName(name: string): string {
  return PLAIN.test(name) && !WORDS.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function printText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function isNegative(literal: Literal): boolean {
  return (literal.type === "int64" || literal.type === "float64") && String(literal.value).startsWith("-");
}

export function printLiteral(literal: Literal): string {
  switch (literal.type) {
    case "null":
      return "NULL";
    case "bool":
      return literal.value ? "TRUE" : "FALSE";
    case "int64":
      return literal.value;
    case "float64":
      return typeof literal.value === "number" ? printNumber(literal.value) : `'${literal.value}'::DOUBLE`;
    case "string":
      return printText(literal.value);
    case "timestamp":
      return `TIMESTAMP ${printText(timestampText(BigInt(literal.micros)))}`;
    case "date":
      return `TIMESTAMP ${printText(literal.text)}`;
  }
}

/** A double never looks like an integer, which is another type. */
function printNumber(value: number): string {
  const text = Object.is(value, -0) ? "-0.0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function timestampText(micros: bigint): string {
  return formatTimestamp(micros).replace("T", " ");
}
