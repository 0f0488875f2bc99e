import type { JsonObject } from "./json.js";

/** A group or an array as its metadata describe it, still as JSON. */
export interface Node {
  /** "" for the root, "g/x" below. */
  readonly key: string;
  readonly kind: "group" | "array";
  readonly version: 2 | 3;
  /** `.zarray`, `.zgroup` or `zarr.json`. */
  readonly metadata: JsonObject;
  readonly attributes: JsonObject;
  /** Of an array whose metadata cannot be read. */
  readonly error?: Error;
}

export interface Hierarchy {
  readonly version: 2 | 3;
  readonly nodes: readonly Node[];
  readonly warnings: readonly string[];
}
