import { GraticuleError } from "../errors.js";
import type { CodecContext } from "./contract.js";

/** @throws `malformed` where a step gave another length than the chunk's shape needs */
export function checkOutputLength(found: number, context: CodecContext, label: string): void {
  const { decodedLength, exact = true } = context;
  if (exact ? found === decodedLength : found <= decodedLength) return;
  throw new GraticuleError(
    "malformed",
    `${label} gives ${found} bytes where the chunk needs ${exact ? "" : "at most "}${decodedLength}`,
  );
}
