import { describe, expect, test } from "@jest/globals";
import { decodeValues } from "../../src/convention/decode.js";
import { interpretDataset } from "../../src/convention/interpret.js";
import { StatisticsAccumulator } from "../../src/convention/statistics.js";
import { isSet } from "../../src/schema/bitmap.js";
import type { NumericName } from "../../src/schema/dtype.js";
import { arrayTypeOf } from "../../src/schema/typed-array.js";
import { type Expected, readExpected, toArray, toDataset, toNumber, toVariable } from "./convention-fixture.js";

const cases = readExpected("cf-packed.nc");
const variables = cases.map(toVariable);
const meaning = interpretDataset(toDataset(variables));

function meaningOf(path: string) {
  const found = meaning.variables.get(path);
  if (!found) throw new Error(`no meaning of ${path}`);
  return found;
}

function caseOf(name: string): Expected {
  return cases.find((of) => of.path === `/${name}`) as Expected;
}

function statisticsOf(name: string) {
  const of = caseOf(name);
  const accumulator = new StatisticsAccumulator(toVariable(of), meaningOf(of.path));
  accumulator.add(toArray(of.raw ?? [], of.dtype as NumericName), [{ start: 0, stop: 6 }]);
  return accumulator;
}

describe("decoding as netCDF4-python does (xarray for _Unsigned = false)", () => {
  test.each(cases.map((of, i) => [of.path, of, i] as const))("%s", (path, of, i) => {
    const raw = toArray(of.raw ?? [], of.dtype as NumericName);
    const { values, validity } = decodeValues(raw, variables[i] as (typeof variables)[0], meaningOf(path));
    const want = of.decoded ?? { dtype: "int8", values: [] };
    expect(values.constructor).toBe(arrayTypeOf(want.dtype));
    expect(meaningOf(path).decoded).toBe(want.dtype);
    for (const [k, wanted] of want.values.entries()) {
      expect(validity === undefined || isSet(validity, k)).toBe(wanted !== null);
      if (wanted === null) continue;
      const [got, exact] = [values[k] as number | bigint, toNumber(wanted)];
      if (typeof got === "bigint") expect(got).toBe(BigInt(exact));
      // numpy multiplies float32 in float32, Graticule in float64 with one rounding.
      else if (want.dtype === "float32" && Number.isFinite(exact))
        expect(Math.abs(got - Number(exact))).toBeLessThanOrEqual(2 ** -22 * Math.abs(Number(exact)));
      else expect(got === 0 ? 0 : got).toBe(exact === 0 ? 0 : exact);
    }
  });
});

test("attributes of the wrong type are told and ignored", () => {
  expect(meaningOf("/text_scale").packing).toBeUndefined();
  expect(meaning.warnings).toEqual(["/text_scale: scale_factor is no number (string): ignored"]);
});

describe("statistics", () => {
  test("64-bit integers stay exact", () => {
    expect(statisticsOf("big").result()).toMatchObject({ size: 6, valid: 5, min: -(2n ** 62n), max: 2n ** 62n, last_valid: 5n });
    expect(statisticsOf("big").toJSON()).toMatchObject({ min: "-4611686018427387904", max: "4611686018427387904", last_valid: 5 });
  });

  test("what netCDF writes by default is counted, not masked", () => {
    expect(statisticsOf("default_fill").result()).toMatchObject({ valid: 6, default_fill: 2, max: 9.969209968386869e36 });
  });

  test("limits are counted in the packed domain, and do not mask", () => {
    expect(statisticsOf("valid_range_packed").result()).toMatchObject({ valid: 6, outside_valid: 2, max: 5 });
  });

  test("infinities are values", () => {
    expect(statisticsOf("double_missing_on_float").toJSON()).toEqual({
      size: 6,
      valid: 3,
      min: -1,
      max: "Infinity",
      mean: "Infinity",
      first_valid: 1.5,
      first_valid_index: 1,
      last_valid: "Infinity",
      last_valid_index: 4,
    });
  });

  test("without valid values only the counts are given", () => {
    const of = { ...caseOf("two_missing"), raw: [2, 4, 5, 2, 2, 2] };
    const accumulator = new StatisticsAccumulator(toVariable(of), meaningOf(of.path));
    accumulator.add(toArray(of.raw, "int32"), [{ start: 0, stop: 6 }]);
    expect(accumulator.toJSON()).toEqual({ size: 6, valid: 0 });
  });

  test("boxes may come in any order: first and last are those of the array", () => {
    const of = {
      path: "/v",
      dtype: "int16",
      dims: ["y", "x"],
      dimPaths: ["/y", "/x"],
      shape: [2, 4],
      attributes: { _FillValue: ["int16", [0]] },
    };
    const variable = toVariable(of as unknown as Expected);
    const found = interpretDataset(toDataset([variable])).variables.get("/v");
    if (!found) throw new Error("no meaning");
    // The array is [[0, 2, 3, 4], [5, 6, 7, 0]].
    const accumulator = new StatisticsAccumulator(variable, found);
    const box = (y: [number, number], x: [number, number]) => [y, x].map(([start, stop]) => ({ start, stop }));
    accumulator.add(Int16Array.of(3, 4, 7, 0), box([0, 2], [2, 4]));
    accumulator.add(Int16Array.of(0, 2, 5, 6), box([0, 2], [0, 2]));
    expect(accumulator.result()).toEqual({
      size: 8,
      valid: 6,
      min: 2,
      max: 7,
      mean: 4.5,
      first_valid: 2,
      first_valid_index: 1,
      last_valid: 7,
      last_valid_index: 6,
    });
  });

  test("the sum of many small numbers beside a large one keeps its digits", () => {
    const variable = toVariable({
      path: "/v",
      dtype: "float64",
      dims: ["x"],
      dimPaths: ["/x"],
      shape: [3_000_001],
      attributes: {},
    });
    const found = interpretDataset(toDataset([variable])).variables.get("/v");
    if (!found) throw new Error("no meaning");
    const values = new Float64Array(3_000_001).fill(0.1);
    values[0] = 1e9;
    const accumulator = new StatisticsAccumulator(variable, found);
    accumulator.add(values, [{ start: 0, stop: values.length }]);
    const exact = (1e9 + 300_000) / 3_000_001; // 0.1 as a double differs from 1/10 by 5.6e-18
    expect(Math.abs((accumulator.result().mean ?? 0) / exact - 1)).toBeLessThan(1e-13);
  });
});

describe("packing that gives no number", () => {
  const variableOf = (dtype: "float32" | "int16", attributes: Expected["attributes"]) =>
    toVariable({ path: "/v", dtype, dims: ["x"], dimPaths: ["/x"], shape: [4], attributes });
  const meaningOfV = (variable: ReturnType<typeof variableOf>) => {
    const found = interpretDataset(toDataset([variable]));
    const own = found.variables.get("/v");
    if (!own) throw new Error("no meaning");
    return { own, warnings: found.warnings };
  };

  // numpy: [inf, 1, -inf, nan] * 0 + 5 = [nan, 5, nan, nan].
  test("infinity times zero is missing, and no moment", () => {
    const variable = variableOf("float32", { scale_factor: ["float32", [0]], add_offset: ["float32", [5]] });
    const { own } = meaningOfV(variable);
    const raw = Float32Array.of(Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY, Number.NaN);
    const { values, validity } = decodeValues(raw, variable, own);
    expect([0, 1, 2, 3].map((i) => validity !== undefined && isSet(validity, i))).toEqual([false, true, false, false]);
    expect(values[1]).toBe(5);
    const accumulator = new StatisticsAccumulator(variable, own);
    accumulator.add(raw, [{ start: 0, stop: 4 }]);
    expect(accumulator.result()).toEqual({
      size: 4,
      valid: 1,
      min: 5,
      max: 5,
      mean: 5,
      first_valid: 5,
      first_valid_index: 1,
      last_valid: 5,
      last_valid_index: 1,
    });
  });

  test("what overflows stays an infinity", () => {
    const variable = variableOf("float32", { scale_factor: ["float32", [1e30]], add_offset: ["float32", [-1]] });
    const raw = Float32Array.of(1e30, -1e30, Number.POSITIVE_INFINITY, 0);
    const { values, validity } = decodeValues(raw, variable, meaningOfV(variable).own);
    expect(validity).toBeUndefined();
    expect([...values]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -1]);
  });

  test.each(["NaN", "Infinity", "-Infinity"])("a scale or offset of %s is told and ignored", (word) => {
    const scaled = meaningOfV(variableOf("int16", { scale_factor: ["float32", [word]] }));
    expect(scaled.own).toMatchObject({ decoded: "int16", missing: [] });
    expect(scaled.own.packing).toBeUndefined();
    expect(scaled.warnings).toEqual([`/v: scale_factor is ${word}, which makes no values: ignored`]);
    const shifted = meaningOfV(variableOf("int16", { scale_factor: ["float64", [2]], add_offset: ["float64", [word]] }));
    expect(shifted.own.packing).toEqual({ scale: 2, offset: 0, target: "float64" });
    expect(shifted.warnings).toEqual([`/v: add_offset is ${word}, which makes no values: ignored`]);
  });
});
