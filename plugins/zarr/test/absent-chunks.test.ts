import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { wholeBox } from "../../../src/schema/box.js";
import { openStore, refsOf } from "./open-store.js";

const scratch = mkdtempSync(join(tmpdir(), "zarr-absent-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A local store of one array of int8, each chunk one number. */
function store(name: string, shape: readonly number[], stored: Readonly<Record<string, number>>): string {
  const folder = mkdtempSync(join(scratch, name));
  const chunks = shape.map(() => 1);
  const array = { zarr_format: 2, shape, chunks, dtype: "|i1", compressor: null, filters: null, order: "C", fill_value: 7 };
  writeFileSync(join(folder, ".zarray"), JSON.stringify(array));
  for (const [key, value] of Object.entries(stored)) writeFileSync(join(folder, key), Uint8Array.of(value));
  return join(folder, ".zarray");
}

test("a billion absent chunks are told in a few boxes", async () => {
  const { variable, context } = await openStore(store("many", [1_000_000_000], { "5": 1, "999999998": 2, "1000000000": 3 }));
  const refs = await refsOf(variable("/"), wholeBox([1_000_000_000]), context);
  const found = refs.map(({ kind, origin, shape }) => [kind, origin[0], shape[0]]);
  expect(found.sort((a, b) => Number(a[1]) - Number(b[1]))).toEqual([
    ["missing", 0, 5],
    ["object", 5, 1],
    ["missing", 6, 999_999_992],
    ["object", 999_999_998, 1],
    ["missing", 999_999_999, 1],
  ]);
});

test("boxes of absent chunks and the stored ones cover every cell once", async () => {
  const shape = [7, 20, 30];
  const stored = { "0.0.0": 1, "2.3.29": 2, "2.4.0": 3, "6.19.29": 4, "3.10.15": 5, "03.1.1": 9, "7.0.0": 9 };
  const { values, variable, context } = await openStore(store("cube", shape, stored));
  const box = [
    { start: 1, stop: 7 },
    { start: 2, stop: 20 },
    { start: 3, stop: 30 },
  ];
  for (const asked of [wholeBox(shape), box]) {
    const cells = new Map<string, number>();
    for (const { origin, shape: lengths } of await refsOf(variable("/"), asked, context))
      for (let i = 0; i < (lengths[0] ?? 0); i++)
        for (let j = 0; j < (lengths[1] ?? 0); j++)
          for (let k = 0; k < (lengths[2] ?? 0); k++) {
            const cell = [i + (origin[0] ?? 0), j + (origin[1] ?? 0), k + (origin[2] ?? 0)].join();
            cells.set(cell, (cells.get(cell) ?? 0) + 1);
          }
    expect(cells.size).toBe(asked.reduce((n, { start, stop }) => n * (stop - start), 1));
    expect(Math.max(...cells.values())).toBe(1);
  }
  const all = await values("/");
  expect(all.map((value, i) => [i, value]).filter(([, value]) => value !== 7)).toEqual([
    [0, 1],
    [2 * 600 + 3 * 30 + 29, 2],
    [2 * 600 + 4 * 30, 3],
    [3 * 600 + 10 * 30 + 15, 5],
    [6 * 600 + 19 * 30 + 29, 4],
  ]);
});
