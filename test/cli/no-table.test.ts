import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { type Finished, graticule, root, textOf } from "./run-graticule.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-no-table-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sample = (name: string): string => join(root, "sample-data", name);
const convert = (name: string, ...args: string[]): Promise<Finished> => graticule(["convert", sample(name), ...args]);
const OPAQUE = "values of the type opaque have no column type";

describe("an input of which nothing becomes a table", () => {
  const cases: [string, string, string][] = [
    [
      "bytes and references",
      "requests/opaque.h5",
      `/more, /points, /track: ${OPAQUE}; /to: values of the type reference have no column type`,
    ],
    ["numbers without dimensions", "requests/scalars.nc", "/height, /albedo: without a dimension"],
    ["nothing at all", "netcdf3/cdf1-no-variables.nc", "the file has no variables"],
  ];
  const ways: string[][] = [
    ["--out", "dir"],
    ["--out", "x.parquet"],
    ["--out", "dir", "--dry-run"],
    ["--out", "dir", "--quiet"],
  ];
  it.each(cases.flatMap((one) => ways.map((way) => [...one, way] as const)))(
    "%s: exit code 4 with every variable's reason (%s)",
    async (_, name, reasons, way) => {
      const args = way.map((arg) => (arg === "dir" || arg === "x.parquet" ? join(folder, arg) : arg));
      const { code, stderr, stdout } = await convert(name, ...args);
      expect(stderr.split(": ")[0]).toBe("Error (unsupported)");
      for (const reason of reasons.split("; ")) expect(stderr).toContain(reason);
      expect({ code, stdout: stdout.toString() }).toEqual({ code: 4, stdout: "" });
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("is the same for explain", async () => {
    const { code, stderr } = await graticule(["explain", sample("requests/scalars.nc")]);
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining("without a dimension") });
  });

  it("beside one that has a table is passed over", async () => {
    const args = [sample("requests/beside-opaque.h5"), "--out", join(folder, "both"), "--quiet"];
    expect(await graticule(["convert", sample("requests/scalars.nc"), ...args])).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(join(folder, "both", "_SUCCESS"))).toBe(true);
  });
});

describe("damaged files of an archive", () => {
  const good = sample("archive-slices/tas_2000.nc");
  const cut = sample("command-line/cut.nc");
  const text = join(root, "package.json");
  const all = [text, good, cut, sample("archive-slices/tas_2001.nc")];

  it("are all named", async () => {
    const ended = await graticule(["convert", ...all, "--out", join(folder, "damaged"), "--json"]);
    expect(ended.code).toBe(3);
    const { error } = JSON.parse(textOf(ended)) as { error: { message: string } };
    expect(error).toMatchObject({ code: "unknown-format", file: text, hint: expect.stringContaining("--skip-damaged") });
    expect(error.message).toMatch(/^2 of 4 files are damaged: .*package\.json: no installed format.*; .*cut\.nc: 2 of 3 records/);
    expect(existsSync(join(folder, "damaged"))).toBe(false);
  });

  it("are left out with --skip-damaged, with a warning each, when added to as well", async () => {
    const dest = join(folder, "skipped");
    const args = ["--out", dest, "--json", "--skip-damaged"];
    const ended = await graticule(["convert", text, good, cut, ...args]);
    expect(JSON.parse(textOf(ended))).toMatchObject({
      tables: [{ rows: 18 }],
      warnings: [expect.stringMatching(/package\.json is left out: /), expect.stringMatching(/cut\.nc is left out: 2 of 3/)],
    });
    const added = await graticule(["convert", ...all, ...args, "--append"]);
    expect(JSON.parse(textOf(added))).toMatchObject({ tables: [{ rows: 18 }] });
  });

  it("are an error where nothing else is there", async () => {
    const ended = await graticule(["convert", text, cut, "--out", join(folder, "none"), "--skip-damaged"]);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining("2 of 2 files are damaged"),
    });
  });
});

describe("a variable that cannot be a column", () => {
  it("is told once for all that share the reason", async () => {
    const { code, stderr } = await convert("requests/beside-opaque.h5", "--out", join(folder, "beside"), "--dry-run");
    expect({ code, stderr }).toEqual({ code: 0, stderr: `Warning: /c, /d are left out: ${OPAQUE}\n` });
  });

  it.each([
    ["--vars", "a,c"],
    ["--vars", "c"],
    ["--vars", "a", "--where", "c > 1"],
    ["--vars", "a,c", "--where", "a > 1"],
  ])("is unsupported, with the reason, where it is asked for: %s %s", async (...args) => {
    const ended = await convert("requests/beside-opaque.h5", "--out", join(folder, "asked"), "--json", ...args);
    expect(ended.code).toBe(4);
    expect(JSON.parse(textOf(ended))).toMatchObject({ error: { code: "unsupported", variable: "/c" } });
    expect(textOf(ended)).toContain(OPAQUE);
  });
});
