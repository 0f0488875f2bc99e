import { join } from "node:path";
import { writeAtomic } from "./atomic.js";
import type { DestinationLayout } from "./layout.js";

/** Beside the dataset, for people: what the last run did. Nothing reads it back. */
export function writeReport(layout: DestinationLayout, result: object): void {
  writeAtomic(join(layout.state, "report.json"), `${JSON.stringify(result, null, 2)}\n`, false);
}
