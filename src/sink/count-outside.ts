import { isSet } from "../schema/bitmap.js";
import { cellCount, type GridBatch } from "../schema/grid-batch.js";
import { plainBatch } from "./plain-batch.js";

/** By column: rows whose value lies outside of what the files call valid. */
export type OutsideCounts = Record<string, number>;

/** The same batches; what lies outside in their rows is added to `counts` as they pass. */
export async function* countingOutside(batches: AsyncIterable<GridBatch>, counts: OutsideCounts): AsyncIterable<GridBatch> {
  for await (const batch of batches) {
    for (const { field, axes, outside } of batch.columns) {
      if (!outside) continue;
      const data = Uint8Array.from({ length: outside.length }, (_, i) => (isSet(outside, i) ? 1 : 0));
      const { axes: kept, columns } = plainBatch({ ...batch, columns: [{ field, axes, data }] });
      const flags = columns[0]?.data as Uint8Array;
      const found = flags.reduce((n, flag) => n + flag, 0);
      // Where the column varies along some axes only, each of its values stands in several rows.
      const rows = flags.length === 0 ? 0 : (found * cellCount({ axes: kept, columns })) / flags.length;
      if (rows > 0) counts[field.name] = (counts[field.name] ?? 0) + rows;
    }
    yield batch;
  }
}

export function sumOutside(all: readonly (OutsideCounts | undefined)[]): OutsideCounts {
  const sum: OutsideCounts = {};
  for (const counts of all) for (const [column, rows] of Object.entries(counts ?? {})) sum[column] = (sum[column] ?? 0) + rows;
  return sum;
}
