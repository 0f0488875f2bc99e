import type { TableColumn, TableGroup } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import type { SortedColumn } from "../parquet/file-layout.js";
import type { OrderGroup, OrderKey, TablePlan } from "../plan/run.js";
import type { SortKey } from "../plan/sort-keys.js";
import { knownColumnsOf } from "../scan/known-columns.js";
import type { ScanResources } from "../scan/member-cache.js";
import { type OrderedCells, orderCells } from "../scan/order-cells.js";
import { cellsOf, clipRuns } from "../scan/runs.js";
import type { ScanTable } from "../scan/scan-table.js";
import { directionOf } from "./row-order.js";

/** How the rows of a table come out: nested loops, and the cells of each. */
export interface TableOrder {
  readonly groups: readonly OrderGroup[];
  readonly cells: readonly OrderedCells[];
}

/** Bytes that putting a cell into order takes: keys, positions, what they are sorted into. */
const ORDER_BYTES = 32;

/**
 * Nested loops that give the rows in the order of some keys. Each key is a loop of its own over the axes along which it varies;
 * what follows a key whose values repeat is sorted together with it. Axes that no key names come last, in their own order.
 * @param memory bytes that keys over several axes, and those that must be read, may take
 * @throws `unsupported` where the keys need more than that; what reading them throws
 */
export async function planOrder(
  table: ScanTable,
  keys: readonly SortKey[],
  memory: number,
  resources?: ScanResources,
): Promise<TableOrder> {
  const { group } = table;
  let loops: { readonly group: OrderGroup; readonly cells: OrderedCells }[] = [];
  for (const key of keys) {
    const bound = bindKey(group, key);
    const axes = axesOf(group, bound);
    const from = loops.findIndex((loop) => !loop.cells.isStrict || loop.group.axes.some((axis) => axes.includes(axis)));
    const isDecided = axes.every((axis) => loops.some((loop) => loop.group.axes.includes(axis)));
    if (axes.length === 0 || (isDecided && loops.every(({ cells }) => cells.isStrict))) continue;
    const merged = from < 0 ? [] : loops.slice(from);
    const own: OrderGroup = {
      axes: [...new Set([...merged.flatMap((loop) => loop.group.axes), ...axes])].sort((a, b) => a - b),
      keys: [...merged.flatMap((loop) => loop.group.keys), bound],
    };
    requireRoom(table, own, memory);
    loops = [...loops.slice(0, from < 0 ? loops.length : from), { group: own, cells: await orderCells(table, own, resources) }];
  }
  for (const axis of group.axes.keys()) {
    if (loops.some((loop) => loop.group.axes.includes(axis))) continue;
    const own: OrderGroup = { axes: [axis], keys: [] };
    loops.push({ group: own, cells: await orderCells(table, own) });
  }
  return { groups: loops.map((loop) => loop.group), cells: loops.map((loop) => loop.cells) };
}

function bindKey({ columns }: TableGroup, key: SortKey): OrderKey {
  const at = (name: string): number => {
    const found = columns.findIndex(({ field }) => field.name === name);
    if (found < 0) throw new GraticuleError("internal", `the plan sorts by "${name}", which its table lacks`);
    return found;
  };
  if (key.kind === "column") return { kind: "column", column: at(key.column), descending: key.descending };
  const [x, y] = [at(key.x), at(key.y)];
  for (const own of [x, y]) {
    const { type, name } = (columns[own] as TableColumn).field;
    if (type.kind !== "number") throw new GraticuleError("usage", `--sort-by hilbert: "${name}" is no number`, { variable: name });
  }
  return { kind: "hilbert", x, y, isGlobe: columns[x]?.axis === "X" && columns[y]?.axis === "Y" };
}

function columnsOf(key: OrderKey): readonly number[] {
  return key.kind === "column" ? [key.column] : [key.x, key.y];
}

function axesOf(group: TableGroup, key: OrderKey): number[] {
  return [...new Set(columnsOf(key).flatMap((at) => group.columns[at]?.axes ?? []))];
}

function requireRoom({ group, selection }: ScanTable, { axes, keys }: OrderGroup, memory: number): void {
  const cells = axes.reduce(
    (n, axis) => n * cellsOf(clipRuns(selection[axis] ?? null, { start: 0, stop: group.axes[axis]?.length ?? 0 })),
    1,
  );
  const known = knownColumnsOf(group);
  const isRead = keys.some((key) => columnsOf(key).some((at) => !known.has(group.columns[at] as TableColumn)));
  if ((axes.length === 1 && !isRead) || cells * ORDER_BYTES <= memory) return;
  const names = keys.flatMap((key) => columnsOf(key).map((at) => group.columns[at]?.field.name ?? ""));
  throw new GraticuleError("unsupported", `sorting ${cells} cells by ${[...new Set(names)].join(", ")} in memory`, {
    hint: `it takes ${Math.ceil((cells * ORDER_BYTES) / 1e6)} MB, and there are ${Math.floor(memory / 1e6)}: a larger --memory, fewer --jobs, or a sort by coordinates of axes, whose values do not repeat`,
  });
}

/** The output columns that rows in a table's order are sorted by, as far as Parquet can say it. */
export function sortedByOrder(
  { group, output }: Pick<TablePlan, "group" | "output">,
  { groups, cells }: TableOrder,
): SortedColumn[] {
  const sorted: SortedColumn[] = [];
  const add = (column: number, descending: boolean): boolean => {
    const at = output.findIndex((own) => own.column === column);
    if (at >= 0) sorted.push({ column: at, descending, nullsFirst: false });
    return at >= 0;
  };
  for (const [g, { axes, keys }] of groups.entries()) {
    for (const key of keys) if (key.kind !== "column" || !add(key.column, key.descending)) return sorted;
    if (!cells[g]?.isStrict) return sorted;
    if (keys.length > 0) continue;
    const own = group.axes[axes[0] as number];
    const direction = own && directionOf(group.columns[own.column], own.length);
    if (!own || !direction || !add(own.column, direction.descending) || !direction.isStrict) return sorted;
  }
  return sorted;
}
