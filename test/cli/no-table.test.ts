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
