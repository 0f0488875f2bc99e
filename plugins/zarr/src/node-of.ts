import { isTagged, ZarrError } from "./error.js";
import { isObject, type Json, type JsonObject, member, parseJson, parseObject, requireObject, showJson } from "./json.js";
import type { Node } from "./nodes.js";
import { keyBelow } from "./objects.js";

const NOTHING: JsonObject = {};

/** A node of version 2 from `.zarray` or `.zgroup` and `.zattrs`, as bytes or as JSON inside consolidated metadata. */
export function nodeOfV2(key: string, own: Uint8Array | Json, attributes: Uint8Array | Json | null, kind: "array" | "group"): Node {
  const name = kind === "array" ? ".zarray" : ".zgroup";
  try {
    const metadata = objectOf(own, keyBelow(key, name));
    const format = member(metadata, "zarr_format");
    if (format !== undefined && format !== 2) throw wrongFormat(keyBelow(key, name), format);
    return { key, kind, version: 2, metadata, attributes: attributesOf(attributes, keyBelow(key, ".zattrs")) };
  } catch (error) {
    return damagedNode(key, kind, 2, error);
  }
}

/** A node of version 3 from `zarr.json`. */
export function nodeOfV3(key: string, own: Uint8Array | Json): Node {
  try {
    const metadata = objectOf(own, keyBelow(key, "zarr.json"));
    const format = member(metadata, "zarr_format");
    if (format !== 3) throw wrongFormat(keyBelow(key, "zarr.json"), format);
    const kind = member(metadata, "node_type");
    if (kind !== "array" && kind !== "group")
      throw new ZarrError("malformed", `${keyBelow(key, "zarr.json")} is of the node type ${showJson(kind)}`);
    const attributes = member(metadata, "attributes");
    return { key, kind, version: 3, metadata, attributes: isObject(attributes) ? attributes : NOTHING };
  } catch (error) {
    return damagedNode(key, "array", 3, error);
  }
}

function attributesOf(given: Uint8Array | Json | null, what: string): JsonObject {
  return given === null ? NOTHING : objectOf(given, what);
}

/** Metadata as bytes, as JSON, or as JSON text inside JSON (kerchunk). */
function objectOf(given: Uint8Array | Json, what: string): JsonObject {
  if (given instanceof Uint8Array) return parseObject(given, what);
  return requireObject(typeof given === "string" ? parseJson(given, what) : (given as Json), what);
}

function wrongFormat(what: string, format: Json | undefined): ZarrError {
  return new ZarrError("malformed", `${what} names ${showJson(format)} as its version of Zarr`);
}

/** A node that only has its name, because of what is wrong with it. @throws what is not of the family */
export function damagedNode(key: string, kind: Node["kind"], version: 2 | 3, error: unknown): Node {
  if (!isTagged(error)) throw error;
  return { key, kind, version, metadata: NOTHING, attributes: NOTHING, error };
}
