import { GraticuleError } from "../errors.js";

const BEFORE = 50;
const AFTER = 30;

/** A `usage` error that shows the place in the expression with a caret. */
export function syntaxError(source: string, at: number, message: string, hint?: string): GraticuleError {
  const from = Math.max(0, at - BEFORE);
  const line = source.slice(from, at + AFTER).replace(/\s/g, " ");
  const cut = `${from > 0 ? "…" : ""}${line}${at + AFTER < source.length ? "…" : ""}`;
  const caret = " ".repeat(at - from + (from > 0 ? 1 : 0));
  return new GraticuleError("usage", `${message}\n  ${cut}\n  ${caret}^`, hint === undefined ? {} : { hint });
}
