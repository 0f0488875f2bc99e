import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeValues } from "../../src/convention/decode.js";
import { type BoundOperator, encodeBound } from "../../src/convention/encode-bound.js";
import { flatIndexInArray } from "../../src/convention/flat-index.js";
import { interpretDataset } from "../../src/convention/interpret.js";
import type { VariableMeaning } from "../../src/convention/meaning.js";
import { StatisticsAccumulator } from "../../src/convention/statistics.js";
import { StringStatistics } from "../../src/convention/string-statistics.js";
import { toDataset, toVariable } from "../unit/convention-fixture.js";

const scale = fc.oneof(
  fc.constantFrom(0.01, -0.01, 0.1, 1, -1, 5e-4, 1e-7),
  fc.double({ min: -1e3, max: 1e3, noNaN: true }).filter((x) => Math.abs(x) > 1e-9),
);
const offset = fc.oneof(fc.constantFrom(0, 250, -273.15, 1e6, -3e5), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const code = fc.integer({ min: -32768, max: 32767 });
const target = fc.constantFrom("float32" as const, "float64" as const);

function packed(scaleFactor: number, addOffset: number, type: "float32" | "float64") {
  const variable = toVariable({
    path: "/v",
    dtype: "int16",
    dims: ["x"],
    dimPaths: ["/x"],
    shape: [1],
    attributes: { scale_factor: [type, [scaleFactor]], add_offset: [type, [addOffset]] },
  });
  const meaning = interpretDataset(toDataset([variable])).variables.get("/v") as VariableMeaning;
  const decode = (stored: number) => decodeValues(Int16Array.of(stored), variable, meaning).values[0] as number;
  return { variable, meaning, decode };
}

const HOLDS: Record<BoundOperator, (a: number, b: number) => boolean> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "=": (a, b) => a === b,
};

describe("bounds in the stored domain", () => {
  test("no stored number whose value fulfils the comparison is outside", () => {
    fc.assert(
      fc.property(
        scale,
        offset,
        code,
        code,
        target,
        fc.constantFrom(...(Object.keys(HOLDS) as BoundOperator[])),
        (s, o, x, y, type, op) => {
          const { meaning, decode } = packed(s, o, type);
          const bound = decode(y);
          const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = encodeBound(meaning, op, bound);
          return !HOLDS[op](decode(x), bound) || (x >= min && x <= max);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("encoding what was decoded gives the stored number within a step, where the type can tell them apart", () => {
    fc.assert(
      fc.property(scale, offset, code, (s, o, x) => {
        fc.pre(Math.abs(s) > 1e-9 * Math.abs(o));
        const { meaning, decode } = packed(s, o, "float64");
        const { min = 0, max = 0 } = encodeBound(meaning, "=", decode(x));
        return min <= x && x <= max && x - min <= 2 && max - x <= 2;
      }),
      { numRuns: 3000 },
    );
  });

  test("a negative scale exchanges the sides; a scale of 0 and NaN prune nothing", () => {
    expect(encodeBound(packed(-0.5, 0, "float64").meaning, ">", 10)).toEqual({ max: -18 });
    expect(encodeBound(packed(0.5, 0, "float64").meaning, ">", 10)).toEqual({ min: 18 });
    expect(encodeBound(packed(0, 5, "float64").meaning, "=", 7)).toEqual({});
    expect(encodeBound(packed(1, 5, "float64").meaning, "<", Number.NaN)).toEqual({});
    expect(encodeBound({ stored: "int32" }, "<=", 3)).toEqual({ max: 3 });
  });
});

test("statistics do not depend on how the array is cut", () => {
  const shape = [3, 4, 5];
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 60, maxLength: 60 }),
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 5 })),
      (cells, cut) => {
        const variable = toVariable({
          path: "/v",
          dtype: "int32",
          dims: ["a", "b", "c"],
          dimPaths: ["/a", "/b", "/c"],
          shape,
          attributes: { missing_value: ["int32", [0, 1]] },
        });
        const meaning = interpretDataset(toDataset([variable])).variables.get("/v") as VariableMeaning;
        const whole = new StatisticsAccumulator(variable, meaning);
        whole.add(
          Int32Array.from(cells),
          shape.map((stop) => ({ start: 0, stop })),
        );
        const parts = new StatisticsAccumulator(variable, meaning);
        for (let octant = 7; octant >= 0; octant--) {
          const box = shape.map((length, d) =>
            (octant >> d) & 1 ? { start: cut[d] as number, stop: length } : { start: 0, stop: cut[d] as number },
          );
          const size = box.reduce((n, { start, stop }) => n * (stop - start), 1);
          parts.add(
            Int32Array.from({ length: size }, (_, i) => cells[flatIndexInArray(i, box, shape)] as number),
            box,
          );
        }
        expect(parts.result()).toEqual(whole.result());
      },
    ),
  );
});

test("text statistics do not depend on how rows are cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 32, 65, 66, 0xc3, 0xa9), { minLength: 24, maxLength: 24 }),
      fc.integer({ min: 0, max: 4 }),
      (bytes, cut) => {
        const variable = toVariable({
          path: "/v",
          dtype: "char",
          dims: ["n", "len"],
          dimPaths: ["/n", "/len"],
          shape: [6, 4],
          attributes: {},
        });
        const whole = new StringStatistics(variable);
        whole.add(Uint8Array.from(bytes), [
          { start: 0, stop: 6 },
          { start: 0, stop: 4 },
        ]);
        const parts = new StringStatistics(variable);
        for (const [start, stop] of [
          [cut, 4],
          [0, cut],
        ] as const) {
          const piece = bytes.filter((_, i) => i % 4 >= start && i % 4 < stop);
          parts.add(Uint8Array.from(piece), [
            { start: 0, stop: 6 },
            { start, stop },
          ]);
        }
        expect(parts.result()).toEqual(whole.result());
      },
    ),
  );
});
