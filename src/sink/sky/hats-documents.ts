import { basename } from "node:path";
import { GraticuleError } from "../../errors.js";
import type { PhysicalPlan } from "../../plan/run.js";
import { HEALPIX_COLUMN } from "../../plan/sky.js";
import { bytesOf, rowsOf, type TaskMarker } from "../commit/markers.js";
import type { StoredTable } from "../commit/snapshot.js";
import type { Document } from "../conventions/document.js";

/** What stands in the folder of a HATS catalogue beside its dataset; none where the run makes none. @param at ISO 8601, when it was made */
export function hatsDocuments(
  { tables, sink }: PhysicalPlan,
  markers: ReadonlyMap<number, TaskMarker>,
  table: StoredTable | undefined,
  by: string,
  at: string,
): Document[] {
  const sky = tables[0]?.sky;
  if (!sky || !table) return [];
  const counted = sky.partitions.reduce((n, { rows }) => n + rows, 0);
  const all = [...markers.values()];
  const properties: readonly (readonly [string, string | number | undefined])[] = [
    ["obs_collection", basename(sink.dest)],
    ["dataproduct_type", "object"],
    ["obs_title", table.metadata?.title],
    ["hats_nrows", counted],
    ["hats_col_ra", table.columns[sky.ra]?.name],
    ["hats_col_dec", table.columns[sky.dec]?.name],
    ["hats_col_healpix", HEALPIX_COLUMN],
    ["hats_col_healpix_order", 29],
    ["hats_npix_suffix", "/"],
    ["hats_order", Math.max(0, ...sky.partitions.map(({ order }) => order))],
    ["hats_max_rows", Math.max(0, ...sky.partitions.map(({ rows }) => rows))],
    ["hats_estsize", Math.ceil(all.reduce((n, marker) => n + bytesOf(marker), 0) / 1024)],
    ["moc_sky_fraction", sky.partitions.reduce((sum, { order }) => sum + 1 / (12 * 4 ** order), 0).toPrecision(6)],
    ["hats_builder", by],
    ["hats_creation_date", `${at.slice(0, 19)}Z`],
  ];
  const lines = properties.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${oneLine(String(value))}\n`]));
  const rows = sky.partitions.map(({ order, pixel }) => `${order},${pixel}\n`);
  return [
    { path: "hats.properties", content: `#HATS catalog\n${lines.join("")}` },
    { path: "partition_info.csv", content: `Norder,Npix\n${rows.join("")}` },
  ];
}

/** Java's properties end at a line's end, and begin an escape at a backslash. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("\\", "\\\\");
}

/** Every row that was counted is in a part, and no other. @throws `changed` */
export function checkSkyRows({ tables }: PhysicalPlan, markers: ReadonlyMap<number, TaskMarker>): void {
  const sky = tables[0]?.sky;
  if (!sky) return;
  const counted = sky.partitions.reduce((n, { rows }) => n + rows, 0);
  const written = [...markers.values()].reduce((n, marker) => n + rowsOf(marker), 0);
  if (written !== counted)
    throw new GraticuleError("changed", `${counted} rows were counted, and ${written} were written`, {
      hint: "the inputs changed meanwhile: begin again with --overwrite",
    });
}
