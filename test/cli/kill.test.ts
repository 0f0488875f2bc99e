import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import {
  expected,
  faultsAt,
  files,
  killGroup,
  leftoversAt,
  manifestOf,
  markersOf,
  partsIn,
  type Rows,
  rowsOf,
  run,
  seeded,
  WEST,
} from "../support/faults.js";

/** `npm run faults` kills more often, and may be given another seed. */
const TIMES = Number(process.env.GRATICULE_KILLS ?? 1);
const SEED = Number(process.env.GRATICULE_SEED ?? 0);

jest.setTimeout(240_000 * TIMES);

const folder = mkdtempSync(join(tmpdir(), "graticule-kill-"));
const base = join(folder, "base");
/** Cases at a time: half of each is waiting for a process to start. */
const AT_ONCE = 3;

/** Three files, committed, to be added to or replaced. */
beforeAll(async () => {
  const { code, stderr } = await run(["convert", ...files.slice(0, 3), "--out", base, "--quiet", ...WEST]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Scenario {
  readonly args: readonly string[];
  readonly dest: string;
  /** What was there before, by the manifest. */
  readonly before: Rows | null;
  readonly after: Rows;
}

function lay(name: string, from: string): string {
  const dest = join(folder, name);
  if (!existsSync(from)) return dest;
  cpSync(from, dest, { recursive: true });
  cpSync(`${from}.graticule`, `${dest}.graticule`, { recursive: true });
  return dest;
}

/** The file system's changing calls of a run that nobody kills. */
async function callsOf({ args, dest }: Scenario): Promise<string[]> {
  const countTo = `${dest}-calls.json`;
  const { code, stderr } = await run([...args, "--quiet"], { fault: { countTo } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(readFileSync(countTo, "utf8"));
}

/** Seeded moments: so many while tasks run, so many from the first part in its place to the end. */
function momentsIn(calls: readonly string[], inTasks: number, inCommit: number, seed: number): number[] {
  const random = seeded(seed + SEED);
  const commit = firstOfCommit(calls);
  const spread = (from: number, to: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => Math.floor(from + ((i + random()) * (to - from)) / count));
  return [...spread(1, commit, inTasks * TIMES), ...spread(commit, calls.length + 1, inCommit * TIMES)];
}

function firstOfCommit(calls: readonly string[]): number {
  const last = calls.findLastIndex((call) => /renameSync .*\/tasks\//.test(call));
  expect(last).toBeGreaterThan(0);
  return last + 3;
}

/** Kills a run around its Nth call, looks, resumes, looks again. @returns what is wrong */
async function killAndResume(scenario: Scenario, killAt: number, how: string): Promise<string[]> {
  const { args, dest, before, after } = scenario;
  const wrong: string[] = [];
  const note = (words: readonly string[]): number => wrong.push(...words.map((word) => `call ${killAt} (${how}): ${word}`));
  const killed = await run([...args, "--quiet"], { fault: { killAt, how } });
  if (killed.signal !== "SIGKILL") note([`not killed: ${killed.code} ${killed.stderr}`]);
  note(faultsAt(dest));
  const seen = await byManifest(dest);
  const allowed = [before, after].map((rows) => JSON.stringify(rows));
  if (!allowed.includes(JSON.stringify(seen))) note([`the manifest shows ${JSON.stringify(seen)}`]);
  const markers = markersOf(dest);
  const resumed = await run(["resume", dest, "--quiet"]);
  if (resumed.code === 5 && before === null && markers.size === 0) {
    const again = await run([...args, "--quiet"]);
    if (again.code !== 0) note([`cannot begin again: ${again.code} ${again.stderr}`]);
  } else if (resumed.code !== 0) note([`resume ends with ${resumed.code}: ${resumed.stderr}`]);
  else if (JSON.stringify(await byManifest(dest)) === JSON.stringify(before)) {
    // Killed before the plan was written: nothing had begun.
    if (markers.size > markersBefore(scenario)) note(["what was begun is forgotten"]);
    const again = await run([...args, "--quiet"]);
    if (again.code !== 0) note([`cannot begin again: ${again.code} ${again.stderr}`]);
  }
  const now = markersOf(dest);
  for (const [path, time] of markers)
    if (now.has(path) && now.get(path) !== time) note([`task ${path} was done again`]);
    else if (!now.has(path) && before === null) note([`task ${path} was forgotten`]);
  note(leftoversAt(dest));
  const found = await rowsOf(dest.endsWith(".parquet") ? [dest] : partsIn(dest));
  if (JSON.stringify(found) !== JSON.stringify(after)) note([`ends with ${JSON.stringify(found)}`]);
  rmSync(dest, { recursive: true, force: true });
  rmSync(`${dest}.graticule`, { recursive: true, force: true });
  return wrong;
}

function markersBefore({ before }: Scenario): number {
  return before === null ? 0 : 3;
}

async function byManifest(dest: string): Promise<Rows | null> {
  const manifest = manifestOf(dest);
  return manifest && rowsOf(manifest.parts.map((part) => join(dest, part.path)));
}

async function allOf(make: (at: number) => Scenario, moments: readonly number[]): Promise<string[]> {
  const wrong: string[] = [];
  const waiting = [...moments.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [i, moment] = next;
      wrong.push(...(await killAndResume(make(i), moment, ["before", "torn", "after"][i % 3] as string)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong;
}

describe("kill -9", () => {
  it("leaves a run that resume finishes, at 30 seeded moments of its life", async () => {
    const scenario = (at: number | string): Scenario => {
      const dest = join(folder, `create-${at}`);
      return { args: ["convert", ...files, "--out", dest, ...WEST], dest, before: null, after: expected.west };
    };
    const moments = momentsIn(await callsOf(scenario("whole")), 14, 16, 20261124);
    expect(moments).toHaveLength(30 * TIMES);
    expect(await allOf(scenario, moments)).toEqual([]);
  });

  it("leaves the old snapshot or the new one when a dataset is replaced", async () => {
    const scenario = (at: number | string): Scenario => {
      const dest = lay(`overwrite-${at}`, base);
      const args = ["convert", ...files, "--out", dest, "--overwrite", ...WEST];
      return { args, dest, before: expected.west_of_three, after: expected.west };
    };
    expect(await allOf(scenario, momentsIn(await callsOf(scenario("whole")), 1, 5, 2))).toEqual([]);
  });

  it("leaves the old snapshot or the new one when a dataset is added to", async () => {
    const scenario = (at: number | string): Scenario => {
      const dest = lay(`append-${at}`, base);
      const args = ["convert", ...files, "--out", dest, "--append", ...WEST];
      return { args, dest, before: expected.west_of_three, after: expected.west };
    };
    expect(await allOf(scenario, momentsIn(await callsOf(scenario("whole")), 1, 5, 3))).toEqual([]);
  });

  it("leaves no file or the whole file where one file was asked for", async () => {
    const scenario = (at: number | string): Scenario => {
      const dest = join(folder, `single-${at}.parquet`);
      return { args: ["convert", ...files, "--out", dest, ...WEST], dest, before: null, after: expected.west };
    };
    expect(await allOf(scenario, momentsIn(await callsOf(scenario("whole")), 1, 4, 4))).toEqual([]);
  });

  it("may come from outside at any time, worker threads or not", async () => {
    const random = seeded(5 + SEED);
    const args = (dest: string): string[] => ["convert", ...files, "--out", dest, "--quiet", "--jobs", "2"];
    const begun = performance.now();
    expect(await run(args(join(folder, "threads")))).toMatchObject({ code: 0 });
    const lasts = performance.now() - begun;
    for (let i = 0; i < 3 * TIMES; i++) {
      const dest = join(folder, `threads-${i}`);
      const moment = lasts * (0.25 + (0.7 * (i + random())) / (3 * TIMES));
      await run(args(dest), { onStart: (child) => setTimeout(() => killGroup(child), moment) });
      expect(faultsAt(dest)).toEqual([]);
      const markers = markersOf(dest);
      const { code } = await run(["resume", dest, "--quiet", "--jobs", "2"]);
      if (code !== 0) {
        expect({ code, markers: markers.size }).toEqual({ code: 5, markers: 0 });
        expect(await run(args(dest))).toMatchObject({ code: 0 });
      }
      const now = markersOf(dest);
      expect([...markers].filter(([path, time]) => now.get(path) !== time)).toEqual([]);
      expect(leftoversAt(dest)).toEqual([]);
      expect(await rowsOf(partsIn(dest))).toEqual({ rows: expected.rows, cell_crc32: expected.cell_crc32 });
    }
  });
});
