import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import type { ConvertResult } from "../../src/index.js";
import { type Ended, expected, files, metadataOf, partsIn, root, rowsOf, run, WEST } from "../support/faults.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-convert-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const weather = join(root, "sample-data/command-line/weather.nc");

/** The one document; whatever else is printed fails here. */
function documentOf(ended: Ended): ConvertResult {
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(ended.stdout);
}

/** Without what the machine decides. */
function stable(result: ConvertResult): object {
  expect(Number.isInteger(result.peak_memory) && result.peak_memory > 30e6).toBe(true);
  expect(result.seconds).toBeGreaterThan(0);
  return { ...result, dest: result.dest.replace(folder, "DIR"), peak_memory: 0, seconds: 0 };
}

describe("convert --json", () => {
  it("is one document of this shape", async () => {
    const dest = join(folder, "shape");
    const { tables, ...rest } = stable(
      documentOf(await run(["convert", ...files, "--out", dest, "--json", ...WEST])),
    ) as ConvertResult;
    expect(rest).toEqual({
      dest: "DIR/shape",
      reads: { files: 10, chunks: 60, pruned: 0, requests: 60, bytes: 41768, besides: expect.any(Object) },
      peak_memory: 0,
      seconds: 0,
      warnings: [],
    });
    expect(tables).toEqual([
      {
        name: "time_lat_lon",
        path: "",
        rows: expected.west.rows,
        columns: ["time", "lat", "lon", "cell", "level"],
        bytes: expect.any(Number),
        parts: 10,
        encodings: {
          time: ["RLE_DICTIONARY"],
          lat: ["RLE_DICTIONARY"],
          lon: ["RLE_DICTIONARY"],
          cell: ["BYTE_STREAM_SPLIT"],
          level: ["RLE_DICTIONARY"],
        },
      },
    ]);
    // Each of the ten files is opened to be described and to be read.
    expect(rest.reads.besides?.requests).toBeGreaterThanOrEqual(20);
    expect(rest.reads.besides?.bytes).toBeGreaterThan(10 * 1024);
    expect(tables[0]?.bytes).toBe(sizeOf(dest));
    expect(partsIn(dest).reduce((n, path) => n + Number(metadataOf(path).num_rows), 0)).toBe(expected.west.rows);
  });

  it("of several tables names each with its folder", async () => {
    const dest = join(folder, "several");
    const { tables } = documentOf(await run(["convert", weather, "--out", dest, "--json"]));
    expect(tables.map(({ bytes: _, ...table }) => table)).toMatchSnapshot();
    for (const { path, rows, parts } of tables) {
      expect(path).not.toBe("");
      const own = partsIn(join(dest, path));
      expect([own.length, own.reduce((n, part) => n + Number(metadataOf(part).num_rows), 0)]).toEqual([parts, rows]);
    }
    expect(readdirSync(dest).sort()).toEqual(["_SUCCESS", ...tables.map(({ path }) => path)].sort());
  });

  it("of an error is one document with its place", async () => {
    const ended = await run(["convert", join(folder, "absent.nc"), "--out", join(folder, "x"), "--json"]);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 5, stderr: "" });
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: "not-found", file: join(folder, "absent.nc") } });
    for (const args of [
      ["--bbox", "1,2,3"],
      ["--where", "cell >"],
      ["--where", "sel > 1"],
      ["--time", "yesterday"],
      ["--memory", "much"],
      ["--vars", "sel"],
    ]) {
      const refused = await run(["convert", ...files, "--out", join(folder, "x"), "--json", ...args]);
      expect({ args, exit: refused.code, ...JSON.parse(refused.stdout).error }).toMatchObject({ args, exit: 2, code: "usage" });
    }
    expect(existsSync(join(folder, "x.graticule"))).toBe(false);
  });
});

describe("true and false", () => {
  const file = join(root, "sample-data/requests/booleans.h5");

  it("that HDF5 keeps as an enumeration are a column of booleans; other enumerations are numbers", async () => {
    const dest = join(folder, "booleans");
    documentOf(await run(["convert", file, "--out", dest, "--json", "--with", "scalars"]));
    const [part] = partsIn(dest);
    const { schema } = metadataOf(part as string);
    const types = schema.slice(1).map(({ name, type, converted_type }) => `${name} ${type} ${converted_type ?? ""}`.trim());
    expect(types).toEqual(["phony_dim_0 INT32", "on BOOLEAN", "flag BOOLEAN", "state INT32 INT_8", "v FLOAT"]);
    const { readParquet } = await import("parquet-wasm");
    const { tableFromIPC } = await import("apache-arrow");
    const table = tableFromIPC(readParquet(readFileSync(part as string)).intoIPCStream());
    expect([...(table.getChild("flag") ?? [])]).toEqual([true, false, true, true, false]);
    expect([...(table.getChild("on") ?? [])]).toEqual([true, true, true, true, true]);
  });

  it.each([
    ["flag = true", 3],
    ["flag", 3],
    ["not flag", 2],
    ["flag <> true and v > 1", 1],
    ["flag in (false)", 2],
  ])("are conditions: %s", async (where, rows) => {
    const dest = join(folder, `where-${where.replaceAll(/\W+/g, "-")}`);
    const { tables } = documentOf(await run(["convert", file, "--out", dest, "--json", "--where", where]));
    expect(tables).toMatchObject([{ rows }]);
  });
});

describe("an oddity of the header that changes no value", () => {
  it("is told by inspect alone", async () => {
    const padded = join(root, "sample-data/netcdf3/padding-of-names-not-zero.nc");
    expect((await run(["convert", padded, "--out", join(folder, "padded"), "--dry-run"])).stderr).toBe("");
    expect((await run(["inspect", padded])).stderr).toContain("padded with bytes other than zero");
  });
});

describe("--dry-run", () => {
  const all = { files: 10, chunks: 60, pruned: 0, requests: 60, bytes: 41768 };
  // Chunks of 4 hours by the generator, their bytes by h5py.
  const cases: [string, string[], ConvertResult["reads"], number][] = [
    ["everything, with worker threads", [], all, 432_000],
    ["a box", WEST, all, expected.west.rows],
    ["a time", ["--time", "2001-01-02T06/2001-01-03"], { files: 4, chunks: 22, pruned: 38, requests: 22, bytes: 14568 }, 42 * 3600],
    ["one variable", ["--vars", "level"], { files: 10, chunks: 30, pruned: 0, requests: 30, bytes: 19912 }, 432_000],
    ["a file in the array's order", ["--order", "array", "--bbox", "0,-60,57,60"], all, expected.west.rows],
  ];
  it.each(cases)("says what the run then reads and writes: %s", async (name, args, reads, rows) => {
    const dest = join(folder, `dry-${name.replaceAll(/\W+/g, "-")}`);
    const whole = ["convert", ...files, "--out", dest, "--json", "--jobs", "2", ...args];
    const expectation = documentOf(await run([...whole, "--dry-run"]));
    expect(readdirSync(folder).filter((entry) => entry.startsWith("dry-") && join(folder, entry).startsWith(dest))).toEqual([]);
    const result = documentOf(await run(whole));
    const { besides, ...ofChunks } = result.reads;
    expect(besides).toMatchObject({ requests: expect.any(Number) });
    expect(expectation).toMatchObject({ dest, dry_run: true, reads: ofChunks, warnings: [] });
    // Encodings follow from the values, which a dry run does not read.
    const shape = (of: ConvertResult): object[] => of.tables.map(({ bytes: _, encodings: __, ...table }) => table);
    expect(shape(expectation)).toEqual(shape(result));
    expect(Object.keys(expectation).sort()).toEqual([...Object.keys(result), "dry_run"].sort());
    expect(ofChunks).toEqual(reads);
    expect(result.tables.map((table) => table.rows)).toEqual([rows]);
  });

  it("counts rows before a predicate over values, and everything that is pruned", async () => {
    const dest = join(folder, "dry-where");
    const args = ["convert", ...files, "--out", dest, "--json", "--time", "2001-01-01T00/2001-01-01T05", "--where", "cell < 100"];
    const expectation = documentOf(await run([...args, "--dry-run"]));
    const result = documentOf(await run(args));
    const { besides: _, ...ofChunks } = result.reads;
    expect(expectation.reads).toEqual(ofChunks);
    expect(ofChunks).toEqual({ files: 1, chunks: 4, pruned: 56, requests: 4, bytes: 3924 });
    expect([expectation.tables[0]?.rows, result.tables[0]?.rows]).toEqual([6 * 3600, 96]);
  });

  it("is said to be one, for people", async () => {
    const { stdout, stderr } = await run(["convert", ...files, "--out", join(folder, "dry"), "--dry-run"]);
    expect(stdout).toContain("dry run: nothing is written");
    expect(stderr).toBe("");
  });
});

describe("one file", () => {
  it("holds the rows of all tasks in their order", async () => {
    const dest = join(folder, "all.parquet");
    const { tables } = documentOf(await run(["convert", ...files, "--out", dest, "--json"]));
    expect(tables).toMatchObject([{ path: "", rows: expected.rows, parts: 1 }]);
    expect(await rowsOf([dest])).toEqual({ rows: expected.rows, cell_crc32: expected.cell_crc32 });
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith("all.parquet"))
        .sort(),
    ).toEqual(["all.parquet", "all.parquet.graticule"]);
  });

  it("cannot hold several tables", async () => {
    const ended = await run(["convert", weather, "--out", join(folder, "several.parquet"), "--json"]);
    expect({ exit: ended.code, ...JSON.parse(ended.stdout).error }).toMatchObject({
      exit: 2,
      code: "usage",
      hint: expect.any(String),
    });
    expect(existsSync(join(folder, "several.parquet.graticule"))).toBe(false);
  });

  it("without rows still has its schema", async () => {
    for (const dest of [join(folder, "none.parquet"), join(folder, "none")]) {
      const { tables } = documentOf(await run(["convert", ...files, "--out", dest, "--json", "--where", "cell < 0"]));
      expect(tables).toMatchObject([{ rows: 0, parts: 1 }]);
      const [part] = dest.endsWith(".parquet") ? [dest] : partsIn(dest);
      const metadata = metadataOf(part as string);
      expect([Number(metadata.num_rows), metadata.schema.slice(1).map(({ name }) => name)]).toEqual([
        0,
        ["time", "lat", "lon", "cell", "level"],
      ]);
    }
  });
});

function sizeOf(dest: string): number {
  return partsIn(dest).reduce((n, path) => n + statSync(path).size, 0);
}
