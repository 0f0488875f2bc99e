import type { ArrayVariable } from "../format/contract.js";
import { convertible } from "../units/convert.js";
import { textOf } from "./attribute-value.js";
import type { Axis, Role } from "./meaning.js";

const NORTH = /^degrees?_?n(?:orth)?$/i;
const EAST = /^degrees?_?e(?:ast)?$/i;

const STANDARD_NAMES: Readonly<Record<string, Axis>> = {
  longitude: "X",
  projection_x_coordinate: "X",
  projection_x_angular_coordinate: "X",
  grid_longitude: "X",
  latitude: "Y",
  projection_y_coordinate: "Y",
  projection_y_angular_coordinate: "Y",
  grid_latitude: "Y",
  time: "T",
  forecast_reference_time: "T",
};

/** Whether units are degrees north or east in one of CF's spellings (CF-1.12 sections 4.1, 4.2). */
export function isGeographic(units: string | undefined): "X" | "Y" | undefined {
  if (units === undefined) return undefined;
  if (NORTH.test(units)) return "Y";
  return EAST.test(units) ? "X" : undefined;
}

/**
 * The axis that the attributes tell of (CF-1.12 chapter 4): `axis`, degrees north or east, the standard name; of a coordinate
 * also a time since a date, `positive`, and pressure.
 */
export function readAxis(variable: ArrayVariable, role: Role, isTime: boolean): Axis | undefined {
  if (role !== "coordinate" && role !== "auxiliary" && role !== "data") return undefined;
  const said = textOf(variable.attributes, "axis")?.toUpperCase();
  if (said === "X" || said === "Y" || said === "Z" || said === "T") return said;
  const units = textOf(variable.attributes, "units");
  const geographic = isGeographic(units);
  if (geographic) return geographic;
  const name = textOf(variable.attributes, "standard_name");
  if (name !== undefined && Object.hasOwn(STANDARD_NAMES, name)) return STANDARD_NAMES[name];
  if (role === "data") return undefined;
  if (isTime) return "T";
  if (readPositive(variable)) return "Z";
  return role === "coordinate" && units !== undefined && convertible(units, "Pa") ? "Z" : undefined;
}

export function readPositive(variable: ArrayVariable): "up" | "down" | undefined {
  const said = textOf(variable.attributes, "positive")?.toLowerCase();
  return said === "up" || said === "down" ? said : undefined;
}
