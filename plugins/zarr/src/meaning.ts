import type { Attribute } from "graticule/plugin";
import { type ElementTime, isNumeric } from "./element.js";
import { fillNumber } from "./fill-value.js";
import { member } from "./json.js";
import type { ArrayLayout } from "./layout.js";
import type { Node } from "./nodes.js";

const NAT = -(2n ** 63n);

/**
 * Says in CF's attributes what Zarr says elsewhere: units of times, and the missing value. In version 2 the fill value of an
 * array with `_ARRAY_DIMENSIONS` is one, as xarray has it; in version 3 `_FillValue` is an attribute, which xarray writes as
 * Base64 of the value's bytes.
 */
export function addMeaning(attributes: Map<string, Attribute>, layout: ArrayLayout, node: Node): void {
  const { dtype, time } = layout.element;
  if (time && !attributes.has("units"))
    for (const [name, attribute] of timeAttributes(time))
      if (name === "units" || !attributes.has(name)) attributes.set(name, attribute);
  if (!isNumeric(dtype.name)) return;
  if (node.version === 2 && member(node.attributes, "_ARRAY_DIMENSIONS") !== undefined) {
    const fill = fillNumber(layout.fill, dtype);
    if (fill !== undefined && layout.unsupported === undefined) attributes.set("_FillValue", { dtype: dtype.name, values: [fill] });
  }
  const stored = attributes.get("_FillValue");
  const [text] = stored?.values ?? [];
  if (node.version === 3 && typeof text === "string") {
    const value = numberIn(text);
    if (value !== undefined) attributes.set("_FillValue", { dtype: dtype.name, values: [value] });
  }
}

/** CF's words for numpy's times, and its "not a time" as the missing value. */
export function timeAttributes({ kind, unit }: ElementTime): [string, Attribute][] {
  const text = (value: string): Attribute => ({ dtype: "string", values: [value] });
  const missing: Attribute = { dtype: "int64", values: [NAT] };
  if (kind === "timedelta")
    return [
      ["units", text(unit)],
      ["_FillValue", missing],
    ];
  return [
    ["units", text(`${unit} since 1970-01-01`)],
    ["calendar", text("proleptic_gregorian")],
    ["_FillValue", missing],
  ];
}

/** A number as text, or eight little-endian bytes of a float64 in Base64. */
function numberIn(text: string): number | undefined {
  if (text === "NaN" || text === "Infinity" || text === "-Infinity") return Number(text);
  const bytes = Buffer.from(text, "base64");
  return bytes.length === 8 && bytes.toString("base64") === text ? bytes.readDoubleLE(0) : undefined;
}
