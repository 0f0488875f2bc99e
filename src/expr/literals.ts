import type { Literal } from "./nodes.js";

/** A literal as a number; null where it is none. 64-bit integers beyond 2^53 are rounded: compare those exactly with {@link bigOf}. */
export function numberOf(literal: Literal): number | null {
  switch (literal.type) {
    case "float64":
      return Number(literal.value);
    case "int64":
      return Number(literal.value);
    case "timestamp":
      return Number(literal.micros);
    case "bool":
      return literal.value ? 1 : 0;
    default:
      return null;
  }
}

/** An integer literal exactly; null for others. */
export function bigOf(literal: Literal): bigint | null {
  return literal.type === "int64" ? BigInt(literal.value) : null;
}

export function numberLiteral(value: number): Literal {
  if (Number.isFinite(value)) return { type: "float64", value };
  return { type: "float64", value: Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity" };
}

export const TRUE: Literal = { type: "bool", value: true };
export const FALSE: Literal = { type: "bool", value: false };
export const NULL: Literal = { type: "null" };
