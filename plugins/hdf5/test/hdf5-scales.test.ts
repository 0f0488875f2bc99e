import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { open } from "../../../src/index.js";

test("a scale of another length, that cannot grow, neither cuts values off nor makes some up", async () => {
  const dataset = await open(join(import.meta.dirname, "../../../sample-data/hdf5-scale-lengths.h5"));
  try {
    const read = async (path: string) => [...((await dataset.variable(path).read()).values as Int32Array)];
    // As h5py reads them.
    expect(await read("/short")).toEqual([1, 2, 3]);
    expect(await read("/same")).toEqual([1, 2, 3, 4]);
    expect(await read("/long")).toEqual([1, 2, 3, 4, 5]);
    expect(dataset.variable("/same").dims).toEqual(["y"]);
    expect(dataset.variable("/long").dims[0]).toMatch(/^phony_dim_/);
    expect(dataset.warnings).toEqual([
      "/long has 5 along dimension 1, and its scale /y has 4: the scale is not taken for its coordinate",
      "/short has 3 along dimension 1, and its scale /y has 4: the scale is not taken for its coordinate",
    ]);
  } finally {
    await dataset.close();
  }
});
