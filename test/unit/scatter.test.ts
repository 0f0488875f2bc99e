import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { scatter } from "../../src/format/scatter.js";
import { type Box, boxShape, intersect, sizeOf, stridesOf } from "../../src/schema/box.js";

/** Cell by cell, the slow way. */
function expected(source: number[], from: Box, to: Box, target: number[]): number[] {
  const out = [...target];
  const s = stridesOf(boxShape(from));
  const t = stridesOf(boxShape(to));
  const common = intersect(from, to);
  if (!common) return out;
  const shape = boxShape(common);
  for (let k = 0; k < sizeOf(shape); k++) {
    let rest = k;
    let a = 0;
    let b = 0;
    for (let d = shape.length - 1; d >= 0; d--) {
      const at = (common[d]?.start ?? 0) + (rest % (shape[d] as number));
      rest = Math.floor(rest / (shape[d] as number));
      a += (at - (from[d]?.start ?? 0)) * (s[d] as number);
      b += (at - (to[d]?.start ?? 0)) * (t[d] as number);
    }
    out[b] = source[a] as number;
  }
  return out;
}

const range = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 }))
  .map(([start, n]) => ({ start, stop: start + n }));

describe("scatter", () => {
  test("copies the common part of any two boxes", () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 0, max: 4 })
          .chain((rank) => fc.tuple(...[0, 1].map(() => fc.array(range, { minLength: rank, maxLength: rank })))),
        ([from, to]) => {
          const common = intersect(from as Box, to as Box);
          if (!common) return;
          const source = Array.from({ length: sizeOf(boxShape(from as Box)) }, (_, i) => i + 1);
          const target = new Array<number>(sizeOf(boxShape(to as Box))).fill(0);
          scatter(
            (s, n, t) => {
              for (let i = 0; i < n; i++) target[t + i] = source[s + i] as number;
            },
            from as Box,
            to as Box,
            common,
            1,
          );
          expect(target).toEqual(expected(source, from as Box, to as Box, new Array(target.length).fill(0)));
        },
      ),
    );
  });
});
