import type { ErrorJSON } from "../errors.js";
import type { ArrayVariable, ChunkRef } from "../format/contract.js";
import type { Box } from "../schema/box.js";

/** What of a variable decoding needs, as data. */
export type StoredVariable = Pick<
  ArrayVariable,
  "path" | "name" | "dtype" | "shape" | "chunks" | "codecs" | "fill" | "extent" | "access"
>;

export interface BoxRequest {
  readonly index: number;
  /** The file that the variable is of, and the version of it that its header was read from. */
  readonly url: string;
  readonly version: string;
  readonly variable: StoredVariable;
  readonly box: Box;
  /** The chunks that meet the box. */
  readonly refs: readonly ChunkRef[];
  readonly target: SharedArrayBuffer;
  /** Where in the target the box's values go. */
  readonly offset: number;
}

export interface BoxRead {
  readonly index: number;
  readonly error?: ErrorJSON;
}
