import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import {
  type Ended,
  errorOf,
  expected,
  faultsAt,
  files,
  leftoversAt,
  markersOf,
  partsIn,
  rowsOf,
  run,
  type StartOptions,
  WEST,
} from "../support/faults.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-resume-"));
const mounts: string[] = [];
afterAll(() => {
  for (const path of mounts) spawnSync("umount", [path]);
  rmSync(folder, { recursive: true, force: true });
});

const isRoot = process.getuid?.() === 0;
const whole = { rows: expected.rows, cell_crc32: expected.cell_crc32 };

/** A small disk of its own; null where this user may not mount one. */
function mountDisk(name: string, options: string): string | null {
  const path = join(folder, name);
  mkdirSync(path);
  const { status } = isRoot ? spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]) : { status: 1 };
  if (status !== 0) return null;
  mounts.push(path);
  return path;
}

/** A run that stops in the middle of its tasks. */
async function interrupted(dest: string, inputs: readonly string[] = files): Promise<Ended> {
  const onStart: StartOptions["onStart"] = (child) => {
    // Once: a second Ctrl-C ends the process on the spot.
    let isSent = false;
    child.stderr?.on("data", (piece) => {
      if (isSent || !/"tasks_done":[2-5],/.test(String(piece))) return;
      isSent = true;
      child.kill("SIGINT");
    });
  };
  const args = ["convert", ...inputs, "--out", dest, "--jobs", "2", "--json", "--progress", "json"];
  return run(args, { onStart, fault: { slowParts: 150 } });
}

describe("resume", () => {
  it("goes on after Ctrl-C, from any folder, with what is finished", async () => {
    const dest = join(folder, "interrupted");
    expect(errorOf(await interrupted(dest))).toMatchObject({
      exit: 130,
      code: "interrupted",
      hint: `\`graticule resume ${dest}\` goes on`,
    });
    expect(existsSync(dest)).toBe(false);
    const markers = markersOf(dest);
    expect(markers.size).toBeGreaterThanOrEqual(2);
    expect(markers.size).toBeLessThan(10);
    const { code, stdout } = await run(["resume", basename(dest), "--json"], { cwd: folder });
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 0,
      tables: [{ rows: expected.rows, parts: 10 }],
      reads: { files: 10, chunks: 60, requests: 60 },
      warnings: [],
    });
    const now = markersOf(dest);
    expect([...markers].filter(([path, time]) => now.get(path) !== time)).toEqual([]);
    expect(await rowsOf(partsIn(dest))).toEqual(whole);
    expect(leftoversAt(dest)).toEqual([]);
  });

  it("has nothing to do where all is done, and says that there is nothing where nothing is", async () => {
    const dest = join(folder, "done");
    expect(await run(["convert", ...files, "--out", dest, "--quiet", ...WEST])).toMatchObject({ code: 0 });
    const again = await run(["resume", dest, "--json"]);
    expect({ code: again.code, ...JSON.parse(again.stdout) }).toMatchObject({ code: 0, tables: [] });
    expect((await run(["resume", dest])).stdout).toContain("nothing to do");
    expect(errorOf(await run(["resume", join(folder, "nothing"), "--json"]))).toMatchObject({ exit: 5, code: "not-found" });
    expect(existsSync(join(folder, "nothing.graticule"))).toBe(false);
  });

  it("an unfinished run is not begun again in silence", async () => {
    const dest = join(folder, "unfinished");
    await interrupted(dest);
    for (const mode of [[], ["--append"]]) {
      const ended = await run(["convert", ...files, "--out", dest, "--json", ...mode]);
      expect(errorOf(ended)).toMatchObject({ exit: 6, code: "conflict", hint: expect.stringContaining("graticule resume") });
    }
    expect(await run(["convert", ...files, "--out", dest, "--overwrite", "--quiet"])).toMatchObject({ code: 0 });
    expect(await rowsOf(partsIn(dest))).toEqual(whole);
    expect(leftoversAt(dest)).toEqual([]);
  });

  it("refuses an input that has changed since, and one that is gone", async () => {
    const inputs = files.map((path) => join(folder, basename(path)));
    for (const [i, path] of files.entries()) copyFileSync(path, inputs[i] as string);
    const dest = join(folder, "changed");
    await interrupted(dest, inputs);
    const last = inputs[9] as string;
    utimesSync(last, new Date(0), new Date(0));
    expect(errorOf(await run(["resume", dest, "--json"]))).toMatchObject({
      exit: 75,
      code: "changed",
      file: last,
      hint: expect.stringContaining("--overwrite"),
    });
    rmSync(last);
    expect(errorOf(await run(["resume", dest, "--json"]))).toMatchObject({ exit: 5, code: "not-found", file: last });
    expect(existsSync(dest)).toBe(false);
  });

  it("makes finished parts anew that somebody took away or cut", async () => {
    const dest = join(folder, "taken");
    await interrupted(dest);
    const state = `${dest}.graticule`;
    const staged = readdirSync(state, { recursive: true, encoding: "utf8" }).filter((path) => /staging\/part-/.test(path));
    const [first, second] = staged.filter((path) => markerOf(dest, path)) as [string, string];
    rmSync(join(state, first));
    writeFileSync(join(state, second), "cut");
    const { code, stdout } = await run(["resume", dest, "--json"]);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, warnings: [expect.stringContaining("2 finished tasks")] });
    expect(await rowsOf(partsIn(dest))).toEqual(whole);
    expect(leftoversAt(dest)).toEqual([]);
  });
});

function markerOf(dest: string, staged: string): boolean {
  const name = basename(staged)
    .replace(/^part-/, "")
    .replace(/parquet$/, "json");
  return [...markersOf(dest).keys()].some((path) => basename(path) === name);
}

/** A folder that nobody can write to: for root, only a disk can refuse. */
function forbiddenFolder(): string | null {
  if (isRoot) return mountDisk("read-only", "ro");
  const path = join(folder, "read-only");
  mkdirSync(path);
  chmodSync(path, 0o555);
  return path;
}

const forbidden = forbiddenFolder();
const full = mountDisk("full", "size=200k");

describe("the disk", () => {
  (forbidden ? it : it.skip)("that cannot be written: 5, with the place, before anything is read", async () => {
    const path = forbidden as string;
    const ended = await run(["convert", ...files, "--out", join(path, "out"), "--json"]);
    expect(errorOf(ended)).toMatchObject({ exit: 5, code: "permission", file: path });
  });

  (full ? it : it.skip)("that is full: 75 and what to do; resume works when there is space again", async () => {
    const disk = full as string;
    const ballast = join(disk, "ballast");
    writeFileSync(ballast, Buffer.alloc(110_000));
    const dest = join(disk, "out");
    const ended = await run(["convert", ...files, "--out", dest, "--jobs", "2", "--json"]);
    expect(errorOf(ended)).toMatchObject({ exit: 75, code: "temporary", hint: expect.stringContaining("graticule resume") });
    expect(faultsAt(dest)).toEqual([]);
    const again = await run(["resume", dest, "--json"]);
    expect(errorOf(again)).toMatchObject({ exit: 75, code: "temporary", hint: expect.stringContaining("graticule resume") });
    const markers = markersOf(dest);
    rmSync(ballast);
    expect(spawnSync("mount", ["-o", "remount,size=2m", disk]).status).toBe(0);
    expect(await run(["resume", dest, "--quiet"])).toMatchObject({ code: 0 });
    expect([...markers].filter(([path, time]) => markersOf(dest).get(path) !== time)).toEqual([]);
    expect(await rowsOf(partsIn(dest))).toEqual(whole);
    expect(leftoversAt(dest)).toEqual([]);
  });

  it("that is full while a part is written leaves nothing of the part, whoever runs the test", async () => {
    const dest = join(folder, "no-space");
    const ended = await run(["convert", ...files, "--out", dest, "--json", ...WEST], { fault: { full: "/part-4-" } });
    expect(errorOf(ended)).toMatchObject({ exit: 75, code: "temporary", file: expect.stringContaining("part-4-") });
    const staged = readdirSync(`${dest}.graticule`, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.includes("/part-"),
    );
    expect(staged).toHaveLength(4);
    expect(await run(["resume", dest, "--quiet"])).toMatchObject({ code: 0 });
    expect(await rowsOf(partsIn(dest))).toEqual(expected.west);
  });
});
