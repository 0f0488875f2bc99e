import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isGraticuleError } from "../../src/errors.js";
import { parseSortKeys } from "../../src/plan/sort-keys.js";
import { hilbertIndex, latitudeCell, longitudeCell } from "../../src/scan/hilbert.js";
import { sortPositions } from "../../src/scan/radix-order.js";

describe("a Hilbert curve", () => {
  test("of 4 by 4 cells goes as the figure in Wikipedia's article goes", () => {
    const walk = "00 10 11 01 02 03 13 12 22 23 33 32 31 21 20 30".split(" ");
    const cells = Array.from({ length: 16 }, (_, i) => [i >> 2, i & 3] as const);
    const sorted = [...cells].sort((a, b) => hilbertIndex(a[0], a[1], 2) - hilbertIndex(b[0], b[1], 2));
    expect(sorted.map(([x, y]) => `${x}${y}`)).toEqual(walk);
    expect(cells.map(([x, y]) => hilbertIndex(x, y, 2)).sort((a, b) => a - b)).toEqual(cells.map((_, i) => i));
  });

  test("of the largest square begins and ends in its lower corners, exactly", () => {
    expect([hilbertIndex(0, 0), hilbertIndex(2 ** 24 - 1, 0)]).toEqual([0, 2 ** 48 - 1]);
  });

  test("takes longitudes of any range, and both poles", () => {
    expect(longitudeCell(350)).toBe(longitudeCell(-10));
    expect([longitudeCell(-180), longitudeCell(180), latitudeCell(-90), latitudeCell(90)]).toEqual([0, 0, 0, 2 ** 24 - 1]);
  });
});

describe("sortPositions", () => {
  test("is JavaScript's stable sort, with NaN last", () => {
    const number = fc.oneof(
      fc.double(),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MIN_VALUE, -Number.MAX_VALUE),
    );
    fc.assert(
      fc.property(fc.array(number, { maxLength: 60 }), fc.boolean(), (values, descending) => {
        const order = Uint32Array.from(values, (_, i) => i);
        sortPositions(order, Float64Array.from(values), descending);
        const expected = values
          .map((value, i) => ({ value, i }))
          .sort((a, b) => {
            if (Number.isNaN(a.value) || Number.isNaN(b.value))
              return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
            return (a.value < b.value ? -1 : a.value > b.value ? 1 : 0) * (descending ? -1 : 1);
          });
        expect([...order]).toEqual(expected.map(({ i }) => i));
      }),
    );
  });
});

describe("--sort-by", () => {
  test("reads columns, directions, names in quotes and curves", () => {
    expect(parseSortKeys('lat desc, "my lon" ASC,time')).toEqual([
      { kind: "column", column: "lat", descending: true },
      { kind: "column", column: "my lon", descending: false },
      { kind: "column", column: "time", descending: false },
    ]);
    expect(parseSortKeys("Hilbert( lon , lat ), time")).toEqual([
      { kind: "hilbert", x: "lon", y: "lat" },
      { kind: "column", column: "time", descending: false },
    ]);
  });

  test.each(["", "lat,,lon", "lat down", "hilbert(lon)", "hilbert(a,b,c)", "lat desc desc"])("refuses %j", (text) => {
    let thrown: unknown;
    try {
      parseSortKeys(text);
    } catch (error) {
      thrown = error;
    }
    expect(isGraticuleError(thrown, "usage")).toBe(true);
  });
});
