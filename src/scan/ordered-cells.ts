import type { OrderGroup } from "../plan/run.js";
import type { ScanResources } from "./member-cache.js";
import { type OrderedCells, orderCells } from "./order-cells.js";
import type { ScanTable } from "./scan-table.js";

const ORDERED = new WeakMap<object, Promise<readonly OrderedCells[]>>();

/** The cells of every group of a table's order; made once for all of its tasks. */
export function orderedCellsOf(
  table: ScanTable & { readonly order?: readonly OrderGroup[] },
  resources?: ScanResources,
): Promise<readonly OrderedCells[]> {
  const known = ORDERED.get(table);
  if (known) return known;
  const made = (async () => {
    const groups: OrderedCells[] = [];
    for (const group of table.order ?? []) groups.push(await orderCells(table, group, resources));
    return groups;
  })();
  ORDERED.set(table, made);
  // Whoever asks again after a failure tries again.
  made.catch(() => ORDERED.delete(table));
  return made;
}
