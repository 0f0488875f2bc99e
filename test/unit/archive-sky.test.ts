import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { convert } from "../../src/index.js";
import { temporaryFolder } from "../support/parquet.js";
import { archiveOf, SAMPLES } from "./archive-values.js";
import { readWithParquetWasm } from "./parquet-readers.js";

/** Coordinates by astropy: sample-data/generators/sky.py. */
type Values = readonly (number | null)[];
const FOLDER = join(SAMPLES, "sky");
const expected = JSON.parse(readFileSync(join(FOLDER, "expected.json"), "utf8")) as {
  readonly cube: { readonly ra: Values; readonly dec: Values; readonly velo: Values; box: number[]; inside: number[] };
  readonly allsky: { readonly glon: Values; readonly glat: Values; box: number[]; inside: number[] };
  readonly spectrum: { readonly wave: Values };
};

const scratch = temporaryFolder();
afterAll(() => scratch.remove());
let count = 0;

async function converted(name: string, more: object = {}) {
  const dest = join(scratch.path, `${count++}.parquet`);
  const { warnings, reads } = await convert({ inputs: [join(FOLDER, `${name}.fits`)], out: dest, jobs: 1, ...more } as never);
  return { columns: readWithParquetWasm(dest), warnings, reads };
}

function expectClose(found: readonly unknown[] | undefined, values: Values): void {
  expect(found).toHaveLength(values.length);
  values.forEach((value, i) => {
    if (value === null) expect(found?.[i]).toBeNull();
    else expect(Math.abs(Number(found?.[i]) - value)).toBeLessThan(1e-9);
  });
}

describe("world coordinates of FITS images", () => {
  test("sky coordinates and linear axes are columns", async () => {
    const { columns, warnings, reads } = await converted("cube");
    expect(Object.keys(columns)).toEqual(["velo", "axis2", "axis1", "ra", "dec", "data"]);
    expectClose(columns.ra, expected.cube.ra);
    expectClose(columns.dec, expected.cube.dec);
    expectClose(columns.velo, expected.cube.velo);
    expect(columns.data).toEqual(Array.from({ length: 72 }, (_, i) => (i === 0 ? 0 : i)));
    expect(warnings).toEqual([]);
    expect(reads.chunks).toBe(1);
  });

  test("they say what they are", async () => {
    const { tables } = await archiveOf([join(FOLDER, "cube.fits")]);
    const columns = tables[0]?.columns.map(({ field, role, axis, axes }) => [field.name, role, axis, axes, field.metadata]);
    expect(columns).toEqual([
      ["velo", "coordinate", undefined, [0], { units: "m/s", long_name: "VELO-LSR" }],
      ["axis2", "index", undefined, [1], {}],
      ["axis1", "index", undefined, [2], {}],
      ["ra", "auxiliary", "X", [1, 2], { axis: "X", units: "degree", long_name: "right ascension (FK5, equinox 2000)" }],
      ["dec", "auxiliary", "Y", [1, 2], { axis: "Y", units: "degree", long_name: "declination (FK5, equinox 2000)" }],
      ["data", "data", undefined, [0, 1, 2], { units: "K" }],
    ]);
  });

  test("pixels off the sky have none", async () => {
    const { columns } = await converted("allsky");
    expect(Object.keys(columns)).toEqual(["axis2", "axis1", "glon", "glat", "data"]);
    expectClose(columns.glon, expected.allsky.glon);
    expectClose(columns.glat, expected.allsky.glat);
  });

  test.each(["cube", "allsky"] as const)("a box keeps the pixels of %s whose centres lie in it", async (name) => {
    const { box, inside } = expected[name];
    const { columns } = await converted(name, { bbox: box.join(",") });
    expect(columns.data).toEqual(inside);
  });

  test("predicates take them", async () => {
    const { columns } = await converted("cube", { where: "dec > 40 and velo >= -1250 and ra between 300 and 360" });
    const { ra, dec, velo } = expected.cube;
    const rows = ra.flatMap((lon, i) => ((dec[i] ?? 0) > 40 && (velo[i] ?? 0) >= -1250 && (lon ?? 0) >= 300 ? [i] : []));
    expect(rows.length).toBeGreaterThan(3);
    expect(columns.data).toEqual(rows);
  });

  test("a spectrum has its wavelengths, in the header's unit", async () => {
    const { columns } = await converted("spectrum");
    expect(Object.keys(columns)).toEqual(["wave", "data"]);
    expectClose(columns.wave, expected.spectrum.wave);
  });

  test("what cannot be computed is named, and leaves indices", async () => {
    const { columns, warnings } = await converted("distorted");
    expect(Object.keys(columns)).toEqual(["axis2", "axis1", "data"]);
    expect(warnings).toEqual([expect.stringMatching(/^\/0\/data: .*TNX.*: its pixels have indices instead$/)]);
  });

  test("images of several pointings have their own coordinates, also where their values are the same", async () => {
    const bytes = readFileSync(join(FOLDER, "cube.fits"));
    const other = join(scratch.path, "other.fits");
    writeFileSync(
      other,
      bytes.toString("latin1").replace("CRVAL1  =                  0.1", "CRVAL1  =                  5.1"),
      "latin1",
    );
    const { columns } = await converted("cube", { inputs: [join(FOLDER, "cube.fits"), other] });
    const { ra, dec } = expected.cube;
    const order = columns.data?.map((value, i) => [Number(value), (columns.axis2?.[i] as number) >= 4] as const) ?? [];
    expect(order.length).toBe(144);
    expectClose(
      columns.ra,
      order.map(([at, isOther]) => ((ra[at] ?? 0) + (isOther ? 5 : 0)) % 360),
    );
    expectClose(
      columns.dec,
      order.map(([at]) => dec[at] ?? 0),
    );
  });

  test("a dry run counts what the run reads", async () => {
    const dry = await convert({
      inputs: [join(FOLDER, "cube.fits")],
      out: join(scratch.path, "dry.parquet"),
      jobs: 1,
      dryRun: true,
    } as never);
    expect(dry.reads.chunks).toBe(1);
    expect(dry.tables[0]?.rows).toBe(72);
  });
});
