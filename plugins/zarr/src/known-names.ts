import { isArray, isObject, type Json, member } from "./json.js";
import type { Node } from "./nodes.js";
import { keyBelow } from "./objects.js";

/**
 * Keys of nodes that a node's metadata mention: NCZarr's lists of a group's arrays and groups, the levels of OME-Zarr's
 * images, and coordinate arrays named as the dimensions of an array.
 */
export function namesKnownFrom(node: Node): string[] {
  if (node.kind === "array") {
    const group = node.key.includes("/") ? node.key.slice(0, node.key.lastIndexOf("/")) : "";
    return dimensionsOf(node).map((name) => keyBelow(group, name));
  }
  const names: string[] = [];
  for (const holder of [node.attributes, node.metadata])
    for (const key of ["_NCZARR_GROUP", "_nczarr_group"]) {
      const group = member(holder, key);
      if (isObject(group)) for (const list of ["arrays", "vars", "groups"]) addAll(names, textsOf(member(group, list)));
    }
  const ome = member(node.attributes, "ome");
  for (const holder of [node.attributes, ome])
    if (isObject(holder)) {
      addAll(names, textsOf(member(holder, "labels")));
      if (member(holder, "bioformats2raw.layout") === 3) names.push("0");
      for (const image of listOf(member(holder, "multiscales")))
        if (isObject(image)) addAll(names, pathsOf(member(image, "datasets")));
    }
  return [...new Set(names)].map((name) => keyBelow(node.key, name.replace(/^\/+|\/+$/g, ""))).filter((key) => key !== node.key);
}

/** One by one: as arguments of one call a file could name more than the stack holds. */
function addAll(names: string[], more: readonly string[]): void {
  for (const name of more) names.push(name);
}

/** Names of an array's dimensions, as far as it has any. */
function dimensionsOf({ attributes, metadata }: Node): string[] {
  return [...textsOf(member(attributes, "_ARRAY_DIMENSIONS")), ...textsOf(member(metadata, "dimension_names"))];
}

function listOf(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}

function textsOf(value: Json | undefined): string[] {
  return listOf(value).filter((item) => typeof item === "string" && item !== "") as string[];
}

function pathsOf(value: Json | undefined): string[] {
  return listOf(value).flatMap((item) => textsOf([isObject(item) ? (member(item, "path") ?? null) : item]));
}
