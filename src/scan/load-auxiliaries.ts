import type { Piece, TableColumn, TableGroup } from "../archive/model.js";
import type { Expr } from "../expr/nodes.js";
import { columnsOf } from "../expr/walk.js";
import type { LogicalPlan } from "../plan/nodes.js";
import { nodesOf, scanOf } from "../plan/walk.js";
import { sizeOf } from "../schema/box.js";
import type { GridColumn } from "../schema/grid-batch.js";
import { ArrayScan, type LoadedAuxiliaries, MOST_PLANNED_CELLS } from "./array-scan.js";
import type { ScanResources } from "./member-cache.js";
import { readPiece } from "./read-piece.js";

/**
 * The tables that a plan scans, ready for the optimiser. Auxiliary coordinates over several axes (2-D longitudes and latitudes)
 * that filters name are read: they are small beside the data, and say which rows and columns of the grid are worth reading.
 * @param resources without them nothing is read, and such filters are left to the rows
 */
export async function planSources(
  tables: readonly TableGroup[],
  plan: LogicalPlan,
  resources?: ScanResources,
): Promise<ArrayScan[]> {
  const sources: ArrayScan[] = [];
  for (const root of plan.roots) {
    const name = scanOf(root).table;
    const group = tables.find((table) => table.name === name);
    if (!group || sources.some((source) => source.table === name)) continue;
    const filters = nodesOf(root).flatMap((node): Expr[] =>
      node.op === "filter" ? [node.predicate] : node.op === "scan" ? node.claimed.map((claimed) => claimed.predicate) : [],
    );
    sources.push(new ArrayScan(group, resources ? await loadAuxiliaries(group, filters, resources) : new Map()));
  }
  return sources;
}

async function loadAuxiliaries(group: TableGroup, filters: readonly Expr[], resources: ScanResources): Promise<LoadedAuxiliaries> {
  const names = new Set(filters.flatMap(columnsOf));
  const loaded = new Map<string, readonly GridColumn[]>();
  for (const [at, column] of group.columns.entries()) {
    if (!names.has(column.field.name) || column.role !== "auxiliary" || column.values) continue;
    if (sizeOf(column.axes.map((axis) => group.axes[axis]?.length ?? 0)) > MOST_PLANNED_CELLS) continue;
    const columns = await loadColumn(group, at, column, resources);
    if (columns) loaded.set(column.field.name, columns);
  }
  return loaded;
}

/** A column's values in each segment, read from its files; null where a segment has no file that holds it. */
export async function loadColumn(
  group: TableGroup,
  at: number,
  column: TableColumn,
  resources: ScanResources,
): Promise<GridColumn[] | null> {
  const read = new Map<string, GridColumn>();
  const out: GridColumn[] = [];
  for (const segment of group.segments) {
    const piece = segment.pieces[at];
    if (!piece) return null;
    const box = group.axes.map((axis, a) =>
      a === group.joined ? { start: segment.start, stop: segment.stop } : { start: 0, stop: axis.length },
    );
    const key = keyOf(piece, segment);
    const own =
      read.get(key) ??
      (await readPiece(column, piece, segment, group.joined, { box, runs: box.map((range) => [range]) }, resources));
    read.set(key, own);
    out.push(own);
  }
  return out.length > 0 ? out : null;
}

function keyOf(piece: Piece, segment: { readonly start: number; readonly stop: number }): string {
  return JSON.stringify([
    piece.member,
    piece.variable,
    piece.offset === null ? null : [piece.offset, piece.step, segment.stop - segment.start],
  ]);
}
