import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import { type Ended, errorOf, expected, files, leftoversAt, partsIn, rowsOf, run, WEST } from "../support/faults.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-conflict-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const convert = (dest: string, ...more: string[]): Promise<Ended> =>
  run(["convert", ...files, "--out", dest, "--json", ...WEST, ...more]);

/** As it is written by a process, with changes. */
function lockBy(owner: object): string {
  return JSON.stringify({ pid: 1, host: hostname(), started: "", since: "2026-01-01T00:00:00.000Z", ...owner });
}

function layLock(dest: string, text: string): void {
  mkdirSync(`${dest}.graticule`, { recursive: true });
  writeFileSync(join(`${dest}.graticule`, "lock"), text);
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.on("close", resolve));
  return child.pid as number;
}

describe("two writers", () => {
  it("at once: one wins, the other ends with 6, and no row is lost or doubled", async () => {
    const dest = join(folder, "race");
    const ended = await Promise.all([convert(dest), convert(dest), convert(dest)]);
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 6, 6]);
    for (const loser of ended.filter(({ code }) => code === 6)) expect(errorOf(loser)).toMatchObject({ code: "conflict" });
    expect(leftoversAt(dest)).toEqual([]);
    expect(await rowsOf(partsIn(dest))).toEqual(expected.west);
  });

  it("at once at the lock of a process that has died: one takes it over", async () => {
    const dest = join(folder, "dead");
    layLock(dest, lockBy({ pid: await deadPid(), started: "1" }));
    const ended = await Promise.all([convert(dest), convert(dest), convert(dest)]);
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 6, 6]);
    expect(leftoversAt(dest)).toEqual([]);
    expect(await rowsOf(partsIn(dest))).toEqual(expected.west);
  });

  it("while one lives, the other says which", async () => {
    const dest = join(folder, "alive");
    layLock(dest, lockBy({ pid: process.pid, started: startOf(process.pid) }));
    expect(errorOf(await convert(dest))).toMatchObject({
      exit: 6,
      code: "conflict",
      message: expect.stringMatching(new RegExp(`^another writer is at work: process ${process.pid} on `)),
      file: join(`${dest}.graticule`, "lock"),
    });
    expect(existsSync(dest)).toBe(false);
  });

  it("a process number that was given to another process since is no living writer", async () => {
    const dest = join(folder, "reused");
    layLock(dest, lockBy({ pid: process.pid, started: "1" }));
    expect(await convert(dest)).toMatchObject({ code: 0 });
  });

  it("a lock cut short by a crash is taken over", async () => {
    const dest = join(folder, "cut");
    layLock(dest, '{"pid": 12');
    expect(await convert(dest)).toMatchObject({ code: 0 });
  });

  it("the lock of another machine is never taken over", async () => {
    const dest = join(folder, "elsewhere");
    const lock = lockBy({ pid: await deadPid(), host: "another-machine" });
    layLock(dest, lock);
    expect(errorOf(await convert(dest))).toMatchObject({ exit: 6, code: "conflict", hint: expect.stringContaining("remove") });
    expect(readFileSync(join(`${dest}.graticule`, "lock"), "utf8")).toBe(lock);
  });
});

describe("what lies at the destination", () => {
  const contents = (path: string): string[] => readdirSync(path, { recursive: true, encoding: "utf8" }).sort();

  it.each(["", "--append", "--overwrite"])("is not touched with %s where graticule did not write it", async (mode) => {
    const dest = join(folder, `foreign${mode}`);
    mkdirSync(dest);
    writeFileSync(join(dest, "part-00000-x.snappy.parquet"), "theirs");
    expect(errorOf(await convert(dest, ...(mode ? [mode] : [])))).toMatchObject({ exit: 6, code: "conflict", file: dest });
    expect(contents(dest)).toEqual(["part-00000-x.snappy.parquet"]);
    expect(existsSync(`${dest}.graticule`)).toBe(false);
  });

  it("an empty folder is taken", async () => {
    const dest = join(folder, "empty");
    mkdirSync(dest);
    expect(await convert(dest)).toMatchObject({ code: 0 });
  });

  it("a file where a folder is asked for, a folder where a file is asked for: 6, whatever the mode", async () => {
    const file = join(folder, "a-file");
    writeFileSync(file, "theirs");
    const directory = join(folder, "a-folder.parquet");
    mkdirSync(directory);
    for (const mode of [[], ["--overwrite"]]) {
      expect(errorOf(await convert(file, ...mode))).toMatchObject({ exit: 6, code: "conflict", file });
      expect(errorOf(await convert(directory, ...mode))).toMatchObject({ exit: 6, code: "conflict", file: directory });
    }
    expect(readFileSync(file, "utf8")).toBe("theirs");
  });

  it("a dataset is replaced with --overwrite alone; what is not ours in it stays", async () => {
    const dest = join(folder, "replaced");
    expect(await run(["convert", ...files.slice(0, 3), "--out", dest, "--quiet", ...WEST])).toMatchObject({ code: 0 });
    expect(errorOf(await convert(dest))).toMatchObject({ exit: 6, code: "conflict", hint: expect.stringContaining("--append") });
    expect(await rowsOf(partsIn(dest))).toEqual(expected.west_of_three);
    writeFileSync(join(dest, "notes.txt"), "theirs");
    mkdirSync(join(dest, "plots"));
    writeFileSync(join(dest, "plots", "a.png"), "theirs");
    expect(await convert(dest, "--overwrite")).toMatchObject({ code: 0 });
    expect(contents(dest).filter((path) => !/^part-00002-/.test(path))).toEqual(["_SUCCESS", "notes.txt", "plots", "plots/a.png"]);
    expect(await rowsOf(partsIn(dest))).toEqual(expected.west);
  });

  it("one file is replaced with --overwrite alone, and cannot be added to", async () => {
    const dest = join(folder, "one.parquet");
    expect(await convert(dest)).toMatchObject({ code: 0 });
    expect(await rowsOf([dest])).toEqual(expected.west);
    const { ino } = statSync(dest);
    expect(errorOf(await convert(dest))).toMatchObject({ exit: 6, code: "conflict" });
    expect(errorOf(await convert(dest, "--append"))).toMatchObject({ exit: 2, code: "usage" });
    expect(statSync(dest).ino).toBe(ino);
    expect(await convert(dest, "--overwrite")).toMatchObject({ code: 0 });
    expect(statSync(dest).ino).not.toBe(ino);
    expect(await rowsOf([dest])).toEqual(expected.west);
  });

  it("a request that makes no sense leaves no trace", async () => {
    const dest = join(folder, "nowhere", "deep");
    expect(errorOf(await convert(dest, "--where", "nothing > 1"))).toMatchObject({ exit: 2, code: "usage" });
    expect(errorOf(await run(["convert", "no-such.nc", "--out", dest, "--json"]))).toMatchObject({ exit: 5, code: "not-found" });
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });
});

/** Start of a process as Linux tells it; "" elsewhere. */
function startOf(pid: number): string {
  if (!existsSync(`/proc/${pid}/stat`)) return "";
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

describe("a request that no file can make sense of", () => {
  it.each([
    ["--where", "cell >"],
    ["--bbox", "1,2,3"],
    ["--time", "yesterday"],
    ["--time", "2000-02-31"],
    ["--compression", "lzma"],
    ["--align", "near"],
  ])("is a usage error, whatever lies at the destination: %s %s", async (...args) => {
    mkdirSync(join(folder, "there"), { recursive: true });
    writeFileSync(join(folder, "there", "mine"), "");
    expect(errorOf(await convert(join(folder, "there")))).toMatchObject({ exit: 6 });
    expect(errorOf(await convert(join(folder, "there"), ...args))).toMatchObject({ exit: 2, code: "usage" });
  });
});

describe("a destination that cannot be made", () => {
  it.each(["/proc/x", "/proc/a/b/x", "/proc/x.parquet"])("in a folder that takes none ends at once: %s", async (dest) => {
    expect(existsSync("/proc/self")).toBe(true);
    expect(errorOf(await convert(dest))).toMatchObject({ exit: 5, code: expect.stringMatching(/permission|not-found/) });
  });

  it("behind a link that leads nowhere ends before anything is read, and leaves nothing", async () => {
    for (const name of ["link", "link.parquet"]) {
      const dest = join(folder, name);
      for (const target of [join(folder, "gone"), dest]) {
        symlinkSync(target, dest);
        for (const more of [[], ["--overwrite"], ["--dry-run"]]) {
          const ended = await run(["convert", join(folder, "no-input.nc"), ...files, "--out", dest, "--json", ...more]);
          if (more.includes("--dry-run")) expect(errorOf(ended)).toMatchObject({ exit: 5, code: "not-found" });
          else
            expect(errorOf(ended)).toMatchObject({
              exit: 6,
              message: `the destination is a symbolic link to ${target}, which is not there`,
            });
        }
        expect(existsSync(`${dest}.graticule`)).toBe(false);
        rmSync(dest);
      }
    }
  });

  it("under a name that is too long is a usage error", async () => {
    expect(errorOf(await convert(join(folder, "n".repeat(300))))).toMatchObject({ exit: 2, code: "usage" });
    expect(errorOf(await convert(join(folder, "n".repeat(250))))).toMatchObject({ exit: 2, code: "usage" });
  });
});
