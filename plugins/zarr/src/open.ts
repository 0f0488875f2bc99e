import type { ArrayVariable, Attribute, ByteSource, Dataset, ErrorJSON, Group, ReadContext } from "graticule/plugin";
import { attributesOf, NO_ATTRIBUTES } from "./attributes.js";
import { DamagedVariable } from "./damaged-variable.js";
import { type DimensionClaims, dimensionsOf, groupOf } from "./dimensions.js";
import { isTagged, ZarrError } from "./error.js";
import { FolderObjects, folderOf } from "./folder.js";
import { member, parseObject } from "./json.js";
import { readJsonTable } from "./kerchunk/json-table.js";
import { ReferenceObjects } from "./kerchunk/objects.js";
import { parquetTable } from "./kerchunk/parquet-table.js";
import type { ArrayLayout } from "./layout.js";
import { addMeaning } from "./meaning.js";
import type { Node } from "./nodes.js";
import type { Objects } from "./objects.js";
import { readHierarchy } from "./read-hierarchy.js";
import { layoutOfV2 } from "./v2/layout.js";
import { layoutOfV3 } from "./v3/layout.js";
import { codecsOf, ZarrVariable } from "./variable.js";
import { ZipObjects } from "./zip/objects.js";

const HIDDEN: ReadonlySet<string> = new Set(["_ARRAY_DIMENSIONS"]);
const MARKERS = ["zarr.json", ".zmetadata", ".zgroup", ".zarray"] as const;

/**
 * Opens a store through the object that marks its root, a zip file that holds one, or kerchunk's references. Only metadata
 * are read. Arrays whose metadata are damaged carry an `error`; the rest is whole.
 *
 * @throws `malformed`, `truncated`, `unsupported`, `unknown-format`
 */
export async function open(source: ByteSource, context: ReadContext): Promise<Dataset> {
  context.signal?.throwIfAborted();
  const { objects, marker } = await storeOf(source, context);
  const { version, nodes, warnings } = await readHierarchy(objects, marker, context);
  const arrays = nodes.filter((node) => node.kind === "array").map((node) => ({ node, layout: layoutOf(node) }));
  const claims = arrays.flatMap(({ node, layout }) => (layout instanceof Error ? [] : [claimOf(node, layout)]));
  const { dimensions, of } = dimensionsOf(claims);
  const variables = arrays.map(({ node, layout }): ArrayVariable => {
    const attributes = attributesOf(node.attributes, HIDDEN);
    try {
      if (layout instanceof Error) throw layout;
      const { dims, dimPaths } = of.get(node.key) ?? { dims: [], dimPaths: [] };
      addMeaning(attributes, layout, node);
      return new ZarrVariable(node.key, layout, objects, dims, dimPaths, attributes, unsupportedBy(layout, context));
    } catch (error) {
      if (!isTagged(error)) throw error;
      return new DamagedVariable(node.key, attributes, objects.url, error);
    }
  });
  const damaged = nodes.find((node) => node.kind === "group" && node.error);
  return {
    format: "zarr",
    container: objects.container,
    version,
    source,
    dimensions,
    groups: groupsOf(nodes),
    variables,
    warnings,
    ...(damaged?.error && { error: errorJson(damaged.error, objects.url) }),
    ...(objects.totalBytes && { totalBytes: () => objects.totalBytes?.() ?? Promise.resolve(null) }),
    ...(objects.verify && { verify: () => objects.verify?.() ?? Promise.resolve([]) }),
    close: () => source.close(),
  };
}

async function storeOf(source: ByteSource, context: ReadContext): Promise<{ objects: Objects; marker: string }> {
  const options = { signal: context.signal };
  const name = markerName(source.url);
  if (name !== undefined) {
    const folder = folderOf(source.url);
    if (name !== ".zmetadata") return { objects: new FolderObjects(source, context), marker: name };
    const document = parseObject(await source.readOne({ offset: 0, length: source.size }, options), ".zmetadata");
    if (member(document, "record_size") === undefined) return { objects: new FolderObjects(source, context), marker: name };
    return {
      objects: new ReferenceObjects(folder, folderOf(folder), parquetTable(folder, document, context), context),
      marker: ".zgroup",
    };
  }
  const head = await source.readOne({ offset: 0, length: Math.min(4, source.size) }, options);
  const objects =
    head[0] === 0x50 && head[1] === 0x4b
      ? await ZipObjects.open(source, context)
      : new ReferenceObjects(source.url, folderOf(source.url), await readJsonTable(source, context.signal), context);
  return { objects, marker: await markerIn(objects) };
}

/** The name of an object that marks a store; undefined for a file. */
function markerName(url: string): string | undefined {
  const path = /^https?:/i.test(url) ? url.replace(/[?#].*$/, "") : url;
  return MARKERS.find((name) => path.endsWith(`/${name}`) || path === name || path.endsWith(`\\${name}`));
}

/** The object at the root that says the most. References without one at their root have a group there all the same. */
async function markerIn(objects: Objects): Promise<string> {
  const keys = new Set(await objects.metadataKeys());
  const marker = MARKERS.find((name) => keys.has(name));
  if (marker !== undefined) return marker === ".zmetadata" && objects.container === "kerchunk" ? ".zgroup" : marker;
  if (keys.size > 0) return ".zgroup";
  throw new ZarrError("unknown-format", "there are no Zarr metadata in it", { file: objects.url });
}

function layoutOf(node: Node): ArrayLayout | Error {
  if (node.error) return node.error;
  try {
    return node.version === 3 ? layoutOfV3(node.metadata, node.attributes) : layoutOfV2(node.metadata, node.attributes);
  } catch (error) {
    if (!isTagged(error)) throw error;
    return error;
  }
}

function claimOf({ key }: Node, { shape, dimensionNames }: ArrayLayout): DimensionClaims {
  return { key, shape, ...(dimensionNames && { names: dimensionNames }) };
}

function unsupportedBy(layout: ArrayLayout, { codecs }: ReadContext): string | undefined {
  if (layout.unsupported !== undefined) return layout.unsupported;
  const missing = codecsOf(layout.level).find((spec) => !codecs.has(spec.id));
  return missing && `no decoder for codec ${codecs.label(missing)}: ${wayOut(codecs)}`;
}

/** Compressors of which one is on hand wherever Zarr is written. */
const USUAL = ["zstd", "blosc", "gzip", "deflate", "lz4", "bz2"];

function wayOut(codecs: ReadContext["codecs"]): string {
  const read = USUAL.filter((id) => codecs.has(id)).map((id) => (id === "deflate" ? "zlib" : id));
  return `write the array again with a compressor that is read (${read.join(", ")}), for example by zarr.create_array(data=array[...], compressors=...)`;
}

/** All groups, also those that only the paths of others name; the root first. */
function groupsOf(nodes: readonly Node[]): Group[] {
  const groups = new Map<string, ReadonlyMap<string, Attribute>>([["", NO_ATTRIBUTES]]);
  for (const { key, kind, attributes } of nodes) {
    for (let at = key; at.includes("/"); at = groupOf(at)) if (!groups.has(groupOf(at))) groups.set(groupOf(at), NO_ATTRIBUTES);
    if (kind === "group") groups.set(key, attributesOf(attributes, HIDDEN));
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, attributes]) => ({ path: `/${key}`, attributes }));
}

function errorJson(error: Error, file: string): ErrorJSON {
  return { code: isTagged(error) ? error.tag : "malformed", message: error.message, file };
}
