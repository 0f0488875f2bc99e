import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import type { ConvertResult } from "../../src/index.js";
import { expected, faultsAt, files, leftoversAt, markersOf, partsIn, rowsOf, run } from "../support/faults.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-worker-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const whole = { rows: expected.rows, cell_crc32: expected.cell_crc32 };
const argsFor = (dest: string, inputs: readonly string[] = files): string[] => ["convert", ...inputs, "--out", dest, "--jobs", "2"];

describe("a worker that dies", () => {
  it("costs its task one more attempt, and is named", async () => {
    const dest = join(folder, "once");
    const { code, stdout } = await run([...argsFor(dest), "--json"], { fault: { workerDies: "/part-3-[^/]*-0\\.parquet$" } });
    expect(code).toBe(0);
    const { warnings } = JSON.parse(stdout) as ConvertResult;
    expect(warnings).toEqual(["the worker of task 3 ended with 9; the task is run once more"]);
    expect(await rowsOf(partsIn(dest))).toEqual(whole);
    expect(leftoversAt(dest)).toEqual([]);
    const [third] = readdirSync(join(folder, "once.graticule"), { recursive: true, encoding: "utf8" }).filter((path) =>
      /\/tasks\/3-/.test(path),
    );
    expect(third).toMatch(/-1\.json$/);
  });

  it("while the disk is full ends the run as a full disk does, and what is finished stays", async () => {
    const dest = join(folder, "full");
    const fault = { workerDies: "/part-3-[^/]*-0\\.parquet$", noRoomFor: "is run once more" };
    const { code, stdout } = await run([...argsFor(dest), "--json"], { fault });
    expect({ exit: code, ...JSON.parse(stdout).error }).toMatchObject({ exit: 75, message: expect.stringContaining("ENOSPC") });
    expect(faultsAt(dest)).toEqual([]);
    expect(await run(["resume", dest, "--quiet"])).toMatchObject({ code: 0 });
    expect(await rowsOf(partsIn(dest))).toEqual(whole);
  });

  it("twice ends the run with 75 and the task's name; what is finished stays", async () => {
    const dest = join(folder, "twice");
    const { code, stdout } = await run([...argsFor(dest), "--json"], { fault: { workerDies: "/part-7-" } });
    expect({ exit: code, ...JSON.parse(stdout).error }).toMatchObject({
      exit: 75,
      code: "worker-died",
      message: "the worker of task 7 ended with 9",
      hint: expect.stringContaining("--memory"),
    });
    expect(faultsAt(dest)).toEqual([]);
    const markers = markersOf(dest);
    expect(markers.size).toBeGreaterThan(0);
    expect(await run(["resume", dest, "--quiet"])).toMatchObject({ code: 0 });
    expect([...markers].filter(([path, time]) => markersOf(dest).get(path) !== time)).toEqual([]);
    expect(await rowsOf(partsIn(dest))).toEqual(whole);
    expect(leftoversAt(dest)).toEqual([]);
  });
});

describe("damage in one of many files", () => {
  const copies = (name: string): string[] => {
    mkdirSync(join(folder, name));
    return files.map((path) => {
      const copy = join(folder, name, basename(path));
      copyFileSync(path, copy);
      return copy;
    });
  };

  it("met by a worker keeps its type, file, variable and offset", async () => {
    const inputs = copies("zeroed");
    const file = inputs[6] as string;
    const bytes = readFileSync(file);
    // The heading of a deflated block of the greatest effort; the last one of the file is a chunk.
    const offset = bytes.lastIndexOf(Buffer.from([0x78, 0xda]));
    bytes.fill(0, offset, offset + 64);
    writeFileSync(file, bytes);
    const dest = join(folder, "damaged");
    const { code, stdout, stderr } = await run([...argsFor(dest, inputs), "--json"]);
    const { error } = JSON.parse(stdout);
    expect({ exit: code, ...error, stderr }).toMatchObject({ exit: 3, code: "malformed", file, offset, stderr: "" });
    expect(error.variable).toMatch(/^\/(cell|level)$/);
    expect(faultsAt(dest)).toEqual([]);
    const again = await run(["resume", dest, "--json"]);
    expect({ exit: again.code, ...JSON.parse(again.stdout).error }).toMatchObject({ exit: 3, code: "malformed", file, offset });
    // Mended, it is another version of the file: rows of two versions are not mixed.
    copyFileSync(files[6] as string, file);
    const mended = await run(["resume", dest, "--json"]);
    expect({ exit: mended.code, ...JSON.parse(mended.stdout).error }).toMatchObject({ exit: 75, code: "changed", file });
    expect(await run([...argsFor(dest, inputs), "--overwrite", "--quiet"])).toMatchObject({ code: 0 });
    expect(await rowsOf(partsIn(dest))).toEqual(whole);
    expect(leftoversAt(dest)).toEqual([]);
  });

  it("a file that is cut short is named, with the variable whose bytes are absent", async () => {
    const inputs = copies("cut");
    const file = inputs[4] as string;
    writeFileSync(file, readFileSync(file).subarray(0, 9000));
    const { code, stdout } = await run([...argsFor(join(folder, "cut-out"), inputs), "--json"]);
    const { error } = JSON.parse(stdout);
    expect({ exit: code, ...error }).toMatchObject({
      exit: 3,
      code: "truncated",
      file,
      variable: expect.stringMatching(/^.(cell|level)$/),
    });
    expect(error.offset).toBeLessThanOrEqual(9000);
    expect(faultsAt(join(folder, "cut-out"))).toEqual([]);
  });

  it("a file of which not even the header is whole is named before anything is written", async () => {
    const inputs = copies("beheaded");
    const file = inputs[4] as string;
    writeFileSync(file, readFileSync(file).subarray(0, 1000));
    const { code, stdout } = await run([...argsFor(join(folder, "none"), inputs), "--json"]);
    expect({ exit: code, ...JSON.parse(stdout).error }).toMatchObject({ exit: 3, file, offset: expect.any(Number) });
    expect(readdirSync(folder).filter((name) => name.startsWith("none"))).toEqual([]);
  });
});
