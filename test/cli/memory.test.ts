import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { ConvertResult } from "../../src/index.js";
import { metadataOf, partsIn, run, seeded } from "../support/faults.js";
import { writeClassic } from "../support/write-classic.js";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-memory-"));
const input = join(folder, "large.nc");
const grid = { steps: 290, lats: 361, lons: 720 };
const rows = grid.steps * grid.lats * grid.lons;

/** 301 MB of noise: what compresses badly takes the most memory. Below 500,000 in half of all steps. */
beforeAll(() => {
  const random = seeded(1);
  const noise = Float32Array.from({ length: grid.lats * grid.lons }, () => random() * 1000);
  writeClassic(input, { ...grid, step: (at) => noise.map((value) => value + (at % 2) * 500_000) });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The kernel's own count of the largest resident memory, all threads together, as long as the process lives. */
async function convert(...args: string[]): Promise<{ result: ConvertResult; resident: number }> {
  let resident = 0;
  let timer: NodeJS.Timeout | undefined;
  const ended = await run(["convert", input, "--json", "--jobs", "2", "--part-size", "256MB", ...args], {
    onStart: ({ pid }) => {
      timer = setInterval(() => {
        const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "";
        resident = Math.max(resident, 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
      }, 20);
    },
  });
  clearInterval(timer);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
  return { result: JSON.parse(ended.stdout), resident };
}

const onLinux = existsSync("/proc/self/status") ? it : it.skip;

describe("--memory 300MB", () => {
  onLinux("holds for 301 MB of input and two workers", async () => {
    const { result, resident } = await convert("--out", join(folder, "out"), "--memory", "300MB");
    expect(result.tables).toMatchObject([{ rows }]);
    expect(partsIn(join(folder, "out")).reduce((n, path) => n + Number(metadataOf(path).num_rows), 0)).toBe(rows);
    expect(resident).toBeGreaterThan(50e6);
    expect(Math.max(resident, result.peak_memory)).toBeLessThan(300e6);
    expect(result.warnings).toEqual([]);
  });

  onLinux("holds for a predicate over values, with the workers that there is room for", async () => {
    const args = ["--out", join(folder, "chosen"), "--memory", "300MB", "--where", "value >= 500000"];
    const { result, resident } = await convert(...args);
    expect(result.tables).toMatchObject([{ rows: rows / 2 }]);
    expect(Math.max(resident, result.peak_memory)).toBeLessThan(300e6);
    expect(result.warnings).toEqual(["--memory 300 MB has room for 1 of 2 workers"]);
  });
});
