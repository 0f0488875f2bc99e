import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { ConvertResult } from "../../src/index.js";
import {
  type Ended,
  errorOf,
  expected,
  files,
  leftoversAt,
  manifestOf,
  partsIn,
  root,
  rowsOf,
  run,
  WEST,
} from "../support/faults.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-append-"));
const inputs = join(folder, "inputs");
const own = files.map((path) => join(inputs, basename(path)));
beforeAll(() => {
  mkdirSync(inputs);
  for (const [i, path] of files.entries()) copyFileSync(path, own[i] as string);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function append(dest: string, paths: readonly string[], ...more: string[]): Promise<Ended> {
  return run(["convert", ...paths, "--out", dest, "--append", "--json", ...more]);
}

async function appended(dest: string, paths: readonly string[], ...more: string[]): Promise<ConvertResult> {
  const ended = await append(dest, paths, ...WEST, ...more);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(ended.stdout);
}

describe("--append", () => {
  it("begins where nothing is, adds what is new, and leaves out with a note what is there", async () => {
    const dest = join(folder, "grows");
    expect(await appended(dest, own.slice(0, 3))).toMatchObject({ tables: [{ rows: expected.west_of_three.rows }], warnings: [] });
    const second = await appended(dest, own);
    expect(second).toMatchObject({
      tables: [{ rows: expected.west.rows - expected.west_of_three.rows, parts: 7 }],
      reads: { files: 7 },
      warnings: ["3 of 10 inputs are in the dataset already and are left out"],
    });
    expect(await rowsOf(partsIn(dest))).toEqual(expected.west);
    expect(partsIn(dest).map((path) => basename(path).slice(0, 10))).toEqual([
      ...Array(3).fill("part-00001"),
      ...Array(7).fill("part-00002"),
    ]);
    const manifest = manifestOf(dest);
    expect(manifest).toMatchObject({ number: 2, previous: 1 });
    expect(manifest?.parts).toHaveLength(10);
    expect(leftoversAt(dest)).toEqual([]);
  });

  it("of the same inputs again changes nothing", async () => {
    const dest = join(folder, "same");
    await appended(dest, own);
    const before = [partsIn(dest), readFileSync(join(`${dest}.graticule`, "LATEST"), "utf8")];
    const again = await appended(dest, own);
    expect(again).toMatchObject({
      tables: [],
      reads: { files: 0, chunks: 0, pruned: 0, requests: 0, bytes: 0 },
      warnings: ["10 of 10 inputs are in the dataset already and are left out"],
    });
    expect([partsIn(dest), readFileSync(join(`${dest}.graticule`, "LATEST"), "utf8")]).toEqual(before);
    expect(leftoversAt(dest)).toEqual([]);
  });

  it("replaces the rows of a file that has changed, and of those that share a part with it", async () => {
    const dest = join(folder, "changed");
    const [one, two, three] = files.slice(0, 3).map((path) => join(inputs, `changing-${basename(path)}`)) as [
      string,
      string,
      string,
    ];
    for (const [i, path] of [one, two, three].entries()) copyFileSync(files[i] as string, path);
    await appended(dest, [one]);
    await appended(dest, [two, three], "--part-size", "1GB");
    const before = partsIn(dest);
    expect(before).toHaveLength(2);
    expect(await rowsOf(before)).toEqual(expected.west_of_three);
    // In size, with the same rows.
    writeFileSync(one, Buffer.concat([readFileSync(one), Buffer.alloc(1)]));
    const again = await appended(dest, [one, two, three]);
    expect(again).toMatchObject({
      tables: [{ parts: 1 }],
      warnings: [
        "2 of 3 inputs are in the dataset already and are left out",
        "1 of 3 inputs have changed since they were loaded: 1 parts are replaced",
      ],
    });
    expect(partsIn(dest)).not.toContain(before[0]);
    expect(partsIn(dest)).toContain(before[1]);
    expect(leftoversAt(dest)).toEqual([]);
    expect((await rowsOf(partsIn(dest))).rows).toBe(expected.west_of_three.rows);
    expect(await appended(dest, [one, two, three])).toMatchObject({ tables: [] });
    // In time; its neighbour is in the same part.
    utimesSync(two, new Date(0), new Date(0));
    expect(errorOf(await append(dest, [one, two], ...WEST))).toMatchObject({
      exit: 6,
      code: "conflict",
      message: expect.stringContaining(`shares a part with ${three}`),
      hint: expect.stringContaining("name that file too"),
    });
    const kept = await append(dest, [two, three], "--keep-replaced", ...WEST);
    expect(kept.code).toBe(0);
    expect(existsSync(join(dest, "_SUCCESS"))).toBe(false);
    expect(partsIn(dest)).toContain(before[1]);
    expect((await run(["gc", dest, "--quiet"])).code).toBe(2);
    expect((await run(["gc", dest])).code).toBe(0);
    expect(leftoversAt(dest)).toEqual([]);
    expect((await rowsOf(partsIn(dest))).rows).toBe(expected.west_of_three.rows);
    expect(JSON.parse((await run(["verify", dest, "--source", "--json"])).stdout)).toMatchObject({ differences: [], litter: [] });
  });

  it("refuses a file of which other rows or columns were loaded, and adds others with that request", async () => {
    const dest = join(folder, "subsets");
    const [first, second] = own as [string, string];
    await appended(dest, [first]);
    const east = ["--bbox", "60,-60,117,60"];
    for (const more of [east, [], [...WEST, "--where", "cell > 5"], [...WEST, "--vars", "cell"]])
      expect(errorOf(await append(dest, [first, second], ...more))).toMatchObject({
        exit: 6,
        code: "conflict",
        message: `${first} was loaded with other variables or limits (snapshot 1)`,
        hint: expect.stringContaining("--overwrite"),
      });
    expect(partsIn(dest)).toHaveLength(1);
    expect((await append(dest, [second], ...east)).code).toBe(0);
    // The same box, written and run in another way.
    const same = await append(dest, [first], "--bbox", " 0.0,-60,57,60", "--jobs", "1", "--compression", "gzip");
    expect({ code: same.code, ...JSON.parse(same.stdout) }).toMatchObject({ code: 0, tables: [] });
  });

  it("has the ledger on the disk before the dataset is said to be whole", async () => {
    const dest = join(folder, "durable");
    await appended(dest, own.slice(0, 1));
    const countTo = join(folder, "calls.json");
    const args = ["convert", ...own.slice(0, 2), "--out", dest, "--append", "--json", ...WEST];
    expect((await run(args, { fault: { countTo } })).code).toBe(0);
    const calls = JSON.parse(readFileSync(countTo, "utf8")) as string[];
    const written = calls.findIndex((call) => /^openSync .*\/snapshots\/2\.json\..*\.tmp$/.test(call));
    expect(written).toBeGreaterThan(0);
    const whole = calls.indexOf(`openSync ${dest}/_SUCCESS`);
    expect(whole).toBeGreaterThan(written);
    expect(calls.slice(written + 1, written + 3)).toEqual(["writeFileSync", "fsyncSync"]);
    const { inputs } = JSON.parse(readFileSync(`${dest}.graticule/snapshots/2.json`, "utf8"));
    expect(inputs).toMatchObject(own.slice(0, 2).map((url, i) => ({ url, snapshot: i + 1 })));
  });

  it("takes what an earlier version loaded for what is asked", async () => {
    const dest = join(folder, "earlier");
    await appended(dest, own.slice(0, 2));
    // 0.1 kept lines in a file of its own.
    const path = join(`${dest}.graticule`, "snapshots/1.json");
    const { inputs, ...snapshot } = JSON.parse(readFileSync(path, "utf8")) as { inputs: { subset: string }[] };
    writeFileSync(path, JSON.stringify(snapshot));
    const lines = inputs.map(({ subset: _, ...line }) => `${JSON.stringify(line)}\n`);
    writeFileSync(join(`${dest}.graticule`, "ledger.jsonl"), `\n${lines.join("")}{"url":"cut`);
    const { code, stdout } = await append(dest, own.slice(0, 2));
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, tables: [] });
  });

  it("knows an input by its path, from wherever it is named", async () => {
    const dest = join(folder, "paths");
    await appended(dest, own.slice(1, 3));
    const args = ["convert", "step-01.nc", "./step-02.nc", "--out", "../paths", "--append", "--json", ...WEST];
    const { code, stdout } = await run(args, { cwd: inputs });
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, tables: [] });
  });

  it("refuses tables that do not look like those that are there", async () => {
    const dest = join(folder, "other-columns");
    await appended(dest, own.slice(0, 1));
    for (const more of [
      ["--vars", "cell"],
      ["--rename", "cell=other"],
    ]) {
      const { code, stdout } = await append(dest, own.slice(1, 2), ...WEST, ...more);
      expect({ code, ...JSON.parse(stdout).error }).toMatchObject({
        code: "conflict",
        message: expect.stringContaining("columns"),
      });
    }
    const { code, stdout } = await append(dest, [join(root, "sample-data/command-line/weather.nc")], "--vars", "flag");
    expect({ exit: code, ...JSON.parse(stdout).error }).toMatchObject({ exit: 6, code: "conflict" });
    expect(manifestOf(dest)?.parts).toHaveLength(1);
    expect(leftoversAt(dest)).toEqual([]);
  });

  it("refuses a dataset of which a part is gone", async () => {
    const dest = join(folder, "gone");
    await appended(dest, own.slice(0, 2));
    const [first] = partsIn(dest) as [string];
    rmSync(first);
    const { code, stdout } = await append(dest, own, ...WEST);
    expect({ exit: code, ...JSON.parse(stdout).error }).toMatchObject({ exit: 6, code: "conflict", file: first });
  });

  it("adds a table's rows to that table's folder", async () => {
    const dest = join(folder, "tables");
    const weather = join(root, "sample-data/command-line/weather.nc");
    const begun = await run(["convert", weather, "--out", dest, "--json"]);
    const tables = (JSON.parse(begun.stdout) as ConvertResult).tables;
    expect(tables.length).toBeGreaterThan(1);
    const copy = join(folder, "weather-2.nc");
    copyFileSync(weather, copy);
    const { code, stdout } = await append(dest, [copy], "--vars", "t2m");
    expect({ code, tables: JSON.parse(stdout).tables }).toMatchObject({
      code: 0,
      tables: [{ path: tables.find(({ columns }) => columns.includes("t2m"))?.path }],
    });
    expect(manifestOf(dest)?.parts).toHaveLength(tables.length + 1);
  });
});
