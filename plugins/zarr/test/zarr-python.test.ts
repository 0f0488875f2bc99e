import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { ArrayVariable } from "../../../src/format/contract.js";
import { readBox } from "../../../src/format/read-box.js";
import { sizeOf, wholeBox } from "../../../src/schema/box.js";
import { interestingBoxes, seeded, sliceOf } from "../../../test/contract/boxes.js";
import { type Plain, plainValues } from "../../../test/contract/expected.js";
import { openStore, samples } from "./open-store.js";

type Expected = Record<string, Record<string, Plain[]>>;
type Structure = Readonly<Record<string, Plain>>;

const expected = JSON.parse(readFileSync(join(samples, "zarr-python.json"), "utf8")) as Expected;

describe.each(Object.keys(expected))("%s has the values that zarr-python reads", (name) => {
  const arrays = Object.keys(expected[name] ?? {});

  test("in all its arrays", async () => {
    const { dataset } = await openStore(join(samples, name));
    expect(dataset.variables.map(({ path }) => path).sort()).toEqual(arrays);
  });

  test.each(arrays)("%s", async (path) => {
    const { variable, context } = await openStore(join(samples, name));
    const one = variable(path);
    const read = plainValues(await readBox(one, wholeBox(one.shape), context), one.dtype.name);
    const { name: type } = one.dtype;
    const found = type.startsWith("complex") ? pairs(read) : type === "bool" ? read.map(Boolean) : read;
    expect(found).toEqual(expected[name]?.[path]);
  });
});

describe.each([
  ["zarr-python-v2.zip", ["/flat_C", "/flat_F", "/wide_C", "/wide_F"]],
  ["zarr-python-v3.zip", ["/flat_C", "/nested", "/wide_C"]],
])("fields of structures of %s are columns", (name, arrays) => {
  test.each(arrays)("%s", async (path) => {
    const { variable, context } = await openStore(join(samples, name));
    const array = variable(path);
    let compared = 0;
    for (const field of allFields(array)) {
      expect([field.shape, field.dims]).toEqual([array.shape, array.dims]);
      if (field.dtype.name === "compound") continue;
      const column = (expected[name]?.[path] ?? []).map((one) => valueAt(one, field.path.slice(path.length + 1)));
      for (const box of interestingBoxes(field.shape, seeded(5))) {
        if (sizeOf(box.map((r) => r.stop - r.start)) === 0) continue;
        const read = plainValues(await readBox(field, box, context), field.dtype.name);
        const { name: type } = field.dtype;
        const found = type.startsWith("complex") ? pairs(read) : type === "bool" ? read.map(Boolean) : read;
        expect([field.path, box, found]).toEqual([field.path, box, sliceOf(column, field.shape, box)]);
      }
      compared++;
    }
    expect(compared).toBeGreaterThan(1);
  });

  test("those that count time say so", async () => {
    const { variable } = await openStore(join(samples, name));
    const when = [...allFields(variable("/wide_C"))].find((field) => field.path === "/wide_C.when");
    expect(when?.attributes.get("units")).toEqual({ dtype: "string", values: ["seconds since 1970-01-01"] });
  });
});

test("a chunk of structures is read once for all its fields, and not at all for fields that nobody asks for", async () => {
  const { variable, context } = await openStore(join(samples, "zarr-python-v3.zip"));
  const before = context.counters.requests;
  const box = [
    { start: 0, stop: 4 },
    { start: 0, stop: 2 },
  ];
  for (const field of allFields(variable("/wide_C"))) await readBox(field, box, context);
  // The member's local header, and its bytes.
  expect(context.counters.requests - before).toBe(2);
});

function* allFields(variable: ArrayVariable): Iterable<ArrayVariable> {
  for (const field of variable.fields ?? []) {
    yield field;
    yield* allFields(field);
  }
}

function valueAt(structure: Plain, path: string): Plain {
  return path.split(".").reduce((found, name) => (found as Structure)[name] as Plain, structure);
}

function pairs(flat: readonly Plain[]): Plain[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as Plain, flat[2 * i + 1] as Plain]);
}
