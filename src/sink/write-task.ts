import { compressorFor } from "../parquet/compress.js";
import type { SinkSpec } from "../plan/nodes.js";
import type { TablePlan } from "../plan/run.js";
import type { GridBatch } from "../schema/grid-batch.js";
import { columnOptions } from "./column-options.js";
import type { TaskMarker } from "./commit/markers.js";
import { EncodingTally } from "./encoding-tally.js";
import type { PartContext } from "./part-writer.js";
import { PartSet } from "./partition/part-set.js";
import { splitTask } from "./split-task.js";

/** Rows of a page at most: half a megabyte of float32, which compresses well and is a fine grain for pruning. */
export const PAGE_ROWS = 1 << 17;

/** Writes a task's batches to parts of its own that are staged; on failure nothing is left of them. No rows, no part. */
export async function stageParts(
  batches: AsyncIterable<GridBatch>,
  sink: SinkSpec,
  table: TablePlan,
  context: PartContext,
): Promise<Pick<TaskMarker, "parts" | "encodings">> {
  const encodings = new EncodingTally();
  const options = {
    ...columnOptions(sink),
    maxRows: table.rowGroupRows ?? sink.rowGroupRows,
    codec: sink.compression.codec,
    compress: await compressorFor(sink.compression),
    pageRows: PAGE_ROWS,
    ...(table.sorted && !table.sky && { sorted: table.sorted }),
  };
  const parts = new PartSet(options, context, encodings);
  try {
    for await (const { folder, batch } of splitTask(batches, table, sink)) await parts.add(folder, batch);
    return { parts: await parts.finish(), encodings: encodings.of(context.description.fields) };
  } catch (error) {
    // What cannot be given up now is litter that nobody reads, and the finaliser or `gc` removes.
    await parts.abandon().catch(() => undefined);
    throw error;
  }
}
