/** Values of a plan, typed so that JSON loses nothing. */
export type Literal =
  | { readonly type: "null" }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "float64"; readonly value: number | "NaN" | "Infinity" | "-Infinity" }
  | { readonly type: "int64"; readonly value: string }
  | { readonly type: "string"; readonly value: string }
  /** Microseconds since 1970-01-01, decimal text. */
  | { readonly type: "timestamp"; readonly micros: string }
  /** A date in the calendar of whatever it is compared with, as written: `2000-02-30`, `2000-01`. */
  | { readonly type: "date"; readonly text: string };

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";
export type Arithmetic = "+" | "-" | "*" | "/" | "%";

/** SQL's three-valued logic: null fails a predicate. Plain JSON. */
export type Expr =
  | { readonly op: "column"; readonly name: string }
  | { readonly op: "literal"; readonly literal: Literal }
  | { readonly op: "compare"; readonly kind: Comparison; readonly left: Expr; readonly right: Expr }
  | { readonly op: "and" | "or"; readonly args: readonly Expr[] }
  | { readonly op: "not"; readonly arg: Expr }
  | { readonly op: "in"; readonly arg: Expr; readonly list: readonly Literal[] }
  | { readonly op: "is-null"; readonly arg: Expr }
  | { readonly op: "arithmetic"; readonly kind: Arithmetic; readonly left: Expr; readonly right: Expr }
  | { readonly op: "negate"; readonly arg: Expr }
  | { readonly op: "call"; readonly name: string; readonly args: readonly Expr[] }
  /** `low <= arg <= high` on a circle: longitudes (period 360) in whatever range; `low > high` wraps. */
  | { readonly op: "wrap-between"; readonly arg: Expr; readonly low: number; readonly high: number; readonly period: number }
  /** An ISO 8601 interval in the calendar of the time column `arg`; both ends inclusive as written, either open. */
  | { readonly op: "within-time"; readonly arg: Expr; readonly start?: string; readonly end?: string };
