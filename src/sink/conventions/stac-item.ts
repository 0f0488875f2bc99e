import { basename } from "node:path";
import { type ColumnRanges, uniteRanges } from "../column-ranges.js";
import type { Snapshot, StoredColumn, StoredTable } from "../commit/snapshot.js";
import type { DocumentedPlace } from "./document.js";
import { earthAxisOf, type GeoExtent, geographicExtent, geographicPair, partsOf, rowsOf, timeExtent } from "./extent.js";

const TABLE = "https://stac-extensions.github.io/table/v1.2.0/schema.json";
const DATACUBE = "https://stac-extensions.github.io/datacube/v2.2.0/schema.json";

/**
 * A STAC Item (1.1.0) of one table, with the Table and Datacube extensions. Its geometry is the box of the cells' centres; of data
 * that do not lie on the Earth it is null, as the specification allows. Without a time `datetime` is that of the run.
 */
export function stacItem(snapshot: Snapshot, table: StoredTable, place: DocumentedPlace): object {
  const parts = partsOf(snapshot, table);
  const extent = geographicExtent(snapshot, table);
  const time = timeExtent(snapshot, table);
  const { first, last } = runTimes(snapshot);
  const title = table.metadata?.title;
  const description = descriptionOf(table);
  return {
    type: "Feature",
    stac_version: "1.1.0",
    stac_extensions: [TABLE, DATACUBE],
    id: idOf(table, place),
    ...(extent && { bbox: extent }),
    geometry: extent && geometryOf(extent),
    properties: {
      ...(title && { title }),
      ...(description && { description }),
      ...(time ? { datetime: null, start_datetime: time[0], end_datetime: time[1] } : { datetime: last }),
      ...{ created: first, updated: last },
      "table:row_count": rowsOf(parts),
      "table:columns": table.columns.map(tableColumn),
      ...primaryGeometry(table),
      "cube:dimensions": cubeDimensions(snapshot, table),
      "cube:variables": cubeVariables(table),
    },
    links: [],
    assets: {
      data: {
        href: `../${basename(place.dest)}${place.single ? "" : `/${table.path === "" ? "" : `${table.path}/`}`}`,
        type: "application/vnd.apache.parquet",
        title: place.single ? "the table" : "the folder of the table's parts",
        roles: ["data"],
      },
      provenance: { href: "provenance.json", type: "application/json", roles: ["metadata"] },
      readme: { href: "README.md", type: "text/markdown", roles: ["overview"] },
    },
  };
}

function idOf({ path }: StoredTable, { dest }: DocumentedPlace): string {
  const name = basename(dest).replace(/\.parquet$/i, "");
  return path === "" ? name : `${name}/${path}`.replaceAll("/", "_");
}

function descriptionOf({ metadata = {} }: StoredTable): string | undefined {
  return metadata.summary || metadata.description || metadata.comment || undefined;
}

/** When the first and the last run ended that made the dataset. */
function runTimes({ history = [] }: Snapshot): { first: string; last: string } {
  return { first: history[0]?.at ?? UNKNOWN, last: history.at(-1)?.at ?? UNKNOWN };
}

/** Of datasets from before there were histories. */
const UNKNOWN = "1970-01-01T00:00:00Z";

function tableColumn({ name, type, attributes = {} }: StoredColumn): object {
  const said = attributes.long_name || attributes.standard_name;
  return { name, type, ...(said && { description: said }), ...(attributes.units && { unit: attributes.units }) };
}

function primaryGeometry({ columns }: StoredTable): object {
  const geometry = columns.find((column) => column.role === "geometry");
  return geometry ? { "table:primary_geometry": geometry.name } : {};
}

/** A polygon of the box; two where it crosses the antimeridian (RFC 7946, section 3.1.9). */
function geometryOf([west, south, east, north]: GeoExtent): object {
  if (west <= east) return { type: "Polygon", coordinates: [ring(west, south, east, north)] };
  return { type: "MultiPolygon", coordinates: [[ring(west, south, 180, north)], [ring(-180, south, east, north)]] };
}

function ring(west: number, south: number, east: number, north: number): number[][] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}

/** The coordinates of the table's dimensions. */
function cubeDimensions(snapshot: Snapshot, table: StoredTable): object {
  const parts = partsOf(snapshot, table);
  const own = table.columns.filter(isDimension);
  return Object.fromEntries(own.map((column) => [column.name, dimensionOf(column, parts, timeExtent(snapshot, table))]));
}

function isDimension({ role, dims }: StoredColumn): boolean {
  return (role === "coordinate" || role === "index") && dims?.length === 1;
}

function dimensionOf(
  column: StoredColumn,
  parts: readonly { readonly rows: number; readonly ranges?: ColumnRanges }[],
  time: readonly [string, string] | null,
): object {
  const { axis, attributes = {}, step } = column;
  const range = uniteRanges(parts, column.name);
  const said = attributes.long_name ?? attributes.standard_name;
  const more = { ...(said && { description: said }), ...(step !== undefined && { step }) };
  const numbers = range?.every((value) => typeof value === "number") ? range : null;
  const unit = attributes.units === undefined ? {} : { unit: attributes.units };
  if (axis === "T" || column.type === "timestamp")
    return { type: "temporal", extent: time ?? [null, null], ...(said && { description: said }) };
  const horizontal = earthAxisOf(column);
  if (horizontal && numbers)
    return { type: "spatial", axis: horizontal.toLowerCase(), extent: numbers, reference_system: 4326, ...more };
  if (axis === "Z" && numbers) return { type: "spatial", axis: "z", extent: numbers, ...unit, ...more };
  return { type: column.role === "index" ? "index" : "coordinate", extent: numbers ?? [null, null], ...unit, ...more };
}

function cubeVariables(table: StoredTable): object {
  const pair = geographicPair(table)?.map((column) => column.name) ?? [];
  const own = table.columns.filter((column) => column.dims && !isDimension(column));
  const entries = own.map(({ name, role, dims, attributes = {} }) => {
    const said = attributes.long_name || attributes.standard_name;
    const type = role === "data" && !pair.includes(name) ? "data" : "auxiliary";
    return [
      name,
      { dimensions: dims, type, ...(said && { description: said }), ...(attributes.units && { unit: attributes.units }) },
    ];
  });
  return Object.fromEntries(entries);
}
