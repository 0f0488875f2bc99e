import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Box } from "../../../src/schema/box.js";
import { wholeBox } from "../../../src/schema/box.js";
import { type OpenedHdf5, openHdf5 } from "../../../test/support/hdf5-variables.js";
import { rangeServer } from "../../../test/support/range-server.js";
import type { Mapping } from "../src/virtual/model.js";
import { readUnpaired } from "../src/virtual/read-unpaired.js";

/** Written and read by h5py: sample-data/generators/hdf5_virtual.py. */
const folder = join(import.meta.dirname, "../../../sample-data/hdf5-virtual");
type Expected = Record<string, Record<string, { shape: number[]; values: unknown[] }>>;
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;

function plain(values: Iterable<unknown>): unknown[] {
  return Array.from(values, (value) => (typeof value === "bigint" ? value.toString() : value));
}

/** Of a row-major array. */
function part(values: readonly unknown[], shape: readonly number[], box: Box): unknown[] {
  return values.filter((_, i) => {
    let rest = i;
    for (let d = shape.length - 1; d >= 0; d--) {
      const length = shape[d] as number;
      const { start, stop } = box[d] as { start: number; stop: number };
      if (rest % length < start || rest % length >= stop) return false;
      rest = Math.floor(rest / length);
    }
    return true;
  });
}

/** Every corner, edge and the middle. */
function* boxesOf(shape: readonly number[]): Iterable<Box> {
  yield wholeBox(shape);
  yield shape.map((length) => ({ start: Math.floor(length / 3), stop: Math.ceil((2 * length) / 3) }));
  yield shape.map((length) => ({ start: length - 1, stop: length }));
  for (let d = 0; d < shape.length; d++)
    for (let at = 0; at < (shape[d] as number); at += 2)
      yield shape.map((length, k) => (k === d ? { start: at, stop: at + 1 } : { start: 0, stop: length }));
}

async function compare(file: OpenedHdf5, path: string, { shape, values }: { shape: number[]; values: unknown[] }): Promise<void> {
  expect([path, file.variable(path).shape, file.variable(path).access]).toEqual([path, shape, "direct"]);
  for (const box of boxesOf(shape)) {
    const read = (await file.read(path, box)) as Iterable<unknown>;
    expect([path, box, plain(read)]).toEqual([path, box, part(values, shape, box)]);
  }
}

describe.each(Object.entries(expected))("%s", (name, datasets) => {
  test.each(Object.keys(datasets))("%s", async (path) => {
    const file = await openHdf5(join(folder, name));
    await compare(file, path, datasets[path] as { shape: number[]; values: unknown[] });
    await file.close();
  });
});

const ABSENT = [
  "/absent-file: 1 of the 2 sources that the virtual dataset is made of are not there and read as fill: plain in no-such-file.h5",
  "/stacked: 1 of the 3 sources that the virtual dataset is made of are not there and read as fill: nowhere in source.h5",
];

test("sources that a server does not have are told", async () => {
  const server = await rangeServer();
  for (const name of readdirSync(folder)) server.files.set(`/${name}`, { bytes: readFileSync(join(folder, name)) });
  const file = await openHdf5(`${server.origin}/virtual-latest.h5`);
  expect(file.dataset.warnings).toEqual(ABSENT);
  await file.close();
  await server.close();
});

test("what is not there is said: sources read as fill, external files are not found", async () => {
  const file = await openHdf5(join(folder, "virtual-latest.h5"));
  expect(file.dataset.warnings).toEqual(ABSENT);
  await file.close();
  const external = await openHdf5(join(folder, "external.h5"));
  await expect(external.read("/gone")).rejects.toMatchObject({
    tag: "not-found",
    message: expect.stringMatching(/external-gone\.raw/),
  });
  await external.close();
});

test("sources without filters in the same type are read in place, others chunk by chunk", async () => {
  const file = await openHdf5(join(folder, "virtual-latest.h5"));
  const refs = await file.refs("/joined");
  const kinds = refs.map(({ kind, origin, shape }) => [kind, origin, shape]);
  expect(kinds).toContainEqual(["stored", [0, 0], [5, 12]]);
  expect(kinds).toContainEqual(["plugin", [6, 1], [5, 11]]);
  expect(kinds).toContainEqual(["missing", [5, 0], [1, 12]]);
  const cells = refs.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
  expect(cells).toBe(14 * 12);
  await file.close();
});

test("selections of more runs than are read are refused before they are listed", async () => {
  const slab = { start: 0, stride: 2, count: 2 ** 40, block: 1 };
  const selection = { kind: "slabs", slabs: [slab] } as const;
  const flat = {
    kind: "slabs",
    slabs: [
      { start: 0, stride: 1, count: 1, block: 2 ** 20 },
      { start: 0, stride: 1, count: 1, block: 2 ** 20 },
    ],
  } as const;
  const request = (virtual: Mapping["virtual"], shape: readonly number[]) =>
    readUnpaired({
      part: { file: ".", dataset: "x", source: selection, virtual },
      shape,
      sourceShape: [2 ** 42],
      elementSize: 1,
      box: shape.map(() => ({ start: 0, stop: 1 })),
      out: { kind: "bytes", bytes: Buffer.alloc(1), size: 1 },
      read: () => Promise.reject(new Error("nothing is read")),
    });
  await expect(request(flat, [2 ** 20, 2 ** 20])).rejects.toMatchObject({ tag: "unsupported" });
  await expect(request(flat, [2 ** 19, 2 ** 20])).rejects.toMatchObject({ tag: "malformed" });
  await expect(request({ kind: "none" }, [5])).rejects.toMatchObject({ tag: "malformed" });
});
