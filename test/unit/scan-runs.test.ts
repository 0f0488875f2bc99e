import { describe, expect, test } from "@jest/globals";
import type { ArrayVariable } from "../../src/format/contract.js";
import { areasOf } from "../../src/scan/areas.js";
import { fileBoxesOf } from "../../src/scan/file-boxes.js";
import { reorder } from "../../src/scan/reorder.js";
import { clipRuns, intersectRuns, runsOf } from "../../src/scan/runs.js";

const runs = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([start, stop]) => ({ start, stop }));

function variable(shape: readonly number[], chunks: readonly number[] | null): ArrayVariable {
  return { shape, chunks, dtype: { name: "float32", size: 4 } } as unknown as ArrayVariable;
}

const piece = { member: 0, variable: "/v", axes: [0, 1], offset: null, step: 1 as const, chunks: null, elementSize: 4 };

describe("runs of indices", () => {
  test("from flags, intersected, clipped", () => {
    expect(runsOf(Uint8Array.of(0, 1, 1, 0, 1))).toEqual(runs([1, 3], [4, 5]));
    expect(runsOf(Uint8Array.of(1, 1))).toBeNull();
    expect(runsOf(Uint8Array.of(0, 0))).toEqual([]);
    expect(intersectRuns(runs([0, 5], [8, 12]), runs([3, 9], [11, 20]))).toEqual(runs([3, 5], [8, 9], [11, 12]));
    expect(clipRuns(runs([0, 5], [8, 12]), { start: 4, stop: 9 })).toEqual(runs([4, 5], [8, 9]));
    expect(clipRuns(null, { start: 4, stop: 9 })).toEqual(runs([4, 9]));
    expect(clipRuns(runs([0, 2]), { start: 4, stop: 9 })).toEqual([]);
  });
});

describe("areas", () => {
  test("a slab where nothing is selected is none", () => {
    expect(areasOf(runs([0, 10], [0, 10]), [null, runs([20, 30])])).toEqual([]);
  });

  test("are cut along the first axis where the gap is large, and only there", () => {
    const slab = runs([0, 1000], [0, 1000]);
    expect(areasOf(slab, [runs([0, 1], [990, 1000]), runs([0, 1], [999, 1000])]).length).toBe(2);
    const near = areasOf(slab, [runs([0, 1], [30, 40]), runs([0, 1], [999, 1000])]);
    expect(near.map((area) => area.box)).toEqual([runs([0, 40], [0, 1000])]);
  });
});

describe("boxes of a file", () => {
  test("leave out whole chunks between two runs, and read a shared chunk once", () => {
    const area = { box: runs([0, 4], [0, 100]), runs: [runs([0, 4]), runs([0, 12], [15, 20], [90, 100])] };
    const { boxes } = fileBoxesOf(piece, variable([4, 100], [2, 10]), { start: 0, stop: 4, pieces: [] }, null, area);
    expect(boxes).toEqual([runs([0, 4], [0, 20]), runs([0, 4], [90, 100])]);
  });

  test("of a block bridge small gaps and leave out large ones", () => {
    const area = { box: runs([0, 500], [0, 100]), runs: [runs([0, 1], [499, 500]), runs([0, 1], [99, 100])] };
    const { boxes } = fileBoxesOf(piece, variable([500, 100], null), { start: 0, stop: 500, pieces: [] }, null, area);
    expect(boxes).toEqual([runs([0, 1], [0, 100]), runs([499, 500], [0, 100])]);
  });

  test("follow a file that runs backwards from where the segment begins", () => {
    const segment = { start: 100, stop: 110, pieces: [] };
    const own = { ...piece, axes: [0], offset: 9, step: -1 as const };
    const area = { box: runs([102, 108]), runs: [runs([102, 104], [107, 108])] };
    const found = fileBoxesOf(own, variable([10], [1]), segment, 0, area);
    // Index 102 of the table is index 7 of the file.
    expect(found).toEqual({ span: runs([2, 8]), boxes: [runs([2, 3]), runs([6, 8])], reversed: [true] });
  });
});

describe("reorder", () => {
  test("transposes and turns as numpy does", () => {
    // np.arange(24).reshape(2, 3, 4)[:, ::-1].transpose(2, 0, 1).ravel()
    const turned = [8, 4, 0, 20, 16, 12, 9, 5, 1, 21, 17, 13, 10, 6, 2, 22, 18, 14, 11, 7, 3, 23, 19, 15];
    const values = Int16Array.from({ length: 24 }, (_, i) => i);
    expect([...reorder(values, [2, 3, 4], [2, 0, 1], [false, true, false])]).toEqual(turned);
    expect(reorder(values, [2, 3, 4], [0, 1, 2], [false, false, false])).toBe(values);
    expect(reorder(["a", "b", "c"], [3], [0], [true])).toEqual(["c", "b", "a"]);
  });
});
