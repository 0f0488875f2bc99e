import { ParquetFile } from "../../src/parquet/read/parquet-file.js";
import { type Cell, cellsOf } from "../../src/schema/row-cells.js";
import { openStore } from "../../src/store/open-store.js";

/** Cells as the JSON of sample-data/parquet writes them. */
export function plainCell(cell: Cell): unknown {
  if (typeof cell === "bigint") return `#${cell}`;
  if (cell instanceof Uint8Array) return `x${Buffer.from(cell).toString("hex")}`;
  if (typeof cell === "number" && (!Number.isFinite(cell) || Object.is(cell, -0))) return Object.is(cell, -0) ? "-0" : String(cell);
  if (Array.isArray(cell)) return cell.map(plainCell);
  if (typeof cell === "object" && cell !== null)
    return Object.fromEntries(Object.entries(cell).map(([name, value]) => [name, plainCell(value as Cell)]));
  return cell;
}

/** Every column of a file. @param window rows that are decoded at a time */
export async function readCells(path: string, window = Number.POSITIVE_INFINITY): Promise<Record<string, unknown[]>> {
  const source = await openStore().open(path);
  try {
    const file = await ParquetFile.open(source);
    const columns: Record<string, unknown[]> = Object.fromEntries(file.fields.map((field) => [field.name, []]));
    for (const [group, { rows }] of file.metadata.rowGroups.entries()) {
      const leaves = file.tree.leaves.map((leaf) => leaf.index);
      await file.loadPlaces([{ group, leaves }]);
      const reader = await file.fetch(group, file.tree.nodes, [{ start: 0, stop: rows }]);
      for (const node of file.tree.nodes)
        for (let start = 0; start < rows; start += window) {
          const stop = Math.min(rows, start + window);
          const cell = cellsOf(node.field.type, reader.read(node, [{ start, stop }]));
          for (let i = 0; i < stop - start; i++) columns[node.field.name]?.push(plainCell(cell(i)));
        }
    }
    return columns;
  } finally {
    await source.close();
  }
}
