import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { conversion, sameUnits } from "../../src/units/convert.js";
import { BASE, DEFINITIONS, LEVELS, PREFIXES } from "../../src/units/definitions.js";
import { parseUnits } from "../../src/units/parse.js";

function convert(value: number, from: string, to: string): number {
  const { scale, offset } = conversion(from, to);
  return value * scale + offset;
}

const names = [
  ...BASE.flatMap(([symbol, words]) => [symbol, ...words.split(" ")]),
  ...DEFINITIONS.flatMap(([, symbols, words]) => `${symbols} ${words}`.split(" ")),
].filter((name) => name !== "");

test("every unit of the table is defined by units of the table", () => {
  expect(names.filter((name) => parseUnits(name) === undefined)).toEqual([]);
  expect(LEVELS.filter(([symbol]) => parseUnits(symbol) === undefined)).toEqual([]);
});

test("prefixes multiply", () => {
  for (const [name, symbol, factor] of PREFIXES) {
    expect(convert(1, `${name}meter`, "m") / factor).toBeCloseTo(1, 12);
    expect(convert(1, `${symbol}Pa`, "Pa") / factor).toBeCloseTo(1, 12);
  }
});

test("there and back again is the same value", () => {
  const pairs: [string, string][] = [
    ["K", "degF"],
    ["degC", "degF"],
    ["mm/day", "m s-1"],
    ["hPa", "inHg"],
    ["degrees", "rad"],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...pairs), fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([a, b], value) => {
      expect(Math.abs(convert(convert(value, a, b), b, a) - value)).toBeLessThan(1e-8);
    }),
  );
});

test("powers and quotients spell the same unit in every form", () => {
  const atom = fc.constantFrom("m", "kg", "s", "K", "Pa", "J", "hour", "mol");
  const factor = fc.tuple(
    atom,
    fc.integer({ min: -3, max: 3 }).filter((n) => n !== 0),
  );
  fc.assert(
    fc.property(fc.array(factor, { minLength: 1, maxLength: 4 }), (factors) => {
      const plain = factors.map(([unit, n]) => `${unit}${n}`).join(" ");
      const starred = factors.map(([unit, n]) => `${unit}**${n}`).join("*");
      const divided = `1${factors.map(([unit, n]) => (n > 0 ? `.${unit}^${n}` : `/${unit}${-n}`)).join("")}`;
      expect(sameUnits(plain, starred)).toBe(true);
      expect(Math.abs(conversion(plain, divided).scale - 1)).toBeLessThan(1e-12);
    }),
  );
});

test("no text makes the parser fail", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[mskK0-9^*./ ()@-]{0,40}$/)), (text) => {
      const unit = parseUnits(text);
      return unit === undefined || Number.isFinite(unit.offset);
    }),
    { numRuns: 2000 },
  );
});
