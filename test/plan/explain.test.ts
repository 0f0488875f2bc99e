import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { explainInputs } from "../../src/cli/explain/explain-inputs.js";
import { isGraticuleError } from "../../src/errors.js";

const FILE = join(import.meta.dirname, "../../sample-data/one-predicate/t2m.nc");
const asked = { order: "storage" as const, jobs: 1, memory: 1 << 30, verbose: false };

describe("explain", () => {
  test("says what becomes a slice, what stays, and what a run reads", async () => {
    const document = await explainInputs([FILE], { ...asked, where: "lat between 40 and 50 and t2m > 273.15" });
    const lines = document.text.split("\n").map((line) => line.trim());
    expect(lines).toContain("slices: lat [16:21]");
    expect(lines).toContain("chunks: 16 kept, 48 pruned by slices");
    expect(lines).toContain(
      "inexact: t2m > 273.15, stored 2313 to inf (widened by a step); chunks carry no zone maps, so none is dropped by it",
    );
    expect(lines).toContain("rows: cells where t2m > 273.15, one fused loop");
    expect(lines.filter((line) => line.startsWith("After"))).toEqual([]);
    expect(document.rules).toEqual(["simplify", "split-conjunction", "push-down-filter", "extract-slices", "prune-columns"]);
    expect(document.expected).toMatchObject({ chunks: 16, pruned: 48, rows: 4320, chunkRequests: 16 });
    const { chunkBytes, bytes, requests } = document.expected;
    expect(lines).toContain(`reads: 1 file, 16 chunks, 16 requests, ${chunkBytes} bytes`);
    expect(lines).toContain(`beside them, for headers and indexes: ${requests - 16} requests, ${bytes - chunkBytes} bytes`);
  });

  test("verbose: the tree after every rule; array order: how often a chunk is decoded", async () => {
    const { text } = await explainInputs([FILE], {
      ...asked,
      verbose: true,
      order: "array",
      memory: 6 * 73 * 72 * 8,
      bbox: "350,-10,20,30",
    });
    expect(text).toContain("After push-down-filter");
    expect(text).toContain("exact: wrap_between(lon, 350, 20)");
    expect(text).toMatch(/order: the array's own; bands of whole chunks/);
    const thin = await explainInputs([FILE], { ...asked, order: "array", memory: 6 * 73 * 72 * 8 });
    expect(thin.text).toContain("bands are thinner than chunks, a chunk is decoded up to 3 times");
  });

  test("a sort: its loops, how many blocks it takes, and what cannot be sorted in the memory there is", async () => {
    const curve = await explainInputs([FILE], { ...asked, sortBy: "hilbert(lon, lat), time desc", memory: 400_000 });
    expect(curve.text).toContain("Sort by hilbert(lon, lat), time desc");
    expect(curve.text).toContain("order: lat x lon by hilbert(lon, lat), then time by time desc: a permutation of the grid");
    expect(curve.text).toMatch(/\d+ blocks, each read and put into order in memory; a chunk is decoded for every block/);
    expect(curve.expected.rows).toBe(12 * 73 * 72);
    const error = await explainInputs([FILE], { ...asked, sortBy: "t2m", memory: 100_000 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ tag: "unsupported", message: "sorting 63072 cells by t2m in memory" });
  });

  test("SQL and recipes are named as not there yet", async () => {
    for (const input of ["SELECT * FROM 'air.nc'", "recipe.yaml"]) {
      const error = await explainInputs([input], asked).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(isGraticuleError(error, "unsupported")).toBe(true);
    }
  });

  test("a column that no table has, and a date that no calendar has, are errors of usage", async () => {
    for (const where of ["latitude > 4", "time > '2001-02-30'", "lat > 40 and"]) {
      const error = await explainInputs([FILE], { ...asked, where }).catch((thrown: unknown) => thrown);
      expect(isGraticuleError(error, "usage")).toBe(true);
    }
  });
});
