import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import { tableFromIPC } from "apache-arrow";
import { catVariable } from "../../src/cli/cat/cat-variable.js";
import { root, run } from "../support/faults.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-fits-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const lists = join(root, "sample-data/lists/lists.fits");
const cube = join(root, "sample-data/sky/cube.fits");
const expected = JSON.parse(readFileSync(join(root, "sample-data/sky/expected.json"), "utf8")) as {
  readonly cube: { readonly ra: readonly number[]; readonly dec: readonly number[] };
};

describe("convert of FITS", () => {
  it("refuses a predicate over lists", async () => {
    const { code, stdout } = await run(["convert", lists, "--out", join(folder, "refused"), "--where", "numbers > 3", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: "usage",
      message: "column numbers holds lists, which no predicate takes",
    });
    expect(existsSync(join(folder, "refused"))).toBe(false);
  });
});

describe("HDUs by their names", () => {
  const images = join(root, "sample-data/fits-contract/images.fits");

  it("are shown by inspect, and taken by convert as by cat", async () => {
    const { group_titles } = JSON.parse((await run(["inspect", images, "--json"])).stdout);
    expect(group_titles).toEqual({ "/1": "SCALED", "/2": "UNSIGNED", "/9": "CUBE" });
    expect((await run(["inspect", images])).stdout).toContain("/1 (SCALED) /2 (UNSIGNED) /3 ");
    for (const name of ["SCALED/data", "scaled:1/data", "/SCALED/data"]) {
      const made = await run(["convert", images, "--out", join(folder, "named"), "--vars", name, "--overwrite", "--json"]);
      expect(JSON.parse(made.stdout).tables).toMatchObject([{ name: "1_axis2_axis1", rows: 12 }]);
    }
  });
});

describe("cat of sequences", () => {
  it("decodes items: missing ones are null", async () => {
    const { stdout } = await run(["cat", lists, "/1/scaled", "--format", "json"]);
    expect(JSON.parse(stdout)).toEqual([[101], [101, null], [], [101, null, 101.2], [101, null]]);
  });

  it("is lists in Arrow", async () => {
    const pieces: Uint8Array[] = [];
    const output = { write: async (piece: string | Uint8Array) => void pieces.push(Buffer.from(piece as Uint8Array)) };
    await catVariable(lists, { variable: "/1/numbers", raw: false, format: "arrow", document: false }, output as never);
    const table = tableFromIPC(Buffer.concat(pieces));
    expect(String(table.schema.fields[1]?.type)).toBe("List<Int32>");
    expect([...(table.getChild("numbers") ?? [])].map((list) => [...(list as Iterable<number>)])).toEqual([
      [0, 7, 14],
      [],
      [0],
      [0, 7, 14, 21],
      [0, 7],
    ]);
  });
});

describe("inspect of images on the sky", () => {
  const extentOf = async (path: string) => {
    const { stdout } = await run(["inspect", path, "--json"]);
    return JSON.parse(stdout).extent as { lon?: [number, number]; lat?: [number, number] };
  };

  it("tells right ascensions and declinations, across longitude 0", async () => {
    const { lon, lat } = await extentOf(cube);
    expect(lat?.[0]).toBeCloseTo(Math.min(...expected.cube.dec), 9);
    expect(lat?.[1]).toBeCloseTo(Math.max(...expected.cube.dec), 9);
    expect(lon?.[0]).toBeCloseTo(Math.min(...expected.cube.ra.filter((value) => value > 180)), 9);
    expect(lon?.[1]).toBeCloseTo(Math.max(...expected.cube.ra.filter((value) => value < 180)), 9);
  });

  it("tells nothing of galactic images, or of none", async () => {
    expect(await extentOf(join(root, "sample-data/sky/allsky.fits"))).toEqual({});
    expect(await extentOf(lists)).toEqual({});
  });
});
