import { describe, expect, test } from "@jest/globals";
import type { Piece, TableGroup } from "../../src/archive/model.js";
import { keptChunks, stepsOf } from "../../src/physical/chunk-axis.js";
import { slabsOfSegment } from "../../src/physical/slabs.js";
import type { AxisSelection } from "../../src/plan/nodes.js";
import { numberType } from "../../src/schema/field.js";

const runs = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([start, stop]) => ({ start, stop }));

function grid(
  lengths: readonly number[],
  pieces: readonly Partial<Piece>[],
  segment = { start: 0, stop: lengths[0] as number },
): TableGroup {
  const whole = pieces.map(
    (piece): Piece => ({
      member: 0,
      variable: "/v",
      axes: lengths.map((_, d) => d),
      offset: 0,
      step: 1,
      chunks: null,
      elementSize: 4,
      ...piece,
    }),
  );
  return {
    name: "grid",
    axes: lengths.map((length, d) => ({ dim: `d${d}`, length, column: 0 })),
    columns: pieces.map((_, i) => ({
      field: { name: `v${i}`, type: numberType("float32"), nullable: true, metadata: {} },
      role: "data",
      axes: lengths.map((__, d) => d),
    })),
    joined: 0,
    segments: [{ ...segment, pieces: whole }],
    metadata: {},
  };
}

function slabs(
  group: TableGroup,
  target: number,
  order: "storage" | "array" = "storage",
  selection: readonly AxisSelection[] = group.axes.map(() => null),
) {
  const options = { columns: group.columns.map((_, i) => i), selection, cellBytes: 4, target, order };
  const [segment] = group.segments;
  return segment
    ? [...slabsOfSegment(group, segment, options).slabs()].map(({ box }) =>
        box.map((range) => `${range.start}:${range.stop}`).join(" "),
      )
    : [];
}

describe("slabs", () => {
  test("are whole chunks, grown from the innermost axis", () => {
    const group = grid([4, 20, 20], [{ chunks: [2, 10, 10] }]);
    expect(slabs(group, 1)).toEqual([
      "0:2 0:10 0:10",
      "0:2 0:10 10:20",
      "0:2 10:20 0:10",
      "0:2 10:20 10:20",
      "2:4 0:10 0:10",
      "2:4 0:10 10:20",
      "2:4 10:20 0:10",
      "2:4 10:20 10:20",
    ]);
    expect(slabs(group, 2 * 10 * 20 * 4)).toEqual(["0:2 0:10 0:20", "0:2 10:20 0:20", "2:4 0:10 0:20", "2:4 10:20 0:20"]);
    expect(slabs(group, 1 << 20)).toEqual(["0:4 0:20 0:20"]);
  });

  test("begin where the file's chunks begin, also backwards", () => {
    const offset = grid([10], [{ chunks: [4], offset: 3 }]);
    expect(slabs(offset, 1)).toEqual(["0:1", "1:5", "5:9", "9:10"]);
    // Index i of the table is index 9 - i of the file: its chunks are 8:10, 4:8, 0:4.
    const backwards = grid([10], [{ chunks: [4], offset: 9, step: -1 }]);
    expect(slabs(backwards, 1)).toEqual(["0:2", "2:6", "6:10"]);
  });

  test("follow the coarsest of the columns along each axis", () => {
    const group = grid([4, 8], [{ chunks: [1, 8] }, { chunks: [2, 4] }]);
    expect(slabs(group, 1)).toEqual(["0:2 0:8", "2:4 0:8"]);
  });

  test("leave out chunks that no slice meets", () => {
    const group = grid([4, 100], [{ chunks: [1, 10] }]);
    const selection = [runs([1, 2], [3, 4]), runs([5, 8], [91, 95])];
    expect(slabs(group, 1, "storage", selection)).toEqual(["1:2 5:8", "1:2 91:95", "3:4 5:8", "3:4 91:95"]);
    expect(slabs(group, 1 << 20, "storage", selection)).toEqual(["1:4 5:95"]);
    expect(slabs(group, 1 << 20, "storage", [[], null])).toEqual([]);
  });

  test("of a block are cut anywhere", () => {
    expect(slabs(grid([1_000_000_000], [{}]), 1_000_000_000)).toEqual([
      "0:250000000",
      "250000000:500000000",
      "500000000:750000000",
      "750000000:1000000000",
    ]);
    expect(slabs(grid([6, 10], [{}]), 80)).toEqual(["0:2 0:10", "2:4 0:10", "4:6 0:10"]);
  });

  test("in the array's order are whole rows, thinner than chunks where memory asks for it", () => {
    const group = grid([6, 20], [{ chunks: [4, 10] }]);
    expect(slabs(group, 4 * 20 * 4, "array")).toEqual(["0:4 0:20", "4:6 0:20"]);
    expect(slabs(group, 2 * 20 * 4, "array")).toEqual(["0:2 0:20", "2:4 0:20", "4:6 0:20"]);
    expect(slabs(group, 15 * 4, "array").slice(0, 3)).toEqual(["0:1 0:10", "0:1 10:20", "1:2 0:10"]);
  });
});

test("steps and chunks along an axis", () => {
  const axis = { size: 10, phase: 3, runs: runs([0, 4], [30, 31], [33, 60]) };
  expect(keptChunks(axis)).toBe(6);
  expect([...stepsOf(axis, 1, false)]).toEqual(runs([0, 3], [3, 4], [30, 31], [33, 43], [43, 53], [53, 60]));
  expect([...stepsOf(axis, 25, false)]).toEqual(runs([0, 4], [30, 53], [53, 60]));
  expect([...stepsOf(axis, 6, true)]).toEqual(runs([0, 4], [30, 31], [33, 39], [39, 43], [43, 49], [49, 53], [53, 59], [59, 60]));
});
