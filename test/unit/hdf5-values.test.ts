import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sizeOf } from "../../src/schema/box.js";
import { widenFloat16 } from "../../src/schema/typed-array.js";
import { type OpenedHdf5, openHdf5 } from "../support/hdf5-variables.js";

type Expected = Record<string, { shape: number[]; values: unknown[] }>;

const expected = JSON.parse(readFileSync("sample-data/hdf5-values.json", "utf8")) as Expected;
const datasets = Object.entries(expected);
let file: OpenedHdf5;

beforeAll(async () => {
  file = await openHdf5("sample-data/hdf5-values.h5");
});
afterAll(() => file.close());

/** As the generator writes it. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : { Infinity: "inf", NaN: "nan" }[String(value)];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

async function valuesOf(path: string): Promise<unknown[]> {
  const values = await file.read(path);
  const { name } = file.variable(path).dtype;
  const numbers = name === "float16" ? widenFloat16(values as Uint16Array) : values;
  return Array.from(numbers as ArrayLike<unknown>, plain);
}

const ownPaths = datasets.filter(([path]) => !["/complex", "/references", "/reference-grid"].includes(path));

test.each(ownPaths)("%s is what h5py reads", async (path, { shape, values }) => {
  expect(file.variable(path).unsupported).toBeUndefined();
  expect(file.variable(path).shape).toEqual(shape);
  expect(await valuesOf(path)).toEqual(values);
});

test("any box of text and sequences", async () => {
  for (const path of ["/text/chunked", "/sequences/chunked"]) {
    const { shape, values } = expected[path] as { shape: [number, number]; values: unknown[] };
    for (let row = 0; row < shape[0]; row++)
      for (let column = 0; column < shape[1]; column++) {
        const box = [
          { start: row, stop: row + 1 },
          { start: column, stop: shape[1] },
        ];
        const read = Array.from((await file.read(path, box)) as ArrayLike<unknown>, plain);
        expect(read).toEqual(values.slice(row * shape[1] + column, (row + 1) * shape[1]));
      }
  }
});

test("numpy's complex numbers are structures", async () => {
  const pairs = ((expected["/complex"]?.values ?? []) as [number, number][]).map(([r, i]) => ({ r, i }));
  expect(await valuesOf("/complex")).toEqual(pairs);
});

test("a reference is the address of what it leads to, an empty one 0", async () => {
  const [first, second] = await valuesOf("/references");
  expect(first).toBeGreaterThan(0);
  expect(second).toBe(0);
  const box = [
    { start: 0, stop: 3 },
    { start: 2, stop: 3 },
  ];
  expect(await file.read("/reference-grid", box)).toEqual([0, first, 0].map((address) => BigInt(address as number)));
});

describe("what lies in other files or in filters of HDF5's own", () => {
  const foreign = datasets.filter(([path]) => path.startsWith("/foreign/") && path !== "/foreign/own");

  test("goes through h5wasm where a filter has no decoder here, and nowhere else", () => {
    const { has } = file.context.codecs;
    for (const { path, access, codecs } of file.dataset.variables)
      expect([path, access]).toEqual([path, codecs.every(({ id }) => has(id)) ? "direct" : "h5wasm"]);
  });

  test.each(foreign)("%s, a part of it", async (path, { shape, values }) => {
    const box = shape.map((length) => ({ start: length >> 1, stop: length }));
    const whole = await valuesOf(path);
    expect(whole).toEqual(values);
    const read = Array.from((await file.read(path, box)) as ArrayLike<unknown>, plain);
    expect(read).toHaveLength(sizeOf(box.map(({ start, stop }) => stop - start)));
    expect(read.at(-1)).toEqual(values.at(-1));
  });
});
