import type { CodecSpec } from "graticule/plugin";
import { codecSpec, isMoving, transposeSpec } from "../codec-spec.js";
import { type Element, JSON_TEXT, listedText, VLEN_BYTES, VLEN_UTF8, vlenArray } from "../element.js";
import { isTagged, ZarrError } from "../error.js";
import { isArray, isObject, type Json, type JsonObject, jsonText, member } from "../json.js";
import { type ArrayLayout, chunkShapeOf, lengthsOf, limitOf } from "../layout.js";
import { numpyType } from "./numpy-type.js";

const UNKNOWN: Element = { dtype: { name: "opaque", size: 1 } };

/**
 * The layout of a `.zarray` (Zarr storage specification version 2).
 *
 * @throws `malformed`
 */
export function layoutOfV2(metadata: JsonObject, attributes: JsonObject): ArrayLayout {
  const shape = lengthsOf(member(metadata, "shape"), "shape", 0);
  const chunkShape = chunkShapeOf(member(metadata, "chunks"), "chunks", shape);
  const steps = [...filtersOf(metadata), ...[member(metadata, "compressor")].filter((one) => one !== undefined && one !== null)];
  const configurations = steps.map((step) => configurationOf(step));
  const { element, used, unsupported } = elementOf(member(metadata, "dtype"), configurations[0]);
  const specs: CodecSpec[] = configurations.slice(used).map((one) => codecSpec(one.id, one.configuration));
  const order = member(metadata, "order") === "F" ? shape.map((_, d) => shape.length - 1 - d) : [];
  const moves = isMoving(chunkShape, order);
  const limit = limitOf(shape, chunkShape, element.dtype.size);
  const named = dimensionNamesOf(metadata, attributes, shape.length);
  const why = unsupported ?? limit;
  return {
    shape,
    element,
    fill: member(metadata, "fill_value"),
    level: {
      chunkShape,
      codecs: moves && !element.list ? [transposeSpec(chunkShape, order), ...specs] : specs,
      ...(moves && element.list && { listOrder: order }),
    },
    chunkName: chunkNames(member(metadata, "dimension_separator") === "/" ? "/" : "."),
    ...(named && { dimensionNames: named }),
    ...(why !== undefined && { unsupported: why }),
  };
}

/** The chunk at (0, 1) is "0.1"; that of a scalar "0". */
export function chunkNames(separator: string): (at: readonly number[]) => string {
  return (at) => (at.length === 0 ? "0" : at.join(separator));
}

interface Step {
  readonly id: string;
  readonly configuration: JsonObject;
}

function filtersOf(metadata: JsonObject): readonly Json[] {
  const filters = member(metadata, "filters");
  if (filters === null || filters === undefined) return [];
  if (isArray(filters)) return filters;
  throw new ZarrError("malformed", "filters is no list");
}

function configurationOf(step: Json | undefined): Step {
  const id = isObject(step) ? member(step, "id") : undefined;
  if (isObject(step) && typeof id === "string") return { id, configuration: step };
  throw new ZarrError("malformed", "a filter or compressor without an id");
}

/** The element, and how many of the filters it takes for itself. */
function elementOf(type: Json | undefined, first: Step | undefined): { element: Element; used: number; unsupported?: string } {
  try {
    const isText = typeof type === "string" && /^[<>|=]?[US]\d*$/.test(type);
    if (type !== "|O" && !(isText && first?.id === "categorize")) return { element: numpyType(type), used: 0 };
    return { element: objectElement(first), used: 1 };
  } catch (error) {
    if (!isTagged(error, "unsupported")) throw error;
    return { element: type === "|O" ? { dtype: listedText(16) } : UNKNOWN, used: 0, unsupported: error.message };
  }
}

/** Python objects, by the codec that wrote them. */
function objectElement(step: Step | undefined): Element {
  switch (step?.id) {
    case "vlen-utf8":
      return VLEN_UTF8;
    case "vlen-bytes":
      return VLEN_BYTES;
    case "vlen-array":
      return vlenArray(numpyType(member(step.configuration, "dtype")).dtype);
    case "json":
    case "json2":
      return JSON_TEXT;
    case "categorize": {
      const labels = member(step.configuration, "labels");
      if (!isArray(labels)) throw new ZarrError("malformed", "categorize has no labels");
      const code = numpyType(member(step.configuration, "astype") ?? "|u1").dtype;
      return {
        dtype: listedText(16),
        list: { kind: "categories", labels: labels.map((label) => (typeof label === "string" ? label : jsonText(label))), code },
      };
    }
    default:
      throw new ZarrError("unsupported", `no decoder for Python objects ${step ? `encoded by ${step.id}` : "of unknown encoding"}`);
  }
}

/** xarray's `_ARRAY_DIMENSIONS`, else the paths of NCZarr's dimensions. */
function dimensionNamesOf(metadata: JsonObject, attributes: JsonObject, rank: number): (string | null)[] | undefined {
  const named = member(attributes, "_ARRAY_DIMENSIONS");
  const nczarr = [attributes, metadata].flatMap((holder) =>
    ["_NCZARR_ARRAY", "_nczarr_array"].map((key) => member(holder, key)).filter(isObject),
  );
  const list = isArray(named)
    ? named
    : nczarr.map((array) => member(array, "dimrefs") ?? member(array, "dimension_references")).find(isArray);
  if (!list || list.length !== rank || !list.every((name) => typeof name === "string" && name !== "")) return undefined;
  return list as string[];
}
