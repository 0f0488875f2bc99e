import { describe, expect, test } from "@jest/globals";
import { parseReals } from "../src/tables/ascii-numbers.js";

const PLACE = { url: "t.fits", offset: 2880, stride: 8, length: 8, start: 0 };

const parse = (text: string, decimals: number) => parseReals(Buffer.from(text.padStart(8)), 8, decimals, undefined, PLACE)[0];

// FITS 4.0, section 7.2.5: without a decimal point, it is implied d digits from the right of the mantissa.
describe("real numbers of ASCII tables", () => {
  test.each([
    ["1234", 2, 12.34],
    ["-1234", 2, -12.34],
    ["1234", 0, 1234],
    ["12.345", 2, 12.345],
    [".5", 2, 0.5],
    ["5.", 2, 5],
    ["1234E2", 2, 1234],
    ["1234D-1", 3, 0.1234],
    ["1234-1", 3, 0.1234],
    ["1.5D3", 1, 1500],
    ["", 2, 0],
    ["nan", 2, Number.NaN],
    ["-inf", 2, Number.NEGATIVE_INFINITY],
  ])("%j with %d decimals", (text, decimals, value) => {
    expect(parse(text, decimals)).toBe(value);
  });

  test.each(["0x10", "0b1", "0o7", "Infinity", "1 2", "-", "e5"])("%j is none", (text) => {
    expect(() => parse(text, 0)).toThrow(expect.objectContaining({ tag: "malformed", offset: 2880 }));
  });
});
