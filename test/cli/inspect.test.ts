import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "@jest/globals";
import type { InspectDocument } from "../../src/cli/inspect/document.js";
import type { InspectList } from "../../src/cli/inspect/inspect-inputs.js";
import { documentOf, graticule, root, textOf } from "./run-graticule.js";

const weather = join(root, "sample-data/command-line/weather.nc");
const cut = join(root, "sample-data/command-line/cut.nc");
const expected = JSON.parse(readFileSync(join(root, "sample-data/command-line/expected.json"), "utf8"));

async function inspect(...args: string[]): Promise<{ document: InspectDocument; code: number | null; stderr: string }> {
  const finished = await graticule(["inspect", ...args, "--json"]);
  return { document: documentOf<InspectDocument>(finished), code: finished.code, stderr: finished.stderr };
}

describe("inspect --json", () => {
  it("says what the header says, and reads coordinates for dates and extent", async () => {
    const { document, code, stderr } = await inspect(weather);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(document).toMatchObject({
      path: weather,
      format: "netcdf3",
      version: 1,
      bytes: 1036,
      attributes: { title: "weather, one of everything", numbers: [1.5, "NaN", "Infinity"] },
      groups: [],
      extent: { lon: [0, 45], lat: [30, 50], time: ["2001-01-01T00:00:00", "2001-03-01T12:00:00"] },
      warnings: [],
    });
    expect(document.dimensions).toEqual({
      "/time": { length: 3, unlimited: true },
      "/lat": { length: 3, unlimited: false },
      "/lon": { length: 4, unlimited: false },
      "/station": { length: 2, unlimited: false },
      "/letters": { length: 6, unlimited: false },
    });
    expect(document.variables["/t2m"]).toEqual({
      dtype: "int16",
      dims: ["time", "lat", "lon"],
      shape: [3, 3, 4],
      chunks: null,
      codecs: [],
      attributes: { _FillValue: -999, scale_factor: 0.01, add_offset: 250, units: "K", standard_name: "air_temperature" },
      role: "data",
      access: "direct",
      units: "K",
      standard_name: "air_temperature",
    });
    expect(document.variables["/time"]?.time).toEqual({
      units: "days since 2001-01-01",
      calendar: "noleap",
      first: "2001-01-01T00:00:00",
      last: "2001-03-01T12:00:00",
    });
    expect(document.variables["/count"]).toMatchObject({ shape: [], dims: [] });
  });

  it("measures and hashes values in one pass, as netCDF4-python and numpy do", async () => {
    const { document } = await inspect(weather, "--stats", "--checksum");
    const stored = Object.entries(document.variables).map(([path, variable]) => [path.slice(1), variable.stored?.sha256]);
    expect(Object.fromEntries(stored)).toEqual(expected.stored);
    expect(document.variables["/t2m"]?.decoded).toMatchObject({
      size: 36,
      ...expected.t2m,
      first_valid_index: 1,
      last_valid_index: 34,
    });
    expect(document.variables["/name"]?.strings).toEqual({
      size: 2,
      non_empty: 2,
      distinct: 2,
      first: "Roma",
      last: "Wien",
      max_len: 4,
    });
    expect(document.variables["/count"]?.decoded).toMatchObject({ size: 1, valid: 1, mean: 7 });
  });

  it("prints all that is readable of a damaged file, an error in place of the rest, and exits with 3", async () => {
    const { document, code } = await inspect(cut, "--stats", "--checksum");
    expect(code).toBe(3);
    expect(document.variables["/lat"]?.stored?.sha256).toBe(expected.stored.lat);
    expect(document.variables["/t2m"]).toMatchObject({ error: { code: "truncated", offset: expect.any(Number) } });
    expect(document.variables["/t2m"]).not.toHaveProperty("decoded");
    expect(document.error).toMatchObject({ code: "truncated", variable: "/time" });
  });

  it("takes file:// URLs, and what a compressed file holds", async () => {
    const plain = await inspect(pathToFileURL(weather).href);
    expect(plain.document.variables["/t2m"]?.shape).toEqual([3, 3, 4]);
    for (const suffix of [".gz", ".bz2", ".Z"]) {
      const { document } = await inspect(join(root, `sample-data/wrapped/ramp.nc${suffix}`), "--stats");
      expect(document.variables["/v"]?.decoded).toMatchObject({ mean: 20, max: 40 });
    }
  });

  it.each([
    ["a file that is not there", "nothing.nc", 5, "not-found"],
    ["a directory without data", "docs", 5, "not-found"],
    ["a pattern that matches nothing", "docs/*.nc", 5, "not-found"],
    ["text", "package.json", 3, "unknown-format"],
  ])("%s: a typed error alone on stdout", async (_, input, code, tag) => {
    const finished = await graticule(["inspect", input, "--json"]);
    expect({ code: finished.code, stderr: finished.stderr }).toEqual({ code, stderr: "" });
    expect(documentOf(finished)).toEqual({
      error: expect.objectContaining({ code: tag, message: expect.stringMatching(/./) }),
    });
  });

  it("keeps usage errors JSON too", async () => {
    const finished = await graticule(["inspect", weather, "--nonsense", "--json"]);
    expect(finished.code).toBe(2);
    expect(documentOf(finished)).toMatchObject({ error: { code: "usage", message: "there is no flag --nonsense" } });
    const missing = await graticule(["inspect", "--json"]);
    expect(missing.code).toBe(2);
    expect(documentOf(missing)).toMatchObject({ error: { code: "usage", message: expect.stringContaining("input") } });
  });
});

describe("inspect of several", () => {
  const slices = ["pr_2000", "tas_2000", "tas_2001"].map((name) => `sample-data/archive-slices/${name}.nc`);

  it.each([
    ["named", slices],
    ["by a pattern", ["sample-data/archive-slices/*.nc"]],
    ["by a directory", ["sample-data/archive-slices"]],
  ])("files, %s: a document each", async (_, inputs) => {
    const { code, stdout } = await graticule(["inspect", ...inputs, "--json"]);
    expect(code).toBe(0);
    const { files } = JSON.parse(stdout.toString()) as InspectList;
    expect(files.map(({ path }) => path)).toEqual(slices);
    expect(files[1]).toEqual(documentOf(await graticule(["inspect", slices[1] as string, "--json"])));
  });

  it("files, from stdin, for people: one after the other, each under its name", async () => {
    const done = spawnSync(process.execPath, [join(root, "bin/run.js"), "inspect", "-"], {
      cwd: root,
      input: `${slices.join("\n")}\n`,
      encoding: "utf8",
    });
    expect(done.status).toBe(0);
    const heads = done.stdout.split("\n\n").filter((part) => part.startsWith("sample-data/"));
    expect(heads.map((head) => head.split("  ")[0])).toEqual(slices);
  });

  it("goes on after one that cannot be read, and ends with its exit code", async () => {
    const inputs = ["package.json", slices[0] as string, "sample-data/command-line/cut.nc"];
    const { code, stdout } = await graticule(["inspect", ...inputs, "--json"]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      files: [
        { path: "package.json", error: { code: "unknown-format", file: "package.json" } },
        { path: slices[0], format: "netcdf3" },
        { path: "sample-data/command-line/cut.nc", error: { code: "truncated" } },
      ],
      warnings: [],
    });
    const people = await graticule(["inspect", ...inputs]);
    expect(people.code).toBe(3);
    expect(textOf(people)).toContain("cut.nc  netcdf3");
    expect(people.stderr).toContain("Error (unknown-format)");
  });
});

describe("inspect for people", () => {
  it("says of what has no value at all that it is empty", async () => {
    const text = textOf(await graticule(["inspect", "sample-data/hdf5-null.h5"]));
    expect(text).toMatch(/^ +null +\(empty\) /m);
    expect(text).toMatch(/^ +scalar +\(\) /m);
  });

  it("shows integers with all their digits", async () => {
    const text = textOf(await graticule(["inspect", "sample-data/requests/wide-integers.nc"]));
    expect(text).toContain("-2147483647 … 2147483646");
    expect(text).toContain("20000101 … 20001231");
  });

  it("shows dimensions, coordinates with their reach, variables and attributes", async () => {
    const finished = await graticule(["inspect", "sample-data/command-line/weather.nc"]);
    expect(finished.code).toBe(0);
    expect(textOf(finished)).toMatchInlineSnapshot(`
"sample-data/command-line/weather.nc  netcdf3, version 1, 1.04 kB
extent  lon 0 … 45, lat 30 … 50, time 2001-01-01 … 2001-03-01T12:00

Dimensions
  time     3  unlimited
  lat      3
  lon      4
  station  2
  letters  6

Coordinates
  lat   (lat 3)   float32  degrees_north                   50 … 30
  lon   (lon 4)   float32  degrees_east                    0 … 45
  time  (time 3)  float64  days since 2001-01-01 (noleap)  2001-01-01 … 2001-03-01T12:00

Data
  t2m    (time 3, lat 3, lon 4)  int16  K
  name   (station 2, letters 6)  char
  count  ()                      int32
  flag   (lat 3)                 int8

Attributes
  title: weather, one of everything
  numbers: [1.5,"NaN","Infinity"]
"
`);
  });

  it("cuts lines to the terminal's width and prints no colour into a pipe", async () => {
    const finished = await graticule(["inspect", weather, "--attributes", "--stats"], { env: { COLUMNS: "60" } });
    const lines = textOf(finished).split("\n").slice(1);
    expect(lines.filter((line) => Array.from(line).length > 60 && !line.startsWith("extent"))).toEqual([]);
    expect(textOf(finished)).not.toContain("\u001b");
    expect(textOf(finished)).toContain("Attributes of t2m");
  });

  it("says damage on stderr, with the place and what to do", async () => {
    const finished = await graticule(["inspect", cut]);
    expect(finished.code).toBe(3);
    expect(finished.stderr).toMatch(
      /^Error \(truncated\): .*\n {2}file: .*cut\.nc\n {2}variable: \/time\n {2}offset: .*\n {2}hint: /,
    );
  });
});

const oldNode = ["/usr/bin/node", "/usr/local/bin/node"].find((path) => existsSync(path) && path !== process.execPath);

/** A CDF-2 file of one int8 variable; its values are a hole in the file. */
function writeSparse(path: string, length: number): void {
  const words = [0x43444602, 0, 0x0a, 1, 1, 0x78000000, length, 0, 0, 0x0b, 1, 1, 0x76000000, 1, 0, 0, 0, 1, length, 0, 84];
  const header = Buffer.alloc(84);
  for (const [i, word] of words.entries()) header.writeUInt32BE(word, 4 * i);
  writeFileSync(path, header);
  truncateSync(path, header.length + length);
}

describe("Ctrl-C", () => {
  it("stops the reading with an orderly error and 130", async () => {
    const folder = mkdtempSync(join(tmpdir(), "graticule-sparse-"));
    const path = join(folder, "sparse.nc");
    writeSparse(path, 2_000_000_000);
    const finished = await graticule(["inspect", path, "--stats", "--checksum", "--json"], { interruptAfter: 1500 });
    rmSync(folder, { recursive: true });
    expect(finished.code).toBe(130);
    expect(documentOf(finished)).toMatchObject({ error: { code: "interrupted" } });
  }, 30_000);
});

describe("bin/run.js", () => {
  (oldNode ? it : it.skip)("hands over to a Node that is new enough, with the exit code", async () => {
    const { spawnSync } = await import("node:child_process");
    const { NODE_OPTIONS: _, ...env } = process.env;
    const run = (...args: string[]) => spawnSync(oldNode as string, [join(root, "bin/run.js"), ...args], { env, encoding: "utf8" });
    expect(run("inspect", "nothing.nc", "--json").status).toBe(5);
    expect(JSON.parse(run("inspect", weather, "--json").stdout).format).toBe("netcdf3");
  });

  it("reports a bug of ours so that it can be sent, and exits with 1", async () => {
    const folder = mkdtempSync(join(tmpdir(), "graticule-bug-"));
    const plugin = join(folder, "plugin");
    const { mkdirSync } = await import("node:fs");
    mkdirSync(plugin);
    const claim = { id: "bug", title: "bug", magic: [{ offset: 0, hex: "425547" }], extensions: [], capabilities: [] };
    writeFileSync(
      join(plugin, "package.json"),
      JSON.stringify({
        name: "format-bug",
        version: "1.0.0",
        type: "module",
        graticule: { apiVersion: 1, entry: "./i.js", formats: [claim] },
      }),
    );
    writeFileSync(
      join(plugin, "i.js"),
      `export default { id: "bug", apiVersion: 1, sniff: async () => "yes", open: async () => { null.x; } };`,
    );
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ oclif: { plugins: [{ name: "format-bug", type: "link", root: plugin }] } }),
    );
    writeFileSync(join(folder, "x.bug"), "BUG");
    const finished = await graticule(["inspect", join(folder, "x.bug"), "--json"], { env: { GRATICULE_DATA_DIR: folder } });
    expect(finished.code).toBe(1);
    expect(documentOf(finished)).toMatchObject({ error: { code: "internal", file: join(folder, "x.bug") } });
    expect(finished.stderr).toContain("This is a bug in graticule");
    expect(finished.stderr).toContain(`node:      ${process.version}`);
    expect(finished.stderr).toMatch(/command: {3}graticule inspect .*x\.bug --json/);
    expect(finished.stderr).toContain("i.js");
    rmSync(folder, { recursive: true });
  });
});
