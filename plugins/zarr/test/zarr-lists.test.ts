import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readBox } from "../../../src/format/read-box.js";
import { sizeOf } from "../../../src/schema/box.js";
import { interestingBoxes, seeded, sliceOf } from "../../../test/contract/boxes.js";
import { type Plain, plainValues } from "../../../test/contract/expected.js";
import { openStore, samples } from "./open-store.js";

/** Text of varying length, UTF-32, structures that hold it, and complex numbers: what the contract suite leaves out. */
describe.each(["v2.zip", "v3.zip"])("lists and complex numbers of %s are those of zarr-python", (name) => {
  const file = join(samples, "zarr-contract", name);
  const { lists } = JSON.parse(readFileSync(`${file}.json`, "utf8")) as { lists: Record<string, Plain[]> };

  test.each(Object.keys(lists))("%s", async (path) => {
    const { variable, context } = await openStore(file);
    const one = variable(path);
    for (const box of interestingBoxes(one.shape, seeded(3))) {
      if (sizeOf(box.map((r) => r.stop - r.start)) === 0) continue;
      const read = plainValues(await readBox(one, box, context), one.dtype.name);
      const found = one.dtype.name.startsWith("complex") ? pairs(read) : read;
      expect([box, found]).toEqual([box, sliceOf(lists[path] ?? [], one.shape, box)]);
    }
  });
});

function pairs(flat: readonly Plain[]): Plain[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as Plain, flat[2 * i + 1] as Plain]);
}
