import { GraticuleError } from "../errors.js";
import type { GetOptions } from "./contract.js";

/** Bytes of an object that is taken whole where the caller sets no bound: documents, tables of references, lists of texts. */
export const MOST_WHOLE = 256 << 20;

/**
 * The refusal of an object that is larger than what is taken whole.
 * @param found its bytes; null where they are not known, and more than allowed have come
 */
export function tooLarge(url: string, found: number | null, { most }: Pick<GetOptions, "most">): GraticuleError {
  const has = found === null ? "more bytes than" : `${found} bytes, and not`;
  if (most === undefined)
    return new GraticuleError("unsupported", `the object has ${has} the ${MOST_WHOLE} that are taken whole at most`, {
      file: url,
      hint: "look what it is: metadata and lists of references are smaller",
    });
  return new GraticuleError("malformed", `the object has ${has} the ${most} that its chunk can have at most`, {
    file: url,
    offset: 0,
    hint: "the array's metadata and its objects do not fit together: look which of them is damaged",
  });
}
