import { describe, expect, test } from "@jest/globals";
import { decodeValues } from "../../src/convention/decode.js";
import { interpretDataset } from "../../src/convention/interpret.js";
import { jsonNumber } from "../../src/convention/json-number.js";
import type { VariableMeaning } from "../../src/convention/meaning.js";
import { toStored } from "../../src/convention/stored-number.js";
import { StringStatistics } from "../../src/convention/string-statistics.js";
import { charText, decodeText } from "../../src/convention/text.js";
import { isSet } from "../../src/schema/bitmap.js";
import type { Expected } from "./convention-fixture.js";
import { toDataset, toVariable } from "./convention-fixture.js";

function interpret(dtype: string, attributes: Expected["attributes"]) {
  const variable = toVariable({ path: "/v", dtype, dims: ["x"], dimPaths: ["/x"], shape: [3], attributes });
  return { variable, meaning: interpretDataset(toDataset([variable])).variables.get("/v") as VariableMeaning };
}

describe("numbers as elements of the stored type", () => {
  test("rounded, ranged, reinterpreted", () => {
    expect(toStored(1e20, "float32", false)).toBe(Math.fround(1e20));
    expect(toStored(1e300, "float32", false)).toBeUndefined();
    expect(toStored(-1, "uint8", true)).toBe(255);
    expect(toStored(-1, "uint8", false)).toBeUndefined();
    expect(toStored(255, "int8", true)).toBe(-1);
    expect(toStored(300, "int8", true)).toBeUndefined();
    expect(toStored(2.5, "int16", false)).toBeUndefined();
    expect(toStored(-999, "int64", false)).toBe(-999n);
    expect(toStored(-1n, "uint64", true)).toBe(2n ** 64n - 1n);
  });

  test("a fill of another type masks where the type has it, and is told where not", () => {
    const { meaning } = interpret("int16", { _FillValue: ["float32", [-999]], missing_value: ["float64", [1e20, -1]] });
    expect(meaning.missing).toEqual([-999, -1]);
    expect(meaning.warnings).toEqual(["missing_value 100000000000000000000 is no value of int16: ignored"]);
  });

  test("packing goes to the type of the attributes", () => {
    const type = (dtype: string, scale: string, offset: string) =>
      interpret(dtype, { scale_factor: [scale, [2]], add_offset: [offset, [1]] }).meaning.decoded;
    expect(type("int16", "float32", "float32")).toBe("float32");
    expect(type("int8", "float32", "float64")).toBe("float64");
    expect(type("int32", "float32", "float32")).toBe("float64");
    expect(type("int16", "int16", "int16")).toBe("float64");
    expect(type("float32", "float32", "float32")).toBe("float32");
    expect(type("float32", "float64", "float64")).toBe("float64");
    expect(type("float64", "float32", "float32")).toBe("float64");
  });

  test("limits of a floating type on packed integers are limits of decoded values", () => {
    const packing: Expected["attributes"] = { scale_factor: ["float32", [0.5]] };
    expect(interpret("int16", { ...packing, valid_range: ["float32", [0, 50]] }).meaning).toMatchObject({
      validDomain: "decoded",
      validMin: 0,
      validMax: 50,
    });
    expect(interpret("int16", { ...packing, valid_max: ["int16", [50]] }).meaning).toMatchObject({
      validDomain: "stored",
      validMax: 50,
    });
    expect(interpret("int16", { _Unsigned: ["string", ["true"]], valid_range: ["int16", [0, -6]] }).meaning).toMatchObject({
      validDomain: "stored",
      validMin: 0,
      validMax: 65530,
    });
  });

  test("float16 is widened, and its NaN is null", () => {
    const { variable, meaning } = interpret("float16", {});
    const { values, validity } = decodeValues(Uint16Array.of(0x3c00, 0x7e00, 0xc000), variable, meaning);
    expect([...values].map(Number)).toEqual([1, Number.NaN, -2]);
    expect([0, 1, 2].map((i) => validity && isSet(validity, i))).toEqual([true, false, true]);
  });

  test("text has no numbers", () => {
    const { variable, meaning } = interpret("char", {});
    expect(() => decodeValues(Uint8Array.of(1), variable, meaning)).toThrow("char has no numeric values");
  });
});

describe("text", () => {
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

  /** The last three are rows of real files (madis-sao.nc, ref_nctest_classic.nc) with the answers of netCDF4-python. */
  test.each([
    ["abc\0xyz", "abc"],
    ["abc  ", "abc"],
    ["\0\0\0", ""],
    ["caf\xc3\xa9 ", "café"],
    ["caf\xe9 ", "café"],
    ["LO\0  ", "LO"],
    ["  \0OV", "  OV"],
    ["\0\x01\x02\x03", "\x01\x02\x03"],
  ])("%j", (raw, text) => {
    expect(charText(bytes(raw))).toBe(text);
  });

  test("a byte order mark is text", () => {
    expect(decodeText(bytes("\xef\xbb\xbfa"))).toBe("\ufeffa");
  });

  test("statistics", () => {
    const char = new StringStatistics({ dtype: { name: "char", size: 1 }, shape: [2, 3] });
    char.add(bytes("ab  \0\0"), [
      { start: 0, stop: 2 },
      { start: 0, stop: 3 },
    ]);
    expect(char.result()).toEqual({ size: 2, non_empty: 1, distinct: 2, first: "ab", last: "", max_len: 2 });
    const text = new StringStatistics({ dtype: { name: "string", size: 16 }, shape: [3] });
    text.add(["z\0", "😀é"], [{ start: 1, stop: 3 }]);
    text.add(["a"], [{ start: 0, stop: 1 }]);
    expect(text.result()).toEqual({ size: 3, non_empty: 3, distinct: 3, first: "a", last: "😀é", max_len: 2 });
    const scalar = new StringStatistics({ dtype: { name: "char", size: 1 }, shape: [] });
    scalar.add(bytes("R"), []);
    expect(scalar.result()).toMatchObject({ size: 1, first: "R" });
    expect(new StringStatistics({ dtype: { name: "char", size: 1 }, shape: [4, 0] }).result()).toMatchObject({
      size: 4,
      non_empty: 0,
      distinct: 1,
    });
  });
});

test("numbers as JSON can carry them", () => {
  expect([1n, 2n ** 60n, Number.NaN, Number.NEGATIVE_INFINITY, 0.5].map(jsonNumber)).toEqual([
    1,
    "1152921504606846976",
    "NaN",
    "-Infinity",
    0.5,
  ]);
});

test("a group's coordinates attribute names auxiliary coordinates too", () => {
  const variables = ["/v", "/height"].map((path) =>
    toVariable({ path, dtype: "float32", dims: [], dimPaths: [], shape: [], attributes: {} }),
  );
  const groups = [{ path: "/", attributes: new Map([["coordinates", { dtype: "string" as const, values: ["height"] }]]) }];
  const meaning = interpretDataset({ ...toDataset(variables), groups });
  expect(meaning.variables.get("/height")?.role).toBe("auxiliary");
});
