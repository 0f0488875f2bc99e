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

/**
 * Refuses an output that the input cannot give, before memory is taken for it.
 *
 * @param expansion bytes of output that one byte of input gives at most
 * @throws `malformed`
 */
export function checkExpansion(input: number, context: CodecContext, expansion: number, label: string): void {
  const { decodedLength, exact = true } = context;
  if (!exact || decodedLength <= 4096 || decodedLength <= input * expansion) return;
  throw new GraticuleError("malformed", `${label}: ${input} bytes cannot give the ${decodedLength} that the chunk needs`);
}
