import { describe, expect, test } from "@jest/globals";
import { isGraticuleError } from "../../src/errors.js";
import { conversion, convertible, sameUnits } from "../../src/units/convert.js";
import { parseUnits } from "../../src/units/parse.js";

function convert(value: number, from: string, to: string): number {
  const { scale, offset } = conversion(from, to);
  return value * scale + offset;
}

/** Facts of UDUNITS-2 (its database and the answers of the program `udunits2`). */
const CONVERSIONS: [number, string, string, number][] = [
  [0, "degC", "K", 273.15],
  [300, "K", "degC", 26.85],
  [32, "degF", "degC", 0],
  [212, "degree_fahrenheit", "K", 373.15],
  [1, "W/m2", "W m-2", 1],
  [1, "mm/day", "kg m-2 s-1 m3 kg-1", 1e-3 / 86400],
  [1, "hPa", "Pa", 100],
  [1013.25, "millibar", "atm", 1],
  [1, "decibar", "dbar", 1],
  [1, "knot", "m s-1", 0.5144444444444445],
  [180, "degrees", "rad", Math.PI],
  [1, "%", "1", 0.01],
  [5, "1e-3", "1", 0.005],
  [1, "10^3 m", "km", 1],
  [1, "1e-3 kg", "g", 1],
  [1, "m s**-1", "km/h", 3.6],
  [1, "year", "day", 365.242198781],
  [12, "months", "year", 1],
  [1, "week", "hours", 168],
  [1, "L", "m3", 1e-3],
  [1, "µg m-3", "kg/m^3", 1e-9],
  [1, "ug/m3", "μg m⁻³", 1],
  [1, "mile", "m", 1609.344],
  [1, "inches", "mm", 25.4],
  [1, "feet", "m", 0.3048],
  [1, "sverdrup", "m3/s", 1e6],
  [1, "J kg-1 K-1", "m2 s-2 K-1", 1],
  [1, "kg.m-1.s-2", "Pa", 1],
  [1, "degC m-1", "K/m", 1],
  [1, "0.1 degC", "K", 273.25],
  [1, "K @ 273.15", "degC", 1],
  [10, "degrees_west", "degrees_east", -10],
  [60, "arcmin", "degree", 1],
  [1, "ppm", "1e-6", 1],
  [1, "kg per m2", "kg m-2", 1],
  [1, "(m/s)2", "J/kg", 1],
  [1, "METERS", "m", 1],
  [300, "Kelvins", "degree_C", 26.85],
  [1, "micromole/kg", "umol kg-1", 1],
  [1e-3, "daN", "mN", 10],
  [10, "dB", "B", 1],
  [1, "cm H2O", "Pa", 98.0665],
  [1, "DU", "mmol m-2", 0.4466849328796614],
];

describe("conversions", () => {
  test.each(CONVERSIONS)("%d %s in %s is %d", (value, from, to, want) => {
    expect(Math.abs(convert(value, from, to) - want)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(want)));
  });
});

describe("what is no unit", () => {
  test.each([
    "unitless",
    "furlongs per bogus",
    "degrees north",
    "(m",
    "m)",
    "m/",
    "K @",
    "days since 2000-01-01",
    "G/KG",
    "mb",
    "0 m",
    "yyyymm",
    "m m(",
    "((((((((",
    "x".repeat(300),
  ])("%s", (text) => {
    expect(parseUnits(text)).toBeUndefined();
  });
});

test("what can be converted", () => {
  expect(convertible("K", "degC")).toBe(true);
  expect(convertible("kg m-2", "mm")).toBe(false);
  expect(convertible("mm", "mm/day")).toBe(false);
  expect(convertible("dBZ", "1")).toBe(false);
  expect(convertible("", "1")).toBe(true);
  expect(convertible("PSU", "PSU")).toBe(true);
  expect(convertible("PSU", "1")).toBe(false);
});

test("spellings of the same unit", () => {
  expect(sameUnits("m s-1", "m/s")).toBe(true);
  expect(sameUnits("degrees_north", "degree_N")).toBe(true);
  expect(sameUnits("W m-2", "W/m^2")).toBe(true);
  expect(sameUnits("K", "degC")).toBe(false);
  expect(sameUnits("hPa", "millibars")).toBe(true);
  expect(sameUnits("unitless", "unitless")).toBe(true);
});

test("an impossible conversion says both sides", () => {
  const attempt = () => convert(1, "K", "m");
  expect(attempt).toThrow('"K" cannot be converted to "m"');
  try {
    attempt();
  } catch (error) {
    expect(isGraticuleError(error, "usage")).toBe(true);
  }
  expect(() => convert(1, "blorp", "m")).toThrow('"blorp" is no unit that is known');
});
