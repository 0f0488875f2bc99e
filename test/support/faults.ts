import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { parquetMetadata } from "hyparquet";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const samples = join(root, "sample-data/faults");
export const files = Array.from({ length: 10 }, (_, i) => join(samples, `step-${String(i).padStart(2, "0")}.nc`));
export const expected = JSON.parse(readFileSync(join(samples, "expected.json"), "utf8")) as {
  readonly rows: number;
  readonly rows_per_file: number;
  readonly cell_crc32: number;
  readonly level_crc32: number;
  readonly west: Rows;
  readonly west_of_three: Rows;
};
/** The box whose rows `expected.west` tells: few enough to be read without worker threads. */
export const WEST = ["--bbox", "0,-60,57,60"];

export interface Rows {
  readonly rows: number;
  readonly cell_crc32: number;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  /** What goes wrong; see fault-at-call.js. */
  readonly fault?: object;
  readonly cwd?: string;
  /** Told the process, the head of a process group of its own. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** A conversion of the samples in parts of one file each, unless it says otherwise. */
function partPerFile(args: readonly string[]): readonly string[] {
  if (args[0] !== "convert" || args.includes("--part-size")) return args;
  return [...args, "--part-size", args.includes(WEST[1] as string) ? "90kB" : "600kB"];
}

/** Runs the built program in a process group of its own. */
export function run(args: readonly string[], { fault, cwd = root, onStart }: StartOptions = {}): Promise<Ended> {
  if (!existsSync(join(root, "dist/src/cli/main.js"))) throw new Error("these tests run what was built: `npm run build` first");
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1", GRATICULE_DATA_DIR: join(root, "no-such-folder") };
  delete env.NODE_OPTIONS;
  if (fault) env.GRATICULE_TEST_FAULT = JSON.stringify(fault);
  const hooks = fault ? ["--import", fileURLToPath(new URL("./fault-at-call.js", import.meta.url))] : [];
  const child = spawn(process.execPath, [...hooks, join(root, "bin/run.js"), ...partPerFile(args)], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onStart?.(child);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (piece) => {
    stdout += piece;
  });
  child.stderr.on("data", (piece) => {
    stderr += piece;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** The exit code with the error of the one document on stdout. */
export function errorOf({ code, stdout }: Ended): Record<string, unknown> {
  return { exit: code, ...(JSON.parse(stdout) as { error: object }).error };
}

/** `kill -9` of the whole process group. */
export function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ESRCH") throw error;
  }
}

/** Paths of a dataset's parts in the order of their names. */
export function partsIn(dest: string): string[] {
  return readdirSync(dest, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".parquet"))
    .sort()
    .map((path) => join(dest, path));
}

export function metadataOf(path: string) {
  const bytes = readFileSync(path);
  return parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
}

/** Number of rows and a checksum of the cells, which no two rows share, in the order of the files' names. */
export async function rowsOf(paths: readonly string[]): Promise<Rows> {
  const { readParquet } = await import("parquet-wasm");
  const { tableFromIPC } = await import("apache-arrow");
  let [rows, crc] = [0, 0];
  for (const path of paths) {
    const table = tableFromIPC(readParquet(readFileSync(path), { columns: ["cell"] }).intoIPCStream());
    for (const { values, length } of table.getChild("cell")?.data ?? []) {
      const cells = values as Float32Array;
      crc = crc32(new Uint8Array(cells.buffer, cells.byteOffset, length * 4), crc);
    }
    rows += table.numRows;
  }
  return { rows, cell_crc32: crc };
}

export interface Manifest {
  readonly number: number;
  readonly parts: readonly { readonly path: string; readonly rows: number; readonly bytes: number }[];
}

/** The snapshot that LATEST names. */
export function manifestOf(dest: string): Manifest | null {
  const state = `${dest}.graticule`;
  if (!existsSync(join(state, "LATEST"))) return null;
  const number = readFileSync(join(state, "LATEST"), "utf8").trim();
  return JSON.parse(readFileSync(join(state, "snapshots", `${number}.json`), "utf8")) as Manifest;
}

/** Files under a run's folder `tasks/` with the time at which they were written. */
export function markersOf(dest: string): Map<string, number> {
  const runs = join(`${dest}.graticule`, "runs");
  if (!existsSync(runs)) return new Map();
  const found = readdirSync(runs, { recursive: true, encoding: "utf8" }).filter((path) => /\/tasks\/[^/]*\.json$/.test(path));
  return new Map(found.map((path) => [path, statSync(join(runs, path)).mtimeMs]));
}

/**
 * What must hold at every moment, whatever died: only whole Parquet and `_SUCCESS` at the destination, `_SUCCESS` only over
 * exactly the manifest's parts, and the manifest's parts all there.
 * @returns what is wrong; nothing, where all is well
 */
export function faultsAt(dest: string): string[] {
  const faults: string[] = [];
  const name = basename(dest);
  for (const other of readdirSync(dirname(dest)))
    if (other.startsWith(name) && other !== name && other !== `${name}.graticule`) faults.push(`${other} lies beside`);
  const manifest = manifestOf(dest);
  const single = dest.endsWith(".parquet");
  const present = !existsSync(dest) ? [] : single ? [dest] : partsIn(dest);
  for (const path of present)
    try {
      if (!(Number(metadataOf(path).num_rows) >= 0)) faults.push(`${path} has no number of rows`);
    } catch (error) {
      faults.push(`${path} is not whole: ${String(error)}`);
    }
  for (const part of manifest?.parts ?? []) {
    const path = join(dest, part.path);
    if (!existsSync(path)) faults.push(`${path} is in the manifest and not there`);
    else if (statSync(path).size !== part.bytes || Number(metadataOf(path).num_rows) !== part.rows)
      faults.push(`${path} is not as the manifest says`);
  }
  if (single || !existsSync(dest)) return faults;
  for (const entry of readdirSync(dest, { recursive: true, withFileTypes: true }))
    if (!entry.isDirectory() && entry.name !== "_SUCCESS" && !/^part-\d{5}-\d{5}\.parquet$/.test(entry.name))
      faults.push(`${entry.name} lies in the destination`);
  if (existsSync(join(dest, "_SUCCESS"))) {
    const named = (manifest?.parts ?? []).map((part) => join(dest, part.path)).sort();
    if (JSON.stringify(named) !== JSON.stringify(present)) faults.push("_SUCCESS over other parts than the manifest's");
  }
  return faults;
}

/** What must hold after a run has ended well. */
export function leftoversAt(dest: string): string[] {
  const state = `${dest}.graticule`;
  const faults = faultsAt(dest);
  if (!dest.endsWith(".parquet") && !existsSync(join(dest, "_SUCCESS"))) faults.push("no _SUCCESS");
  for (const path of readdirSync(state, { recursive: true, encoding: "utf8" }))
    if (/staging|\.tmp$|^lock/.test(path)) faults.push(`${path} is left`);
  return faults;
}

/** A small generator of numbers in [0, 1) from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
