import type { CodecSpec } from "graticule/plugin";
import { type JsonObject, jsonText, member } from "./json.js";

/** numcodecs' names for what the decoders here call otherwise. */
const IDS: Readonly<Record<string, string>> = { zlib: "deflate" };

/**
 * A codec's configuration as data: what is no number, text or truth value stands as JSON text.
 *
 * @param name numcodecs' id, or a codec's name in version 3, also with the prefix "numcodecs."
 */
export function codecSpec(name: string, configuration: JsonObject): CodecSpec {
  const plain = name.replace(/^numcodecs\./, "");
  const parameters: Record<string, number | string | boolean> = {};
  for (const [key, value] of Object.entries(configuration)) {
    if (key === "id" || value === null) continue;
    if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") parameters[key] = value;
    else parameters[key] = jsonText(value);
  }
  const own = Object.hasOwn(IDS, plain) ? (IDS[plain] as string) : plain;
  if (own !== "shuffle") return { id: own, parameters };
  const size = member(configuration, "elementsize");
  return { id: own, parameters: { elementSize: typeof size === "number" ? size : 4 } };
}

/** Dimension i of what is stored is dimension `order[i]` of the chunk. */
export function transposeSpec(shape: readonly number[], order: readonly number[]): CodecSpec {
  return { id: "transpose", parameters: { shape: shape.join(","), order: order.join(",") } };
}

/** Whether an order of dimensions changes how the elements of a chunk lie. */
export function isMoving(shape: readonly number[], order: readonly number[]): boolean {
  const long = order.filter((d) => (shape[d] as number) > 1);
  return long.some((d, i) => i > 0 && d < (long[i - 1] as number));
}
