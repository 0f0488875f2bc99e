import { join } from "node:path";
import { writeAtomic } from "./atomic.js";
import type { DestinationLayout } from "./layout.js";
import type { Snapshot } from "./snapshot.js";

/** Beside the dataset, for people: what is here, and how it came to be. Nothing reads it back. */
export function writeReport(layout: DestinationLayout, snapshot: Snapshot, result: object): void {
  writeAtomic(join(layout.state, "report.json"), `${JSON.stringify(result, null, 2)}\n`, false);
  writeAtomic(join(layout.state, "README.md"), readme(layout, snapshot), false);
}

function readme(layout: DestinationLayout, snapshot: Snapshot): string {
  const rows = snapshot.parts.reduce((n, part) => n + part.rows, 0);
  const sources = new Set(snapshot.parts.flatMap((part) => part.sources));
  const where = layout.single ? layout.dest : `${layout.dest}/`;
  return `# What this folder is

The memory of \`${where}\`, which holds ${rows} rows in ${snapshot.parts.length} Parquet files made from ${sources.size} inputs. Readers of the data do not need it; \`graticule resume\` and \`--append\` do.

- \`snapshots/<n>.json\`: the parts with rows, bytes, SHA-256, their boxes in the source grid, and the files that they come from; \`LATEST\` names the current one.
- \`ledger.jsonl\`: which version of which input is in which snapshot.
- \`runs/<id>/\`: the plan of each run, a marker per finished task, and its history.
- \`report.json\`: what the last run did.
`;
}
