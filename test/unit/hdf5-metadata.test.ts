import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ArrayVariable, ReadContext } from "../../src/format/contract.js";
import { readBox } from "../../src/format/read-box.js";
import { wholeBox } from "../../src/schema/box.js";
import { type Opened, openSample, plainAttributes } from "./hdf5-fixture.js";

interface Expected {
  readonly file: string;
  readonly oddity: string;
  readonly datasets: Record<string, ExpectedDataset>;
  readonly groups: Record<string, Record<string, unknown[]>>;
  readonly netcdf?: {
    readonly error?: string;
    readonly dimensions?: Record<string, { length: number; unlimited: boolean }>;
    readonly variables?: Record<string, { dims: string[]; dim_paths: string[]; shape: number[] }>;
  };
}

interface ExpectedDataset {
  readonly class: number;
  readonly size: number;
  readonly dtype: string | null;
  readonly shape: number[] | null;
  readonly chunks: number[] | null;
  readonly fill: number | null;
  readonly attributes: Record<string, unknown[]>;
}

const GENERATOR = readFileSync("sample-data/generators/hdf5_metadata.py", "utf8");
const samples = readdirSync("sample-data")
  .filter((name) => /^hdf5-.*\.json$/.test(name))
  .map((name) => JSON.parse(readFileSync(`sample-data/${name}`, "utf8")) as Expected)
  .filter(({ file }) => file && GENERATOR.includes(`@case("${file.slice("hdf5-".length)}")`));

const CLASSES = ["", "", "", "string", "bitfield", "opaque", "compound", "reference", "enum", "vlen"];

/** numpy's name of the type as ours. */
function nameOf({ class: kind, size, dtype }: ExpectedDataset): string {
  if (kind === 3) return size === 1 ? "char" : "string";
  if (kind === 9) return dtype === "object" ? "vlen or string" : "vlen";
  const letters = /^[<>|]([iuf])(\d)$/.exec(dtype ?? "");
  if (letters) return `${{ i: "int", u: "uint", f: "float" }[letters[1] as "i" | "u" | "f"]}${Number(letters[2]) * 8}`;
  return CLASSES[kind] || (dtype ?? "");
}

async function readWhole(variable: ArrayVariable | undefined, context: ReadContext): Promise<unknown[]> {
  if (!variable) throw new Error("no such variable");
  return Array.from((await readBox(variable, wholeBox(variable.shape), context)) as ArrayLike<unknown>);
}

test("there are samples", () => {
  expect(samples.length).toBeGreaterThan(15);
});

describe.each(samples)("$file: $oddity", (expected) => {
  let opened: Opened;
  const byPath = (path: string): ArrayVariable | undefined => opened.dataset.variables.find((v) => v.path === path);

  beforeAll(async () => {
    opened = await openSample(`sample-data/${expected.file}`);
  });
  afterAll(() => opened.context.close());

  test("nothing is damaged", () => {
    expect(opened.dataset.error).toBeUndefined();
    expect(opened.dataset.variables.filter((v) => v.error)).toEqual([]);
  });

  test("datasets have the types and attributes that h5py sees", () => {
    for (const [path, dataset] of Object.entries(expected.datasets)) {
      const variable = byPath(path.replace("_nc4_non_coord_", ""));
      if (!variable) continue; // dimensions: the test of the list of variables counts them
      if (dataset.class !== 10) expect([path, nameOf(dataset)]).toEqual([path, expect.stringContaining(variable.dtype.name)]);
      const inMemory = dataset.dtype === "object"; // h5py gives the size of a pointer
      if (dataset.class !== 10 && !inMemory) expect([path, variable.dtype.size]).toEqual([path, dataset.size]);
      expect([path, plainAttributes(variable.attributes)]).toEqual([path, dataset.attributes]);
      expect([path, variable.chunks]).toEqual([path, dataset.chunks]);
      if (!expected.netcdf?.dimensions && dataset.class !== 10) expect([path, variable.shape]).toEqual([path, dataset.shape ?? []]);
      if (dataset.shape === null) expect(variable.empty).toBe(true);
    }
  });

  test("groups have the attributes that h5py sees", () => {
    for (const [path, attributes] of Object.entries(expected.groups)) {
      const group = opened.dataset.groups.find((g) => g.path === path);
      expect([path, group && plainAttributes(group.attributes)]).toEqual([path, attributes]);
    }
  });

  test("dimensions and variables are those of netCDF-C", () => {
    if (!expected.netcdf?.dimensions) return;
    const { dimensions } = opened.dataset;
    expect(Object.fromEntries(dimensions.map(({ path, length, unlimited }) => [path, { length, unlimited }]))).toMatchObject(
      expected.netcdf.dimensions,
    );
    for (const [path, { dims, dim_paths, shape }] of Object.entries(expected.netcdf.variables ?? {})) {
      const variable = byPath(path);
      expect([path, variable?.dims, variable?.dimPaths, variable?.shape]).toEqual([path, dims, dim_paths, shape]);
    }
  });

  test("every dataset is a variable, but for bare dimensions", () => {
    const visible = Object.keys(expected.datasets).map((path) => path.replace("_nc4_non_coord_", ""));
    const missing = visible.filter((path) => !byPath(path));
    const bare = Object.keys(expected.netcdf?.dimensions ?? {}).filter((path) => !expected.netcdf?.variables?.[path]);
    expect(missing.filter((path) => !bare.includes(path))).toEqual([]);
    if (expected.file === "hdf5-external-links.h5") return; // those of other files count there
    const hard = opened.dataset.variables.filter((v) => v.aliasOf === undefined).map((v) => v.path);
    expect(hard.filter((path) => !visible.includes(path))).toEqual([]);
  });
});

describe("what the formats hide or repeat", () => {
  const open = async (name: string) => (await openSample(`sample-data/hdf5-${name}`)).dataset;

  test("each path that reaches a dataset counts, and cycles are cut", async () => {
    const { variables, warnings } = await open("links.h5");
    expect(variables.map((v) => [v.path, v.aliasOf])).toEqual([
      ["/also", undefined],
      ["/soft", "/also"],
      ["/softer", "/also"],
      ["/group/data", "/also"],
      ["/soft_group/data", "/also"],
    ]);
    expect(warnings.join("\n")).toMatch(/\/outside .*absent\.h5[\s\S]*/);
    expect(warnings.join("\n")).toMatch(/\/nowhere .*\/not\/there/);
  });

  test("links into other files are followed where they lead somewhere", async () => {
    const { dataset, context } = await openSample("sample-data/hdf5-external-links.h5");
    const { variables, warnings } = dataset;
    expect(variables.map((v) => [v.path, v.aliasOf])).toEqual([
      ["/again", "/own"],
      ["/inner", undefined],
      ["/own", undefined],
      ["/soft", undefined],
      ["/group/data", "/soft"],
      ["/group/up/also", "/soft"],
      ["/group/up/soft", "/soft"],
      ["/group/up/softer", "/soft"],
    ]);
    expect(await readWhole(variables[1], context)).toEqual([2]);
    expect(await readWhole(variables[4], context)).toEqual([0, 1, 2]);
    expect(warnings.filter((text) => text.startsWith("/no_"))).toEqual([
      "/no_file is a link to /x in the file hdf5-absent.h5, which leads nowhere",
      "/no_object is a link to /absent in the file hdf5-latest.h5, which leads nowhere",
    ]);
  });

  test("rows that a variable was never given are missing", async () => {
    const { dataset, context } = await openSample("sample-data/hdf5-netcdf4.nc");
    const variable = (path: string) => dataset.variables.find((v) => v.path === path);
    expect(await readWhole(variable("/short"), context)).toEqual([7, 7, 7, 7, -1, -1]);
    expect(await readWhole(variable("/never"), context)).toEqual([-2147483647, -2147483647, -2147483647]);
  });

  test("the format is netCDF-4 where its marks or dimension scales are", async () => {
    expect((await open("netcdf4.nc")).format).toBe("netcdf4");
    expect((await open("scales.h5")).format).toBe("netcdf4");
    expect((await open("latest.h5")).format).toBe("hdf5");
    expect((await open("latest.h5")).version).toBe(3);
    expect((await open("old-groups.h5")).version).toBe(0);
  });

  test("a dimension without a scale beside one that has it gets a name", async () => {
    const { variables } = await open("half-attached.h5");
    expect(variables.find((v) => v.name === "half")?.dims).toEqual(["lat", "phony_dim_1"]);
  });

  test("enumerations have members, compounds fields, numbers of odd precision their bits", async () => {
    const { variables } = await open("types.h5");
    const dtype = (name: string) => variables.find((v) => v.name === name)?.dtype;
    expect(dtype("enum")?.members).toEqual({ LOW: -2, HIGH: 1 });
    expect(dtype("bool")?.members).toEqual({ FALSE: 0, TRUE: 1 });
    expect(dtype("bits")?.bits).toEqual({ offset: 2, precision: 11 });
    expect(dtype("number_be_f8")).toEqual({ name: "float64", size: 8, byteOrder: "big" });
    expect(dtype("compound")?.fields?.map((f) => [f.name, f.offset, f.dtype.name, f.shape])).toEqual([
      ["a", 0, "int32", undefined],
      ["b", 4, "string", undefined],
      ["c", 7, "float64", [2, 2]],
      ["d", 39, "compound", undefined],
    ]);
    expect(variables.find((v) => v.name === "array")?.shape).toEqual([2, 3, 2]);
  });

  test("fill values are in the variable's byte order", async () => {
    const { variables } = await open("committed-types.h5");
    expect(variables.find((v) => v.name === "numbers")?.fill).toEqual(Uint8Array.of(255, 255, 255, 251));
  });

  test("metadata of a small file cost one request", async () => {
    for (const name of ["netcdf4.nc", "dense-links.h5", "userblock.h5"]) {
      const { context } = await openSample(`sample-data/hdf5-${name}`);
      expect(context.counters.requests).toBe(1);
    }
  });
});
