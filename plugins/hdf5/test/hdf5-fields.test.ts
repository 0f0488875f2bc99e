import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { ArrayVariable } from "../../../src/format/contract.js";
import { readBox } from "../../../src/format/read-box.js";
import { type Box, wholeBox } from "../../../src/schema/box.js";
import { type OpenedHdf5, openHdf5 } from "../../../test/support/hdf5-variables.js";

/** Structures as h5py reads them: sample-data/generators/hdf5_values.py. */
const samples = join(import.meta.dirname, "../../../sample-data");
type Expected = Record<string, { shape: number[]; values: Record<string, unknown>[] }>;
const expected = JSON.parse(readFileSync(join(samples, "hdf5-values.json"), "utf8")) as Expected;
let file: OpenedHdf5;

beforeAll(async () => {
  file = await openHdf5(join(samples, "hdf5-values.h5"));
});
afterAll(() => file.close());

function* allFields(variable: ArrayVariable): Iterable<ArrayVariable> {
  for (const field of variable.fields ?? []) {
    yield field;
    yield* allFields(field);
  }
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

/** What a field's path leads to in every structure, lists in lists flattened. */
function columnOf(path: string, field: string): unknown[] {
  const names = field.slice(path.length + 1).split(".");
  const values: unknown[] = expected[path]?.values ?? [];
  return names.reduce((found: unknown[], name) => found.map((one) => (one as Record<string, unknown>)[name]), values).flat(9);
}

const PATHS = ["/structures/fixed", "/structures/chunked", "/structures/variable", "/structures/sparse"];

test.each(PATHS)("fields of %s are columns", async (path) => {
  let compared = 0;
  for (const field of allFields(file.variable(path))) {
    if (field.dtype.name === "compound") continue;
    const read = (await readBox(field, wholeBox(field.shape), file.context)) as ArrayLike<unknown>;
    expect([field.path, Array.from(read, plain)]).toEqual([field.path, columnOf(path, field.path)]);
    compared++;
  }
  expect(compared).toBeGreaterThan(2);
});

test("a field has its own type and the dimensions of the structure, then its own", async () => {
  const fields = [...allFields(file.variable("/structures/chunked"))];
  expect(fields.map(({ path, dtype, shape }) => [path, dtype.name, shape])).toEqual([
    ["/structures/chunked.id", "uint8", [4]],
    ["/structures/chunked.name", "string", [4]],
    ["/structures/chunked.where", "compound", [4]],
    ["/structures/chunked.where.x", "float32", [4]],
    ["/structures/chunked.where.y", "int64", [4]],
    ["/structures/chunked.grid", "int16", [4, 2, 3]],
  ]);
  const grid = fields.find(({ name }) => name.endsWith("grid")) as ArrayVariable;
  expect(grid.dims.slice(1)).toEqual(["grid_dim_0", "grid_dim_1"]);
  const box: Box = [
    { start: 2, stop: 4 },
    { start: 1, stop: 2 },
    { start: 0, stop: 2 },
  ];
  expect(await readBox(grid, box, file.context)).toEqual(Int16Array.of(6, 8, 9, 12));
});

test("fields of what was never written, and of virtual structures, read as fill", async () => {
  const chunks = await openHdf5(join(samples, "hdf5-odd/chunks.h5"));
  const column = async (name: string) => {
    const field = chunks.variable("/structures").fields?.find((one) => one.path === `/structures.${name}`) as ArrayVariable;
    return Array.from((await readBox(field, wholeBox(field.shape), chunks.context)) as ArrayLike<unknown>);
  };
  expect(await column("a")).toEqual([7, 7, 1, 7, 7]);
  expect(await column("b")).toEqual([0.25, 0.25, 1, 0.25, 0.25]);
  expect(await column("s")).toEqual(["xy", "xy", "z", "xy", "xy"]);
  await chunks.close();
  const virtual = await openHdf5(join(samples, "hdf5-virtual/virtual-latest.h5"));
  const [n, x] = virtual.variable("/pairs").fields as [ArrayVariable, ArrayVariable];
  expect(await readBox(n, wholeBox(n.shape), virtual.context)).toEqual(Int16Array.of(1, 2, 3, 0));
  expect(await readBox(x, wholeBox(x.shape), virtual.context)).toEqual(Float64Array.of(0.5, 1.5, 2.5, 0));
  await virtual.close();
});
