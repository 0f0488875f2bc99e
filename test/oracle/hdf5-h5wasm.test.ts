import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import h5wasm, { type Dataset, type File as H5File } from "h5wasm/node";
import { isNumericName } from "../../src/schema/dtype.js";
import type { TypedArray } from "../../src/schema/typed-array.js";
import { type OpenedHdf5, openHdf5, sha256Of } from "../support/hdf5-variables.js";

/** The same files through HDF5's own library, in another version than wrote them. */
const FILES = ["hdf5-chunks-earliest.h5", "hdf5-chunks-v110.h5", "hdf5-chunks-latest.h5", "hdf5-values.h5"];

describe.each(FILES)("%s", (name) => {
  let file: OpenedHdf5;
  let other: H5File;
  let folder: string;

  beforeAll(async () => {
    const module = await h5wasm.ready;
    (module as unknown as { activate_throwing_error_handler(): void }).activate_throwing_error_handler();
    folder = mkdtempSync(join(tmpdir(), "graticule-"));
    for (const file of [name, "hdf5-values-source.h5"]) copyFileSync(join("sample-data", file), join(folder, file));
    other = new h5wasm.File(join(folder, name), "r");
    file = await openHdf5(join("sample-data", name));
  });
  afterAll(async () => {
    other.close();
    rmSync(folder, { recursive: true });
    await file.close();
  });

  test("parts of all numbers are what h5wasm reads", async () => {
    let compared = 0;
    for (const { path, dtype, shape, access, codecs } of file.dataset.variables) {
      if (codecs.some(({ id }) => id === "lzf")) continue; // h5wasm has none
      const isPlain = isNumericName(dtype.name) && dtype.name !== "float16" && !dtype.bits && access === "direct";
      if (path === "/foreign/external") continue; // looked for in the working directory
      if (!isPlain || shape.length === 0 || shape.includes(0) || path === "/array-type") continue;
      const box = shape.map((length) => ({ start: Math.min(length - 1, length >> 2), stop: Math.ceil((length * 3) / 4) }));
      const theirs = (other.get(path) as Dataset).slice(box.map(({ start, stop }): [number, number] => [start, stop]));
      expect([path, sha256Of(await file.read(path, box))]).toEqual([path, sha256Of(theirs as TypedArray)]);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });

  test("filters are those that h5wasm names", () => {
    const ids: Record<string, number> = { deflate: 1, shuffle: 2, fletcher32: 3, szip: 4, nbit: 5, scaleoffset: 6, lzf: 32000 };
    for (const { path, codecs } of file.dataset.variables) {
      const theirs = (other.get(path) as Dataset).filters.map((filter) => filter.id);
      expect([path, codecs.map(({ id }) => ids[id])]).toEqual([path, theirs]);
    }
  });
});
