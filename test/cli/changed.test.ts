import { existsSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { errorOf, partsIn, run } from "../support/faults.js";
import { writeClassic } from "../support/write-classic.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-changed-"));
const input = join(folder, "large.nc");
const grid = { steps: 80, lats: 361, lons: 720 };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 83 MB of ones. */
beforeEach(() => {
  const ones = new Float32Array(grid.lats * grid.lons).fill(1);
  writeClassic(input, { ...grid, step: () => ones });
});

describe("a file that is written to while it is converted", () => {
  it("ends the run with 75 and its name: no part mixes two versions of it", async () => {
    const dest = join(folder, "mixed");
    const args = ["convert", input, "--out", dest, "--jobs", "1", "--part-size", "8MB", "--json"];
    const ended = await run(args, {
      onStart: () => {
        const timer = setInterval(() => {
          const runs = join(folder, "mixed.graticule/runs");
          const tasks = existsSync(runs) ? readdirSync(runs, { recursive: true, encoding: "utf8" }) : [];
          if (!tasks.some((path) => /tasks\/\d+-/.test(path))) return;
          clearInterval(timer);
          const file = openSync(input, "r+");
          writeSync(file, Buffer.alloc(1 << 20), 0, 1 << 20, statSync(input).size - (8 << 20));
        }, 2);
      },
    });
    expect(errorOf(ended)).toMatchObject({ exit: 75, code: "changed", file: input });
    expect(existsSync(join(dest, "_SUCCESS"))).toBe(false);
  });
});

describe("stderr that nobody reads any more", () => {
  it("does not end a conversion", async () => {
    const dest = join(folder, "unheard");
    const args = ["convert", input, "--out", dest, "--jobs", "1", "--progress", "json"];
    const ended = await run(args, { onStart: (child) => child.stderr?.once("data", () => child.stderr?.destroy()) });
    expect(ended.code).toBe(0);
    expect(existsSync(join(dest, "_SUCCESS"))).toBe(true);
    expect(partsIn(dest).length).toBeGreaterThan(0);
  });
});
