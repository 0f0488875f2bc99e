import type { ReadContext } from "graticule/plugin";
import { isTagged, ZarrError } from "./error.js";
import { isObject, type Json, type JsonObject, member, parseObject } from "./json.js";
import { namesKnownFrom } from "./known-names.js";
import { damagedNode, nodeOfV2, nodeOfV3 } from "./node-of.js";
import type { Hierarchy, Node } from "./nodes.js";
import { keyBelow, type Objects } from "./objects.js";

/** Metadata objects fetched at once. */
const IN_FLIGHT = 16;

/** Of references that have no group at their root. */
const IMPLIED_GROUP: JsonObject = { zarr_format: 2 };

/** More nodes than this are not listed one by one. */
const MAX_NODES = 1 << 17;

/**
 * Every group and array of a store: from consolidated metadata, else by listing the store, else (where it cannot be listed)
 * by the names that the metadata themselves give.
 *
 * @param marker name of the object that was found at the root
 * @throws `malformed`, `unknown-format`; `unsupported` where the arrays cannot be found
 */
export async function readHierarchy(objects: Objects, marker: string, context: ReadContext): Promise<Hierarchy> {
  if (marker === "zarr.json") return readV3(objects, context);
  if (marker === ".zmetadata") {
    const text = await objects.get(".zmetadata");
    const consolidated = text && member(parseObject(text, ".zmetadata"), "metadata");
    if (isObject(consolidated ?? undefined)) return consolidatedV2(consolidated as JsonObject);
    throw new ZarrError("malformed", ".zmetadata holds no `metadata`", { file: objects.url });
  }
  if (marker === ".zarray") {
    const attributes = await objects.get(".zattrs");
    const node = nodeOfV2("", await required(objects, ".zarray"), attributes, "array");
    return { version: 2, nodes: [node], warnings: [] };
  }
  const own = (await objects.get(".zgroup")) ?? IMPLIED_GROUP;
  return walk(objects, context, 2, nodeOfV2("", own, await objects.get(".zattrs"), "group"));
}

async function readV3(objects: Objects, context: ReadContext): Promise<Hierarchy> {
  const root = nodeOfV3("", await required(objects, "zarr.json"));
  if (root.error) throw root.error;
  if (root.kind === "array") return { version: 3, nodes: [root], warnings: [] };
  const inline = member(root.metadata, "consolidated_metadata");
  const consolidated = isObject(inline) ? member(inline, "metadata") : undefined;
  if (isObject(consolidated)) {
    const nodes = Object.entries(consolidated).map(([key, json]) => nodeOfV3(cleanKey(key), json));
    return { version: 3, nodes: [root, ...nodes], warnings: [] };
  }
  return walk(objects, context, 3, root);
}

/** `.zmetadata`: the objects by their keys, already parsed. */
export function consolidatedV2(metadata: JsonObject): Hierarchy {
  const nodes = new Map<string, Node>();
  for (const [key, json] of Object.entries(metadata)) {
    const [, folder, name] = /^(?:(.*)\/)?(\.zarray|\.zgroup)$/.exec(key) ?? [];
    if (name === undefined) continue;
    const node = cleanKey(folder ?? "");
    const attributes = member(metadata, keyBelow(folder ?? "", ".zattrs"));
    nodes.set(node, nodeOfV2(node, json, attributes ?? null, name === ".zarray" ? "array" : "group"));
  }
  const rootAttributes = member(metadata, ".zattrs");
  if (!nodes.has("")) nodes.set("", nodeOfV2("", IMPLIED_GROUP, rootAttributes ?? null, "group"));
  return { version: 2, nodes: [...nodes.values()], warnings: [] };
}

async function walk(objects: Objects, context: ReadContext, version: 2 | 3, root: Node): Promise<Hierarchy> {
  const listed = await keysOrNull(objects);
  const load = (key: string) => loadNode(objects, version, key).catch((error) => orDamaged(key, version, error));
  if (!listed) return walkKnownNames(objects, context, version, root, load);
  const pattern = version === 3 ? /^(.+)\/zarr\.json$/ : /^(.+)\/\.z(?:array|group)$/;
  const keys = [...new Set(listed.map((key) => pattern.exec(key)?.[1]).filter((key) => key !== undefined))].sort();
  if (keys.length > MAX_NODES)
    throw new ZarrError("unsupported", `the store has ${keys.length} groups and arrays and no consolidated metadata`, {
      file: objects.url,
      hint: "consolidate its metadata: zarr.consolidate_metadata(store)",
    });
  const nodes: Node[] = [root];
  for (let at = 0; at < keys.length; at += IN_FLIGHT) {
    context.signal?.throwIfAborted();
    const some = await Promise.all(keys.slice(at, at + IN_FLIGHT).map(load));
    for (const node of some) if (node) nodes.push(node);
  }
  return { version, nodes, warnings: [] };
}

/** Breadth first through the names that groups and arrays mention. */
async function walkKnownNames(
  objects: Objects,
  context: ReadContext,
  version: 2 | 3,
  root: Node,
  load: (key: string) => Promise<Node | null>,
): Promise<Hierarchy> {
  const nodes = [root];
  const asked = new Set([""]);
  for (let at = 0; at < nodes.length && nodes.length < MAX_NODES; at++) {
    context.signal?.throwIfAborted();
    const names = namesKnownFrom(nodes[at] as Node).filter((key) => !asked.has(key));
    for (const name of names) asked.add(name);
    for (const node of await Promise.all(names.slice(0, 1024).map(load))) if (node) nodes.push(node);
  }
  if (nodes.every((node) => node.kind === "group"))
    throw new ZarrError(
      "unsupported",
      "the store cannot be listed and its metadata are not consolidated: its arrays cannot be found",
      {
        file: objects.url,
        hint: "consolidate its metadata (zarr.consolidate_metadata), or name one array",
      },
    );
  const warnings = ["the store cannot be listed: only arrays that its metadata name are given"];
  return { version, nodes, warnings };
}

/** Damage of one node leaves the others. */
function orDamaged(key: string, version: 2 | 3, error: unknown): Node {
  if (isTagged(error, "malformed", "truncated", "checksum", "unsupported", "not-found"))
    return damagedNode(key, "array", version, error);
  throw error;
}

async function keysOrNull(objects: Objects): Promise<readonly string[] | null> {
  try {
    return await objects.metadataKeys();
  } catch (error) {
    if (isTagged(error, "unsupported", "permission")) return null;
    throw error;
  }
}

async function loadNode(objects: Objects, version: 2 | 3, key: string): Promise<Node | null> {
  if (version === 3) {
    const bytes = await objects.get(keyBelow(key, "zarr.json"));
    return bytes && nodeOfV3(key, bytes);
  }
  const array = await objects.get(keyBelow(key, ".zarray"));
  const own = array ?? (await objects.get(keyBelow(key, ".zgroup")));
  return own && nodeOfV2(key, own, await objects.get(keyBelow(key, ".zattrs")), array ? "array" : "group");
}

async function required(objects: Objects, key: string): Promise<Uint8Array | Json> {
  const bytes = await objects.get(key);
  if (bytes) return bytes;
  throw new ZarrError("not-found", `${key} is not there`, { file: objects.url });
}

function cleanKey(key: string): string {
  return key.replace(/^\/+|\/+$/g, "");
}
