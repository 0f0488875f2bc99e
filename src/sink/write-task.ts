import { setImmediate as nextTurn } from "node:timers/promises";
import { compressorFor } from "../parquet/compress.js";
import type { EncodedRowGroup } from "../parquet/row-group.js";
import type { SinkSpec } from "../plan/nodes.js";
import type { TablePlan } from "../plan/run.js";
import type { GridBatch } from "../schema/grid-batch.js";
import { columnOptions } from "./column-options.js";
import type { TaskMarker } from "./commit/markers.js";
import { EncodingTally } from "./encoding-tally.js";
import { type PartContext, PartWriter } from "./part-writer.js";
import { RowGroupBuilder } from "./row-group-builder.js";

/** Rows of a page at most: half a megabyte of float32, which compresses well and is a fine grain for pruning. */
export const PAGE_ROWS = 1 << 17;

/** Writes a task's batches to parts of its own that are staged; on failure nothing is left of them. No rows, no part. */
export async function stageParts(
  batches: AsyncIterable<GridBatch>,
  sink: SinkSpec,
  table: Pick<TablePlan, "sorted" | "rowGroupRows">,
  context: PartContext,
): Promise<Pick<TaskMarker, "parts" | "encodings">> {
  const builder = new RowGroupBuilder(table.rowGroupRows ?? sink.rowGroupRows, {
    ...columnOptions(sink),
    codec: sink.compression.codec,
    compress: await compressorFor(sink.compression),
    pageRows: PAGE_ROWS,
    ...(table.sorted && { sorted: table.sorted }),
  });
  const encodings = new EncodingTally();
  let writer: PartWriter | null = null;
  try {
    const append = async (groups: Iterable<EncodedRowGroup>): Promise<void> => {
      for (const group of groups) {
        writer ??= await PartWriter.open(context, "", 0);
        encodings.add(group);
        await writer.append(group);
      }
    };
    for await (const batch of batches) {
      await append(builder.add(batch));
      // Reading and encoding can be synchronous from end to end; a Ctrl-C is heard in between.
      await nextTurn();
    }
    await append(builder.finish());
    const whole = writer as PartWriter | null;
    return { parts: whole ? [await whole.finish()] : [], encodings: encodings.of(context.description.fields) };
  } catch (error) {
    // What cannot be given up now is litter that nobody reads, and the finaliser or `gc` removes.
    await (writer as PartWriter | null)?.abandon().catch(() => undefined);
    throw error;
  }
}
