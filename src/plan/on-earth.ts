import type { TableColumn } from "../archive/model.js";
import { isGeographic } from "../convention/axis.js";

/** Whether a column holds longitudes or latitudes: of right ascensions, rotated and projected coordinates it holds none. */
export function axisOnEarth(axis: TableColumn["axis"], attributes: Readonly<Record<string, string>>): "X" | "Y" | undefined {
  const { units, standard_name: name, long_name: title = "" } = attributes;
  if (axis !== "X" && axis !== "Y") return undefined;
  if (isGeographic(units) === axis) return axis;
  if (name === (axis === "X" ? "longitude" : "latitude")) return axis;
  const isSky = /right ascension|declination|galactic|ecliptic|celestial/i.test(title);
  return units !== undefined && /^degrees?$/i.test(units) && !isSky && name === undefined ? axis : undefined;
}

/** The same longitude in [−180, 180); what lies in [−180, 180] stays as it is. */
export function toHalfTurns(longitude: number): number {
  if (longitude >= -180 && longitude <= 180) return longitude;
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}
