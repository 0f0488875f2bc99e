import type { Comparison } from "./nodes.js";

/** The comparison with its sides exchanged: `a < b` is `b > a`. */
export const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};
