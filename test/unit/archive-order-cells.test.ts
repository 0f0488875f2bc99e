import { describe, expect, test } from "@jest/globals";
import { type CellRun, type Lane, orderCells } from "../../src/archive/order-cells.js";

const lane = (keys: readonly number[], rank = 0): Lane => ({ rank, keys: Float64Array.from(keys), length: keys.length });
const told = (runs: readonly CellRun[]) =>
  runs.map(
    (run) => `${run.start}:${run.stop} ${run.sources.map((s) => `${s.lane}[${s.index}]${s.step > 0 ? "+" : "-"}`).join(" ")}`,
  );

describe("cells of many files in coordinate order", () => {
  test("one lane keeps its order, whatever it is", () => {
    expect(told(orderCells([lane([3, 1, 1, Number.NaN])], 0))).toEqual(["0:4 0[0]+"]);
  });

  test("lanes that follow one another are a run each, in whatever order they came", () => {
    expect(told(orderCells([lane([10, 11]), lane([1, 2, 3]), lane([5])], 0))).toEqual(["0:3 1[0]+", "3:4 2[0]+", "4:6 0[0]+"]);
  });

  test("descending lanes stay descending; single cells go along", () => {
    expect(told(orderCells([lane([1, 0]), lane([5, 4]), lane([3])], 0))).toEqual(["0:2 1[0]+", "2:3 2[0]+", "3:5 0[0]+"]);
  });

  test("a descending lane among ascending ones is read backwards", () => {
    expect(told(orderCells([lane([1, 2]), lane([6, 5, 4])], 0))).toEqual(["0:2 0[0]+", "2:5 1[2]-"]);
  });

  test("interleaved lanes give a run for every change", () => {
    expect(told(orderCells([lane([1, 3, 4]), lane([2, 5])], 0))).toEqual(["0:1 0[0]+", "1:2 1[0]+", "2:4 0[1]+", "4:5 1[1]+"]);
  });

  test("what overlaps is one cell with several sources", () => {
    expect(told(orderCells([lane([1, 2, 3]), lane([2, 3, 4])], 0))).toEqual(["0:1 0[0]+", "1:3 0[1]+ 1[0]+", "3:4 1[2]+"]);
  });

  test("a coordinate that one file has twice is one cell with two sources of it", () => {
    expect(told(orderCells([lane([1, 1, 2]), lane([3])], 0))).toEqual(["0:1 0[0]+ 0[1]+", "1:2 0[2]+", "2:3 1[0]+"]);
  });

  test("within a tolerance keys are equal", () => {
    expect(told(orderCells([lane([1, 2]), lane([2.05, 3])], 0.1))).toEqual(["0:1 0[0]+", "1:2 0[1]+ 1[0]+", "2:3 1[1]+"]);
    expect(orderCells([lane([1, 2]), lane([2.05, 3])], 0)).toHaveLength(2);
  });

  test("missing coordinates come last, each by itself", () => {
    expect(told(orderCells([lane([Number.NaN, 1]), lane([2, Number.NaN])], 0))).toEqual([
      "0:1 0[1]+",
      "1:2 1[0]+",
      "2:3 0[0]+",
      "3:4 1[1]+",
    ]);
  });

  test("ranks come before keys", () => {
    expect(told(orderCells([lane([1, 2], 1), lane([1, 2], 0)], 0))).toEqual(["0:2 1[0]+", "2:4 0[0]+"]);
  });

  test("without coordinates lanes follow in their order; empty ones vanish", () => {
    const plain = (length: number): Lane => ({ rank: 0, keys: null, length });
    expect(told(orderCells([plain(2), plain(0), plain(3)], 0))).toEqual(["0:2 0[0]+", "2:5 2[0]+"]);
  });

  test("ten thousand files of a day each take no time", () => {
    const lanes = Array.from({ length: 10_000 }, (_, day) => lane(Array.from({ length: 24 }, (_, h) => day * 24 + h)));
    const started = performance.now();
    expect(orderCells(lanes, 0)).toHaveLength(10_000);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
