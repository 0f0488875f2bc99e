import type { FileDescription } from "../../parquet/file-layout.js";
import { toHalfTurns } from "../../plan/on-earth.js";
import type { TablePlan } from "../../plan/run.js";
import type { ColumnRanges } from "../column-ranges.js";
import { crsOf } from "./crs.js";
import { crosses } from "./geometry-column.js";

interface GeoMetadata {
  readonly version: string;
  readonly primary_column: string;
  readonly columns: Readonly<Record<string, object>>;
}

/** The `geo` entry of a table's footers (GeoParquet 1.1.0), without what differs from part to part; null without a geometry. */
export function geoMetadata({ geometry, group }: Pick<TablePlan, "group" | "geometry">): GeoMetadata | null {
  if (!geometry) return null;
  const crs = crsOf(group);
  const isCell = geometry.kind === "cells";
  const isCut = geometry.edges !== undefined && crosses(geometry.edges.x);
  const column = {
    encoding: "WKB",
    geometry_types: isCell ? ["Polygon", ...(isCut ? ["MultiPolygon"] : [])] : ["Point"],
    ...(crs !== undefined && { crs }),
    ...(isCell && { orientation: "counterclockwise" }),
    edges: "planar",
  };
  return { version: "1.1.0", primary_column: geometry.name, columns: { [geometry.name]: column } };
}

/** What the footer of a part says: of points, the box in which they lie too. */
export function describePart(description: FileDescription, ranges: ColumnRanges | undefined): FileDescription {
  const { geo } = description.keyValues;
  const [x, y] = description.coordinates ?? [];
  const [longitudes, latitudes] = [ranges?.[x ?? ""], ranges?.[y ?? ""]];
  if (geo === undefined || !longitudes || !latitudes) return description;
  const metadata = JSON.parse(geo) as GeoMetadata;
  const [west, east] = spanOf(Number(longitudes[0]), Number(longitudes[1]));
  const bbox = [west, Number(latitudes[0]), east, Number(latitudes[1])];
  const name = metadata.primary_column;
  const columns = { ...metadata.columns, [name]: { ...metadata.columns[name], bbox } };
  return { ...description, keyValues: { ...description.keyValues, geo: JSON.stringify({ ...metadata, columns }) } };
}

/** Points on both sides of the antimeridian lie all around: not every reader knows of boxes that cross it. */
function spanOf(west: number, east: number): readonly [number, number] {
  const [from, to] = [toHalfTurns(west), toHalfTurns(east)];
  return east - west < 360 && from <= to && Math.abs(to - from - (east - west)) < 1e-6 ? [from, to] : [-180, 180];
}
