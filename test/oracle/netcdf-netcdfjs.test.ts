import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { NetCDFReader } from "netcdfjs";
import plugin from "../../plugins/netcdf/src/index.js";
import { readBox } from "../../src/format/read-box.js";
import { readContext } from "../../src/format/read-context.js";
import { wholeBox } from "../../src/schema/box.js";

const samples = join(import.meta.dirname, "../../sample-data/netcdf3");

/** What netcdfjs 4.0 gives wrong: padding of narrow records as data, bytes without sign, anything of CDF-5. */
const WRONG_IN_NETCDFJS = /^(record|fixed|scalar)_(i1|S1|i2)$/;

describe("netcdfjs on easy files", () => {
  test.each(["cdf1-every-type", "cdf2-every-type"])("%s: the same numbers of 32 and 64 bits", async (name) => {
    const path = join(samples, `${name}.nc`);
    const context = readContext({ parallel: false });
    const dataset = await plugin.open(await context.openSource(path), context);
    const other = new NetCDFReader(readFileSync(path));
    let compared = 0;
    for (const variable of dataset.variables) {
      if (WRONG_IN_NETCDFJS.test(variable.name)) continue;
      const ours = Array.from((await readBox(variable, wholeBox(variable.shape), context)) as Float64Array);
      expect([variable.path, ours]).toEqual([variable.path, other.getDataVariable(variable.name).flat()]);
      compared++;
    }
    expect(compared).toBe(9);
    await context.close();
  });
});
