import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Values } from "../../../src/format/contract.js";
import { widenFloat16 } from "../../../src/schema/typed-array.js";
import { type OpenedHdf5, openHdf5, sha256Of } from "../../../test/support/hdf5-variables.js";

/** Written by h5py, numbers read through its library's own conversions: sample-data/generators/hdf5_odd.py. */
const folder = join(import.meta.dirname, "../../../sample-data/hdf5-odd");
interface Dataset {
  readonly shape: readonly number[];
  readonly values?: readonly unknown[];
  readonly sha256?: string;
}
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Record<string, Record<string, Dataset>>;

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && !Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return 0;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function listed(file: OpenedHdf5, path: string, values: Values): unknown[] {
  const numbers = file.variable(path).dtype.name === "float16" ? widenFloat16(values as Uint16Array) : values;
  return Array.from(numbers as ArrayLike<unknown>, plain);
}

describe.each(Object.entries(expected))("%s", (name, datasets) => {
  test.each(Object.entries(datasets))("%s", async (path, { shape, values, sha256 }) => {
    const file = await openHdf5(join(folder, name));
    const variable = file.variable(path);
    expect([variable.shape, variable.unsupported, variable.access]).toEqual([shape, undefined, "direct"]);
    const read = await file.read(path);
    if (sha256) expect(sha256Of(read)).toBe(sha256);
    else expect(listed(file, path, read)).toEqual(values?.map(plain));
    await file.close();
  });
});

test("a float of another format is presented as the narrowest that holds it, and rounding is said", async () => {
  const file = await openHdf5(join(folder, "numbers.h5"));
  const types = Object.fromEntries(file.dataset.variables.map(({ path, dtype }) => [path, dtype.name]));
  expect(types).toMatchObject({
    "/floats/bfloat16": "float32",
    "/floats/float40-big": "float64",
    "/floats/long-double": "float64",
    "/integers/int24": "int32",
    "/integers/uint48-big": "uint64",
  });
  expect(file.dataset.warnings).toEqual(
    ["/floats/long-double", "/floats/long-double-chunked"].map(
      (path) => `${path}: floating point of 128 bits is read as float64, the nearest that there is`,
    ),
  );
  await file.close();
});

test.each(["large-attributes.h5", "large-attributes-dense.h5"])("%s: attributes beyond one block of a header", async (name) => {
  const file = await openHdf5(join(folder, name));
  const huge = file.dataset.groups[0]?.attributes.get("huge");
  expect(huge?.values).toEqual(Array.from({ length: name.includes("dense") ? 20000 : 15000 }, (_, i) => i));
  const { attributes } = file.variable("/continued");
  expect(attributes.size).toBe(60);
  expect(attributes.get("attribute 059")?.values).toEqual(["59 ".repeat(5)]);
  await file.close();
});

test("names and text in any character set", async () => {
  const file = await openHdf5(join(folder, "text.h5"));
  const attributes = file.dataset.groups[0]?.attributes;
  expect(attributes?.get("größe")?.values).toEqual(["ä"]);
  expect(attributes?.get("latin")?.values).toEqual(["café", "naïve", "£ 5"]);
  await file.close();
});
