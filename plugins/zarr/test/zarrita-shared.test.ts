import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as zarrita from "zarrita";
import { wholeBox } from "../../../src/schema/box.js";
import { cellsOf } from "../../../test/contract/boxes.js";
import { type Plain, plainValues } from "../../../test/contract/expected.js";
import { openStore } from "./open-store.js";

/** zarrita's own stores, of versions 2 and 3; kept beside the checkout, not in it. */
const shared = process.env.GRATICULE_SHARED ?? join(import.meta.dirname, "../../../../shared");
const present = existsSync(join(shared, "data/manzt__zarrita.js"));

(present ? describe : describe.skip)("zarrita's stores have the values that zarrita reads", () => {
  for (const version of ["v2", "v3"]) {
    const root = join(shared, "data/manzt__zarrita.js", version, "data.zarr");
    const marker = version === "v2" ? ".zarray" : "zarr.json";
    const keys = present ? arraysBelow(root, marker) : [];
    const get = (key: string) =>
      readFile(join(root, key)).then(
        (bytes) => new Uint8Array(bytes),
        () => undefined,
      );
    // zarrita opens shards only where it can read ranges.
    const store = {
      get,
      async getRange(key: string, range: { suffixLength: number } | { offset: number; length: number }) {
        const bytes = await get(key);
        if ("suffixLength" in range) return bytes?.subarray(bytes.length - range.suffixLength);
        return bytes?.subarray(range.offset, range.offset + range.length);
      },
    };

    test(`${version}: all of its arrays are compared`, () => {
      expect(keys.length).toBeGreaterThan(30);
    });

    test.each(keys)(`${version} %s`, async (key) => {
      // What zarrita cannot read fails here: name it with the reason before it is passed over.
      const array = await zarrita.open(zarrita.root(store).resolve(key), { kind: "array" });
      const { values } = await openStore(join(root, version === "v2" ? ".zmetadata" : "zarr.json"));
      const { data, shape, stride } = await zarrita.get(array);
      const flat = [...(data as Iterable<unknown>)];
      const places = Array.from(cellsOf(wholeBox(shape)), (cell) =>
        cell.reduce((sum, at, d) => sum + at * (stride[d] as number), 0),
      );
      const expected = places.map((place) => plainOf(flat[place]));
      expect(await values(`/${key}`)).toEqual(expected);
    });
  }
});

function arraysBelow(root: string, marker: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(`/${marker}`))
    .map((path) => path.slice(0, -marker.length - 1))
    .filter((key) => JSON.parse(readFileSync(join(root, key, marker), "utf8")).node_type !== "group")
    .sort();
}

function plainOf(value: unknown): Plain {
  return plainValues([typeof value === "boolean" ? Number(value) : value] as never, "")[0] as Plain;
}
