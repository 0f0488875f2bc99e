import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { convert } from "../../src/index.js";
import { choosePartitions } from "../../src/sink/sky/choose-partitions.js";
import { Healpix, pixelAt } from "../../src/sink/sky/healpix.js";
import { readWithHyparquet, temporaryFolder } from "../support/parquet.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Places {
  readonly lon: readonly number[];
  readonly lat: readonly number[];
  readonly pixels: Readonly<Record<string, readonly string[]>>;
}

const read = (name: string) => JSON.parse(readFileSync(join("sample-data/healpix", name), "utf8"));

describe("HEALPix", () => {
  const { lon, lat, pixels } = read("pixels.json") as Places;
  const written = (order: number) => {
    const out = new BigInt64Array(lon.length);
    const halves = new Int32Array(out.buffer);
    const healpix = new Healpix(order);
    for (const [i, longitude] of lon.entries()) healpix.write(longitude, lat[i] as number, halves, i);
    return { out, halves };
  };

  for (const [order, expected] of Object.entries(pixels))
    test(`pixels of order ${order} are those of cdshealpix`, () => {
      expect(Array.from(written(Number(order)).out, String)).toEqual(expected);
    });

  test("a pixel of order 29 lies in those of lower orders", () => {
    const { halves } = written(29);
    for (const order of [0, 5, 10, 15, 16, 20, 24])
      expect(lon.map((_, i) => String(pixelAt(order, halves, i)))).toEqual(pixels[order]);
  });

  test("partitions are the largest pixels with few enough rows", () => {
    const counts = new Float64Array(12 * 4 ** 10);
    counts[0] = 5;
    counts[1] = 5;
    counts[4 ** 9] = 3;
    counts[4 ** 10] = 20;
    expect(choosePartitions(counts, 9)).toEqual([
      { order: 10, pixel: 0, rows: 5 },
      { order: 10, pixel: 1, rows: 5 },
      { order: 1, pixel: 1, rows: 3 },
      { order: 10, pixel: 4 ** 10, rows: 20 },
    ]);
    expect(choosePartitions(counts, 13)[0]).toEqual({ order: 0, pixel: 0, rows: 13 });
  });
});

describe("convert --layout hats", () => {
  const out = join(folder.path, "stars");
  const expected = read("catalogue.json") as { readonly ra: number[]; readonly dec: number[]; readonly pixels: string[] };
  beforeAll(() => convert({ inputs: "sample-data/healpix/catalogue.fits", out, layout: "hats", partBytes: 1000 }));

  test("every row is in the folder of its pixel, once, in degrees, and in order", async () => {
    const files = readdirSync(join(out, "dataset"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".parquet"),
    );
    expect(files.length).toBeGreaterThan(10);
    const seen: number[] = [];
    for (const name of files) {
      const [, order, dir, pixel] = /^Norder=(\d+)\/Dir=(\d+)\/Npix=(\d+)\/part-/.exec(name) ?? [];
      const rows = await readWithHyparquet(join(out, "dataset", name));
      const ids = rows.source as number[];
      const places = rows._healpix_29 as bigint[];
      expect(Math.floor(Number(pixel) / 10_000) * 10_000).toBe(Number(dir));
      for (const [i, id] of ids.entries()) {
        expect(String(places[i])).toBe(expected.pixels[id]);
        expect(String((places[i] as bigint) >> BigInt(2 * (29 - Number(order))))).toBe(pixel);
        expect((rows.RAJ2000 as number[])[i]).toBeCloseTo(expected.ra[id] as number, 10);
        expect((rows.DEJ2000 as number[])[i]).toBeCloseTo(expected.dec[id] as number, 10);
      }
      expect(places).toEqual([...places].sort((a, b) => (a < b ? -1 : 1)));
      seen.push(...ids);
    }
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i));
  });

  test("properties and partitions are beside it", () => {
    const properties = readFileSync(join(out, "hats.properties"), "utf8");
    for (const line of [
      "hats_nrows=300",
      "hats_col_ra=RAJ2000",
      "hats_col_dec=DEJ2000",
      "hats_npix_suffix=/",
      "dataproduct_type=object",
    ])
      expect(properties.split("\n")).toContain(line);
    const [head, ...pixels] = readFileSync(join(out, "partition_info.csv"), "utf8").trim().split("\n");
    expect(head).toBe("Norder,Npix");
    const folders = new Set(
      readdirSync(join(out, "dataset"), { recursive: true, encoding: "utf8" }).flatMap((name) => {
        const [, order, pixel] = /^Norder=(\d+)\/Dir=\d+\/Npix=(\d+)$/.exec(name) ?? [];
        return order === undefined ? [] : [`${order},${pixel}`];
      }),
    );
    expect(new Set(pixels)).toEqual(folders);
  });

  test("what has no place, or cannot be laid out, is refused", async () => {
    const to = join(folder.path, "refused");
    const inputs = "sample-data/healpix/catalogue.fits";
    await expect(convert({ inputs: "sample-data/merg", out: to, layout: "hats" })).rejects.toMatchObject({ tag: "usage" });
    await expect(convert({ inputs, out: to, layout: "hats", mode: "append" })).rejects.toMatchObject({ tag: "unsupported" });
    await expect(convert({ inputs, out: `${to}.parquet`, layout: "hats" })).rejects.toMatchObject({ tag: "usage" });
    await expect(convert({ inputs, out: to, layout: "hats", rename: { mag: "_healpix_29" } })).rejects.toMatchObject({
      tag: "usage",
    });
  });
});
