import { compareCodePoints } from "./compare-text.js";
import { FUNCTIONS } from "./functions.js";
import { numberOf } from "./literals.js";
import { MIRRORED } from "./mirror.js";
import type { Arithmetic, Comparison, Expr, Literal } from "./nodes.js";

/** What is known of a column's numbers, or texts, somewhere (a chunk, a row group). An absent side is open. */
export interface ColumnBounds {
  readonly min?: number;
  readonly max?: number;
  /** Of texts, in the order of their code points; perhaps shorter, or larger, than any that is there. */
  readonly minText?: string;
  readonly maxText?: string;
  /** False: there are none. */
  readonly hasNulls?: boolean;
  /** False: all are null. */
  readonly hasValues?: boolean;
}

interface Interval {
  readonly min: number;
  readonly max: number;
}

/** Which of the three values a predicate may take: true, false; null never matters for a filter. */
interface Possible {
  readonly yes: boolean;
  readonly no: boolean;
}

const ANY: Interval = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
const EITHER: Possible = { yes: true, no: true };
/** A float32 operation is off by half of 2^-23. */
const ROUNDING = 2 ** -22;
/**
 * Whether some row may satisfy the predicate, given what is known of the columns. False is a proof; whatever cannot be decided
 * is true. Bounds are widened for the rounding of float32 comparisons and arithmetic.
 */
export function mightMatch(expr: Expr, bounds: ReadonlyMap<string, ColumnBounds>): boolean {
  return possible(expr, bounds).yes;
}

/** What conjuncts of the form `column op number` say of columns, for finding contradictions. */
export function boundsOf(conjuncts: readonly Expr[]): Map<string, ColumnBounds> {
  const found = new Map<string, ColumnBounds>();
  for (const expr of conjuncts) {
    if (expr.op !== "compare") continue;
    const [column, literal, kind] =
      expr.left.op === "column" ? [expr.left, expr.right, expr.kind] : [expr.right, expr.left, MIRRORED[expr.kind]];
    if (column.op !== "column" || literal.op !== "literal" || kind === "<>") continue;
    const value = literalInterval(literal.literal);
    if (value === ANY) continue;
    const own = found.get(column.name) ?? {};
    const min = kind === "<" || kind === "<=" ? own.min : Math.max(own.min ?? ANY.min, value.min);
    const max = kind === ">" || kind === ">=" ? own.max : Math.min(own.max ?? ANY.max, value.max);
    found.set(column.name, { ...(min !== undefined && { min }), ...(max !== undefined && { max }), hasNulls: false });
  }
  return found;
}

function possible(expr: Expr, bounds: ReadonlyMap<string, ColumnBounds>): Possible {
  switch (expr.op) {
    case "literal":
      if (expr.literal.type === "null") return { yes: false, no: false };
      return expr.literal.type === "bool" ? { yes: expr.literal.value, no: !expr.literal.value } : EITHER;
    case "and": {
      const args = expr.args.map((arg) => possible(arg, bounds));
      return { yes: args.every((arg) => arg.yes), no: args.some((arg) => arg.no) };
    }
    case "or": {
      const args = expr.args.map((arg) => possible(arg, bounds));
      return { yes: args.some((arg) => arg.yes), no: args.every((arg) => arg.no) };
    }
    case "not": {
      const { yes, no } = possible(expr.arg, bounds);
      return { yes: no, no: yes };
    }
    case "is-null": {
      if (expr.arg.op !== "column") return EITHER;
      const own = bounds.get(expr.arg.name);
      return { yes: own?.hasNulls !== false, no: own?.hasValues !== false };
    }
    case "compare":
      if (!mayHaveValues(expr.left, bounds) || !mayHaveValues(expr.right, bounds)) return { yes: false, no: false };
      return compareTexts(expr, bounds) ?? compare(interval(expr.left, bounds), expr.kind, interval(expr.right, bounds));
    case "in": {
      if (!mayHaveValues(expr.arg, bounds)) return { yes: false, no: false };
      const texts = textRange(expr.arg, bounds);
      if (texts)
        return { yes: expr.list.some((literal) => literal.type !== "string" || mayContain(texts, literal.value)), no: true };
      const arg = interval(expr.arg, bounds);
      return { yes: expr.list.some((literal) => compare(arg, "=", literalInterval(literal)).yes), no: true };
    }
    case "wrap-between":
      return mayHaveValues(expr.arg, bounds) ? wrap(expr, interval(expr.arg, bounds)) : { yes: false, no: false };
    case "within-time":
      return mayHaveValues(expr.arg, bounds) ? EITHER : { yes: false, no: false };
    default:
      return EITHER;
  }
}

function mayHaveValues(expr: Expr, bounds: ReadonlyMap<string, ColumnBounds>): boolean {
  return expr.op !== "column" || bounds.get(expr.name)?.hasValues !== false;
}

interface TextRange {
  readonly min: string | undefined;
  readonly max: string | undefined;
}

/** Of a column whose texts are bounded, or of a text. */
function textRange(expr: Expr, bounds: ReadonlyMap<string, ColumnBounds>): TextRange | null {
  if (expr.op === "literal") return expr.literal.type === "string" ? { min: expr.literal.value, max: expr.literal.value } : null;
  const own = expr.op === "column" ? bounds.get(expr.name) : undefined;
  if (own?.minText === undefined && own?.maxText === undefined) return null;
  return { min: own.minText, max: own.maxText };
}

function mayContain({ min, max }: TextRange, text: string): boolean {
  return (min === undefined || compareCodePoints(min, text) <= 0) && (max === undefined || compareCodePoints(text, max) <= 0);
}

function compareTexts(expr: Expr & { op: "compare" }, bounds: ReadonlyMap<string, ColumnBounds>): Possible | null {
  const [a, b] = [textRange(expr.left, bounds), textRange(expr.right, bounds)];
  if (!a || !b) return null;
  // Whether the least of one lies above the greatest of the other; bounds may lie beyond what is there, so that equality proves nothing.
  const order = (low: string | undefined, high: string | undefined): number =>
    low === undefined || high === undefined ? -1 : compareCodePoints(low, high);
  const [aAbove, bAbove] = [order(a.min, b.max), order(b.min, a.max)];
  switch (expr.kind) {
    case "=":
      return { yes: aAbove <= 0 && bAbove <= 0, no: true };
    case "<>":
      return EITHER;
    case "<":
      return { yes: aAbove < 0, no: true };
    case "<=":
      return { yes: aAbove <= 0, no: true };
    case ">":
      return { yes: bAbove < 0, no: true };
    case ">=":
      return { yes: bAbove <= 0, no: true };
  }
}

function compare(a: Interval, kind: Comparison, b: Interval): Possible {
  const [x, y] = [rounded(a), rounded(b)];
  const isBelow = x.min < y.max;
  const isAbove = x.max > y.min;
  const meet = x.min <= y.max && x.max >= y.min;
  const isOne = x.min === x.max && y.min === y.max && x.min === y.min;
  switch (kind) {
    case "=":
      return { yes: meet, no: !isOne };
    case "<>":
      return { yes: !isOne, no: meet };
    case "<":
      return { yes: isBelow, no: x.max >= y.min };
    case "<=":
      return { yes: x.min <= y.max, no: isAbove };
    case ">":
      return { yes: isAbove, no: x.min <= y.max };
    case ">=":
      return { yes: x.max >= y.min, no: isBelow };
  }
}

/** Either side may be rounded to float32 before it is compared. */
function rounded({ min, max }: Interval): Interval {
  return { min: Math.min(min, Math.fround(min)), max: Math.max(max, Math.fround(max)) };
}

function interval(expr: Expr, bounds: ReadonlyMap<string, ColumnBounds>): Interval {
  switch (expr.op) {
    case "column": {
      const own = bounds.get(expr.name);
      return { min: own?.min ?? ANY.min, max: own?.max ?? ANY.max };
    }
    case "literal":
      return literalInterval(expr.literal);
    case "negate": {
      const { min, max } = interval(expr.arg, bounds);
      return { min: -max, max: -min };
    }
    case "arithmetic":
      return arithmetic(interval(expr.left, bounds), expr.kind, interval(expr.right, bounds));
    case "call": {
      const spec = FUNCTIONS.get(expr.name);
      const [arg, ...more] = expr.args;
      if (!spec?.isMonotone || !arg || more.length > 0) return ANY;
      const compute = spec.compute as (value: number) => number;
      const { min, max } = interval(arg, bounds);
      return widened([compute(min), compute(max)]);
    }
    default:
      return ANY;
  }
}

function literalInterval(literal: Literal): Interval {
  const value = numberOf(literal);
  if (value === null || Number.isNaN(value) || literal.type === "bool") return ANY;
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER && literal.type !== "float64") return widened([value]);
  return { min: value, max: value };
}

function arithmetic(a: Interval, kind: Arithmetic, b: Interval): Interval {
  switch (kind) {
    case "+":
      return sum(a, b);
    case "-":
      return sum(a, { min: -b.max, max: -b.min });
    case "*":
      return widened([a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max]);
    case "/":
      if (b.min <= 0 && b.max >= 0) return ANY;
      return widened([a.min / b.min, a.min / b.max, a.max / b.min, a.max / b.max]);
    case "%":
      return ANY;
  }
}

/** Operands may be rounded to float32 first, so that a difference of near numbers is off by more than its own size tells. */
function sum(a: Interval, b: Interval): Interval {
  const [x, y] = [widened([a.min, a.max]), widened([b.min, b.max])];
  return widened([x.min + y.min, x.max + y.max]);
}

function widened(corners: readonly number[]): Interval {
  if (corners.some(Number.isNaN)) return ANY;
  const [min, max] = [Math.min(...corners), Math.max(...corners)];
  return { min: min - slack(min), max: max + slack(max) };
}

function slack(value: number): number {
  if (!Number.isFinite(value)) return 0;
  return Math.abs(value) * ROUNDING + Number.MIN_VALUE;
}

function wrap({ low, high, period }: Expr & { op: "wrap-between" }, values: Interval): Possible {
  const top = high < low ? high + period * Math.ceil((low - high) / period) : high;
  if (top - low >= period || !Number.isFinite(values.min) || !Number.isFinite(values.max)) return EITHER;
  const own = rounded({ min: values.min - slack(values.min), max: values.max + slack(values.max) });
  const first = Math.floor((own.min - top) / period);
  const last = Math.ceil((own.max - low) / period);
  if (last - first > 1000) return EITHER;
  for (let turn = first; turn <= last; turn++) {
    const [from, to] = [low + turn * period, top + turn * period];
    if (own.min <= to + slack(to) && own.max >= from - slack(from)) return EITHER;
  }
  return { yes: false, no: true };
}
