import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readArrow } from "../../src/index.js";

test("characters that are nothing but their fill value are null in tables", async () => {
  const { batches } = await readArrow({ inputs: join(import.meta.dirname, "../../sample-data/char-flags") });
  const rows: unknown[] = [];
  for await (const batch of batches)
    for (let i = 0; i < batch.numRows; i++) rows.push([batch.getChild("flag")?.get(i), batch.getChild("name")?.get(i)]);
  // flag as xarray reads it; of names, those that were never written.
  expect(rows).toEqual([
    ["1", "abc"],
    [null, null],
    ["4", "a*"],
    [null, "x"],
  ]);
});
