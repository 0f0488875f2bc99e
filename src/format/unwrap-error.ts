import { GraticuleError } from "../errors.js";

/** What is wrong with a file that is compressed as a whole. */
export function wrappingError(
  tag: "malformed" | "truncated" | "checksum",
  file: string,
  message: string,
  cause?: unknown,
): GraticuleError {
  return new GraticuleError(tag, message, { file, hint: "fetch the file again", ...(cause === undefined ? {} : { cause }) });
}
