import { setImmediate as nextTurn } from "node:timers/promises";
import type { SinkSpec } from "../plan/nodes.js";
import type { TablePlan } from "../plan/run.js";
import type { GridBatch } from "../schema/grid-batch.js";
import { CARD_FOLDER } from "./conventions/dataset-card.js";
import { placeKeys } from "./partition/place-keys.js";
import { splitByKeys } from "./partition/split-by-keys.js";
import { splitBySky } from "./sky/split-by-sky.js";

/** Rows of a task that go into one folder; each batch holds until the next one. */
export interface FolderRows {
  /** Under the table's, "" is itself. */
  readonly folder: string;
  readonly batch: GridBatch;
}

/** The batches of a task by folder, in each of them in order. */
export async function* splitTask(
  batches: AsyncIterable<GridBatch>,
  table: TablePlan,
  { layout }: Pick<SinkSpec, "layout">,
): AsyncGenerator<FolderRows> {
  if (table.sky) {
    yield* splitBySky(batches, table.sky);
    return;
  }
  const keys = placeKeys(table);
  const apart = { start: table.output.length, stop: table.output.length + (table.also?.length ?? 0) };
  const base = layout === "huggingface" ? CARD_FOLDER : "";
  for await (const batch of batches) {
    if (keys.length === 0) yield { folder: base, batch };
    else
      for (const { folder, batch: own } of splitByKeys(batch, keys, apart))
        yield { folder: base === "" ? folder : `${base}/${folder}`, batch: own };
    // Reading and encoding can be synchronous from end to end; a Ctrl-C is heard in between.
    await nextTurn();
  }
}
