import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { parquetMetadata } from "hyparquet";
import type { GcResult, VerifyResult } from "../../src/index.js";
import { errorOf, expected, faultsAt, files, leftoversAt, manifestOf, partsIn, rowsOf, run, WEST } from "../support/faults.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-verify-"));
const base = join(folder, "base");
const inputs = files.slice(0, 3).map((path) => join(folder, basename(path)));

beforeAll(async () => {
  for (const [i, path] of inputs.entries()) copyFileSync(files[i] as string, path);
  const ended = await run(["convert", ...inputs, "--out", base, "--quiet", "--compression", "none", ...WEST]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A dataset of three parts. */
function lay(name: string): string {
  const dest = join(folder, name);
  cpSync(base, dest, { recursive: true });
  cpSync(`${base}.graticule`, `${dest}.graticule`, { recursive: true });
  return dest;
}

async function verify(dest: string, ...more: string[]): Promise<{ code: number | null; result: VerifyResult }> {
  const { code, stdout } = await run(["verify", dest, "--json", ...more]);
  return { code, result: JSON.parse(stdout) as VerifyResult };
}

async function gc(dest: string, ...more: string[]): Promise<GcResult> {
  const { code, stdout } = await run(["gc", dest, "--json", ...more]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as GcResult;
}

describe("verify", () => {
  it("finds nothing where all is well, against the sources too", async () => {
    const { code, result } = await verify(base, "--source");
    expect({ code, ...result }).toMatchObject({ code: 0, snapshot: 1, parts: 3, differences: [], litter: [], foreign: [] });
    expect(result.rows).toBe(expected.west_of_three.rows);
    expect(result.source).toEqual({ parts: 3, rows: result.rows, cells: 5 * result.rows });
  });

  it("names every part that is gone, longer, another, or no Parquet file, and what is not ours", async () => {
    const dest = lay("damaged");
    const [first, second, third] = partsIn(dest) as [string, string, string];
    rmSync(first);
    appendFileSync(second, "x");
    writeFileSync(third, Buffer.alloc(readFileSync(third).length));
    writeFileSync(join(dest, "notes.txt"), "");
    rmSync(join(dest, "_SUCCESS"));
    const { code, result } = await verify(dest);
    expect(code).toBe(6);
    expect(result.differences.map(({ kind, path }) => `${kind} ${basename(path)}`).sort()).toEqual([
      `checksum ${basename(third)}`,
      `missing ${basename(first)}`,
      `size ${basename(second)}`,
      "success _SUCCESS",
      `unreadable ${basename(third)}`,
    ]);
    expect(result.foreign).toEqual(["notes.txt"]);
  });

  it("finds the one cell that is not the source's, and says which", async () => {
    const dest = lay("cell");
    const [path] = partsIn(dest) as [string];
    const bytes = readFileSync(path);
    const [group] = parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)).row_groups;
    const cell = group?.columns.map(({ meta_data }) => meta_data).find((meta) => meta?.path_in_schema[0] === "cell");
    const end = Number(cell?.dictionary_page_offset ?? cell?.data_page_offset) + Number(cell?.total_compressed_size);
    // The last value, whose highest byte is the last of a PLAIN or BYTE_STREAM_SPLIT page.
    bytes[end - 1] = (bytes[end - 1] as number) ^ 0x80;
    writeFileSync(path, bytes);
    const { code, result } = await verify(dest, "--source");
    expect(code).toBe(6);
    expect(result.differences.map(({ kind }) => kind)).toEqual(["checksum", "value"]);
    expect(result.differences[1]).toMatchObject({
      column: "cell",
      row: Number(group?.num_rows) - 1,
      message: expect.stringContaining("differs in 1 cells"),
    });
  });

  it("compares each folder of a partitioned dataset with what its tasks put there", async () => {
    const dest = join(folder, "partitioned");
    const args = ["convert", ...inputs, "--out", dest, "--quiet", "--partition-by", "month,lat_band(30)", ...WEST];
    expect(await run(args)).toMatchObject({ code: 0, stderr: "" });
    const { code, result } = await verify(dest, "--source");
    expect({ code, ...result }).toMatchObject({ code: 0, differences: [], litter: [], foreign: [] });
    expect(result.source).toEqual({ parts: result.parts, rows: result.rows, cells: 5 * result.rows });
    expect(result.parts).toBeGreaterThan(3);
    rmSync(join(dest, manifestOf(dest)?.parts[0]?.path as string));
    const lacking = await verify(dest, "--source");
    expect(lacking.result.differences.map(({ kind }) => kind)).toEqual(["missing"]);
    expect(lacking.result.source?.parts).toBe(result.parts);
  });

  it("says that a source has changed", async () => {
    const dest = lay("source");
    const path = inputs[2] as string;
    const before = readFileSync(path);
    try {
      appendFileSync(path, "x");
      const { code, result } = await verify(dest, "--source");
      expect(code).toBe(3);
      expect(result.differences).toMatchObject([{ kind: "source", message: expect.stringContaining(path) }]);
    } finally {
      writeFileSync(path, before);
    }
  });

  it("is told apart from there being nothing", async () => {
    expect(errorOf(await run(["verify", join(folder, "nothing"), "--json"]))).toMatchObject({ exit: 5, code: "not-found" });
    expect(errorOf(await run(["gc", join(folder, "nothing"), "--json"]))).toMatchObject({ exit: 5, code: "not-found" });
    expect(existsSync(join(folder, "nothing.graticule"))).toBe(false);
  });
});

describe("gc", () => {
  it("removes what is ours and named by nothing; what it must not touch stays", async () => {
    const dest = lay("littered");
    const state = `${dest}.graticule`;
    const [first] = partsIn(dest) as [string];
    copyFileSync(first, join(dest, "part-00009-00000.parquet"));
    writeFileSync(join(dest, "notes.txt"), "");
    mkdirSync(join(state, "runs/never-begun/tasks"), { recursive: true });
    writeFileSync(join(state, "runs/never-begun/tasks/0-a.json"), "{}");
    writeFileSync(join(state, "snapshots/9.json.77.tmp"), "");
    const would = await gc(dest, "--dry-run");
    expect(would).toMatchObject({ dry_run: true });
    expect(would.removed.map(({ kind }) => kind).sort()).toEqual(["part", "run", "temporary"]);
    expect(existsSync(join(dest, "part-00009-00000.parquet"))).toBe(true);
    expect((await gc(dest, "--older-than", "1d")).removed).toEqual([]);
    await gc(dest);
    expect(existsSync(join(state, "runs/never-begun"))).toBe(false);
    rmSync(join(dest, "notes.txt"));
    expect(leftoversAt(dest)).toEqual([]);
    expect(await rowsOf(partsIn(dest))).toEqual(expected.west_of_three);
    expect(await verify(dest)).toMatchObject({ code: 0, result: { litter: [], foreign: [] } });
  });

  it("keeps a run that can be resumed, with the parts that it has put into place", async () => {
    const dest = lay("resumable");
    const args = ["convert", ...files, "--out", dest, "--overwrite", "--quiet", ...WEST];
    const countTo = join(folder, "calls.json");
    const whole = lay("counted");
    await run([...args.map((word) => (word === dest ? whole : word))], { fault: { countTo } });
    const calls = JSON.parse(readFileSync(countTo, "utf8")) as string[];
    const placed = calls.findIndex((call) => /renameSync .*\/staging\/part-1-/.test(call));
    expect(placed).toBeGreaterThan(0);
    expect(await run(args, { fault: { killAt: placed + 1, how: "after" } })).toMatchObject({ signal: "SIGKILL" });
    const cleaned = await gc(dest);
    expect(cleaned.removed).toEqual([]);
    expect(cleaned.unfinished).not.toBeNull();
    expect(await run(["resume", dest, "--quiet"])).toMatchObject({ code: 0 });
    expect(faultsAt(dest)).toEqual([]);
    expect(await rowsOf(partsIn(dest))).toEqual(expected.west);
  });
});
