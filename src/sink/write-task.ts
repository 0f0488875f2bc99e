import { setImmediate as nextTurn } from "node:timers/promises";
import { compressorFor } from "../parquet/compress.js";
import type { SinkSpec } from "../plan/nodes.js";
import type { TablePlan } from "../plan/run.js";
import type { GridBatch } from "../schema/grid-batch.js";
import { columnOptions } from "./column-options.js";
import type { TaskMarker } from "./commit/markers.js";
import { CARD_FOLDER } from "./conventions/dataset-card.js";
import { EncodingTally } from "./encoding-tally.js";
import type { PartContext } from "./part-writer.js";
import { PartSet } from "./partition/part-set.js";
import { placeKeys } from "./partition/place-keys.js";
import { splitByKeys } from "./partition/split-by-keys.js";
import { splitBySky } from "./sky/split-by-sky.js";

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
  const base = sink.layout === "huggingface" ? CARD_FOLDER : "";
  const keys = placeKeys(table);
  const apart = { start: table.output.length, stop: table.output.length + (table.also?.length ?? 0) };
  try {
    if (table.sky) for await (const { folder, batch } of splitBySky(batches, table.sky)) await parts.add(folder, batch);
    else
      for await (const batch of batches) {
        if (keys.length === 0) await parts.add(base, batch);
        else
          for (const { folder, batch: own } of splitByKeys(batch, keys, apart))
            await parts.add(base === "" ? folder : `${base}/${folder}`, own);
        // Reading and encoding can be synchronous from end to end; a Ctrl-C is heard in between.
        await nextTurn();
      }
    return { parts: await parts.finish(), encodings: encodings.of(context.description.fields) };
  } catch (error) {
    // What cannot be given up now is litter that nobody reads, and the finaliser or `gc` removes.
    await parts.abandon().catch(() => undefined);
    throw error;
  }
}
