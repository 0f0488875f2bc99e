import type { DestinationLayout } from "./layout.js";

/** Beside the dataset, for people: what the last run did. Nothing reads it back. */
export async function writeReport({ store, state }: DestinationLayout, result: object): Promise<void> {
  await store.write(`${state}/report.json`, `${JSON.stringify(result, null, 2)}\n`, false);
}
