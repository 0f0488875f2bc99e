import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeKnown, encodeKnown } from "../../src/archive/known-values.js";
import { type Lane, orderCells } from "../../src/archive/order-cells.js";
import { packBits } from "../../src/schema/bitmap.js";

const laneArbitrary = fc.record({
  keys: fc.array(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(Number.NaN)), { maxLength: 8 }),
  rank: fc.integer({ min: 0, max: 1 }),
});

describe("cells of many lanes", () => {
  test("every cell of every lane stands once, in order of rank and key, equal keys together, in runs as long as can be", () => {
    fc.assert(
      fc.property(fc.array(laneArbitrary, { minLength: 2, maxLength: 5 }), (parts) => {
        const lanes = parts.map(({ keys, rank }): Lane => ({ rank, keys: Float64Array.from(keys), length: keys.length }));
        const runs = orderCells(lanes, 0);
        const cells = runs.flatMap((run) =>
          Array.from({ length: run.stop - run.start }, (_, k) =>
            run.sources.map((source) => ({ lane: source.lane, index: source.index + k * source.step })),
          ),
        );
        const keyOf = ({ lane, index }: { lane: number; index: number }) => parts[lane]?.keys[index] as number;
        const rankOf = ({ lane }: { lane: number }) => parts[lane]?.rank as number;
        expect(runs.map((run) => run.start)).toEqual([0, ...runs.map((run) => run.stop)].slice(0, runs.length));
        const seen = cells.flat().map(({ lane, index }) => `${lane} ${index}`);
        expect([...seen].sort()).toEqual(parts.flatMap(({ keys }, lane) => keys.map((_, index) => `${lane} ${index}`)).sort());
        for (const cell of cells)
          for (const other of cell)
            expect([rankOf(other), keyOf(other)]).toEqual([rankOf(cell[0] as never), keyOf(cell[0] as never)]);
        const long = parts.filter(({ keys }) => keys.length > 1);
        const sign =
          long.length > 0 && long.every(({ keys }) => keys.every((key, i) => i === 0 || key < (keys[i - 1] as number))) ? -1 : 1;
        for (const [i, cell] of cells.entries()) {
          const [a, b] = [cells[i - 1]?.[0], cell[0] as never];
          if (!a || rankOf(a) < rankOf(b)) continue;
          expect(rankOf(a)).toBe(rankOf(b));
          const ordered = Number.isNaN(keyOf(b)) || (keyOf(b) - keyOf(a)) * sign > 0;
          expect(ordered).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("known values", () => {
  test("come back from JSON bit by bit", () => {
    const numbers = fc.oneof(
      fc.float64Array(),
      fc.float32Array(),
      fc.int8Array(),
      fc.uint16Array(),
      fc.int32Array(),
      fc.bigInt64Array(),
      fc.bigUint64Array(),
    );
    fc.assert(
      fc.property(numbers, fc.infiniteStream(fc.boolean()), (values, stream) => {
        const valid = packBits(Uint8Array.from(values as ArrayLike<number>, () => (stream.next().value ? 1 : 0)));
        const back = decodeKnown(JSON.parse(JSON.stringify(encodeKnown(values, valid))), values.length);
        expect(back.values).toEqual(values);
        expect(back.validity ?? packBits(new Uint8Array(values.length).fill(1))).toEqual(valid);
      }),
      { numRuns: 200 },
    );
  });
});
