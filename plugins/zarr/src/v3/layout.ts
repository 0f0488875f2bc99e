import type { Element } from "../element.js";
import { isTagged, ZarrError } from "../error.js";
import { isArray, isObject, type Json, type JsonObject, member } from "../json.js";
import { type ArrayLayout, chunkShapeOf, type Level, lengthsOf, limitOf } from "../layout.js";
import { chunkNames } from "../v2/layout.js";
import { byteOrderOf, levelOf, namedCodecs } from "./codecs.js";
import { dataType } from "./data-type.js";

const UNKNOWN: Element = { dtype: { name: "opaque", size: 1 } };

/** Keys that the core specification and its extensions give a meaning here. */
const KNOWN = new Set([
  "zarr_format",
  "node_type",
  "shape",
  "data_type",
  "chunk_grid",
  "chunk_key_encoding",
  "fill_value",
  "codecs",
  "attributes",
  "storage_transformers",
  "dimension_names",
  "consolidated_metadata",
]);

/**
 * The layout of an array's `zarr.json` (Zarr core specification version 3).
 *
 * @throws `malformed`
 */
export function layoutOfV3(metadata: JsonObject, attributes: JsonObject): ArrayLayout {
  const shape = lengthsOf(member(metadata, "shape"), "shape", 0);
  const problems: string[] = [];
  const attempt = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      if (!isTagged(error, "unsupported")) throw error;
      problems.push(error.message);
      return otherwise;
    }
  };
  attempt(() => checkExtensions(metadata), undefined);
  const codecs = namedCodecs(member(metadata, "codecs"), "codecs");
  const element = attempt(() => dataType(member(metadata, "data_type"), byteOrderOf(codecs), 0), UNKNOWN);
  const chunkShape = attempt(
    () => regularChunks(metadata, shape),
    shape.map((n) => Math.max(1, n)),
  );
  const noLevel: Level = { chunkShape, codecs: [] };
  const level = problems.length > 0 ? noLevel : attempt(() => levelOf(codecs, chunkShape, element), noLevel);
  const chunkName = attempt(() => chunkNamesOf(member(metadata, "chunk_key_encoding")), chunkNames("/"));
  const limit = limitOf(shape, chunkShape, element.dtype.size);
  if (limit !== undefined) problems.push(limit);
  const named =
    namesOf(member(metadata, "dimension_names"), shape.length) ?? namesOf(member(attributes, "_ARRAY_DIMENSIONS"), shape.length);
  return {
    shape,
    element,
    fill: member(metadata, "fill_value"),
    level,
    chunkName,
    ...(named && { dimensionNames: named }),
    ...(problems[0] !== undefined && { unsupported: problems[0] }),
  };
}

/** What a reader does not know must not be passed over, unless it says so itself ("must_understand": false). */
function checkExtensions(metadata: JsonObject): void {
  for (const [key, value] of Object.entries(metadata))
    if (!KNOWN.has(key) && !(isObject(value) && member(value, "must_understand") === false))
      throw new ZarrError("unsupported", `the metadata have a key that is not known here: ${key.slice(0, 60)}`);
  const transformers = member(metadata, "storage_transformers");
  if (isArray(transformers) && transformers.length > 0) throw new ZarrError("unsupported", "no reader for storage transformers");
}

function regularChunks(metadata: JsonObject, shape: readonly number[]): number[] {
  const grid = member(metadata, "chunk_grid");
  const name = isObject(grid) ? member(grid, "name") : undefined;
  const configuration = isObject(grid) ? member(grid, "configuration") : undefined;
  if (typeof name !== "string") throw new ZarrError("malformed", "chunk_grid has no name");
  if (name !== "regular") throw new ZarrError("unsupported", `no reader for the chunk grid ${name.slice(0, 60)}`);
  return chunkShapeOf(isObject(configuration) ? member(configuration, "chunk_shape") : undefined, "chunk_shape", shape);
}

/** "c/0/1" by default; as in version 2 where the encoding says so. */
function chunkNamesOf(json: Json | undefined): (at: readonly number[]) => string {
  const name = isObject(json) ? member(json, "name") : json;
  const configuration = isObject(json) ? member(json, "configuration") : undefined;
  const given = isObject(configuration) ? member(configuration, "separator") : undefined;
  if (given !== undefined && given !== "/" && given !== ".")
    throw new ZarrError("malformed", "the separator of chunk keys is neither / nor .");
  if (name === "v2") return chunkNames(given ?? ".");
  if (name !== undefined && name !== "default")
    throw new ZarrError("unsupported", `no reader for the chunk key encoding ${String(name).slice(0, 60)}`);
  const separator = given ?? "/";
  return (at) => ["c", ...at].join(separator);
}

function namesOf(json: Json | undefined, rank: number): (string | null)[] | undefined {
  if (!isArray(json) || json.length !== rank || rank === 0) return undefined;
  if (!json.every((name) => name === null || typeof name === "string")) return undefined;
  return json.map((name) => (name === "" ? null : (name as string | null)));
}
