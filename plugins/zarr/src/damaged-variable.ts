import type { ArrayVariable, Attributes, ChunkRef, DType, ErrorJSON } from "graticule/plugin";
import { isTagged, ZarrError } from "./error.js";

/** An array whose metadata cannot be read: it is named, and says why. */
export class DamagedVariable implements ArrayVariable {
  readonly path: string;
  readonly name: string;
  readonly dtype: DType = { name: "opaque", size: 1 };
  readonly dims: readonly string[] = [];
  readonly dimPaths: readonly string[] = [];
  readonly shape: readonly number[] = [];
  readonly chunks = null;
  readonly codecs = [];
  readonly access = "direct";
  readonly error: ErrorJSON;

  constructor(
    key: string,
    readonly attributes: Attributes,
    file: string,
    private readonly cause: Error,
  ) {
    this.path = `/${key}`;
    this.name = key === "" ? "/" : key.slice(key.lastIndexOf("/") + 1);
    this.error = { code: isTagged(cause) ? cause.tag : "malformed", message: cause.message, file, variable: this.path };
  }

  // biome-ignore lint/correctness/useYield: there is nothing to give
  async *locate(): AsyncIterable<ChunkRef> {
    throw new ZarrError(this.error.code, this.error.message, { variable: this.path, cause: this.cause });
  }
}
