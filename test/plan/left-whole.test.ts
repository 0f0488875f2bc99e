import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { explainInputs } from "../../src/cli/explain/explain-inputs.js";
import { planConvert } from "../../src/physical/plan-convert.js";
import { archiveOf, collect, SINK, SMALL, withMembers } from "./collect.js";

const FILE = join(import.meta.dirname, "../../sample-data/archive-groups/siblings.nc");
const SUBSET = { order: "storage", jobs: 1, memory: 1 << 30, verbose: false } as const;

describe("coordinates that a variable names in a sibling group", () => {
  test("are columns of its table, and --time filters it as xarray does", async () => {
    const archive = await archiveOf([FILE]);
    expect(archive.tables.map(({ columns }) => columns.map(({ field }) => field.name))).toEqual([
      ["channel", "time"],
      ["scan", "pixel", "time", "latitude", "longitude", "column"],
    ]);
    await withMembers(archive, async (cache) => {
      const request = { time: "2024-06-01T00:00:15/2024-06-02", sink: SINK };
      const { run } = await planConvert(archive, request, { ...SMALL, resources: cache });
      const rows = (await collect(run, cache)).filter((row) => "column" in row);
      expect(rows.map((row) => row.column)).toEqual([6, 7, 8, 9, 10, 11]);
      expect(rows.map((row) => row.latitude)).toEqual([30, 30, 30, 40, 40, 40]);
    });
  });

  test("only what no group has is said to be absent", async () => {
    const { warnings } = await archiveOf([FILE]);
    expect(warnings).toEqual(['/product/column: coordinates names "altitude", which the file does not have']);
  });
});

describe("a table that lacks what a filter needs", () => {
  test.each([
    [{ time: "2024-06-01T00:00:15/2024-06-02" }, "--time: no times with dates"],
    [{ bbox: "0,0,2,20" }, "--bbox: no longitudes and latitudes in degrees"],
    [{ where: "scan < 2" }, '--where: no "scan"'],
  ])("is named in a warning: %j", async (subset, reason) => {
    const { warnings } = await explainInputs([FILE], { ...SUBSET, ...subset });
    expect(warnings.filter((text) => text.includes("left whole"))).toEqual([`support_channel is left whole by ${reason}`]);
  });
});
