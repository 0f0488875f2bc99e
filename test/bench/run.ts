/**
 * npm run bench -- [--scale 1] [--runs 3] [--only TEXT] [--data DIR] [--json FILE]
 *
 * Whole processes on seeded data, contenders in turn (A B C, A B C, …), medians with spread, and the ratio to the first.
 * The data and the Python peers need GRATICULE_PYTHON (netCDF4, h5py, xarray, pyarrow); without it the start-up figures remain.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Measured, measure, spread } from "./measure.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const { values: options } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    runs: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    data: { type: "string", default: join(tmpdir(), "graticule-bench") },
    json: { type: "string" },
  },
});
const python = process.env.GRATICULE_PYTHON;
const node = process.execPath;
const bin = join(root, "bin/run.js");
const runs = Number(options.runs);
const out = join(options.data, "out");

interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  /** What it leaves behind, measured and removed after each run. */
  readonly output?: string;
}
interface Case {
  readonly name: string;
  readonly contenders: readonly Contender[];
}

const peer = (script: string) => join(here, "peers", script);
const convert = (file: string) => ({
  name: "graticule convert",
  command: [node, bin, "convert", file, "--out", out, "--quiet"],
  output: out,
});
const toParquet = (how: string, file: string): Contender => ({
  name: how === "xarray" ? "xarray to_dataframe().to_parquet()" : "netCDF4 + pyarrow, tuned, 2 processes",
  command: [python as string, peer("to_parquet.py"), how, file, out],
  output: out,
});

const floor = (what: "inflate" | "recode", file: string): Contender => ({
  name: `its chunks inflated${what === "recode" ? ", through zstd," : ""} and thrown away, all cores`,
  command: [node, peer("floor.mjs"), what, file],
});

function cases(): Case[] {
  const small = join(root, "sample-data", "merg", "merg_2006091100_4km-pixel.nc");
  const list: Case[] = [
    {
      name: "start: an empty node process against --help and inspect of a small file",
      contenders: [
        { name: "node -e 0", command: [node, "-e", "0"] },
        { name: "graticule --help", command: [node, bin, "--help"] },
        { name: "graticule inspect", command: [node, bin, "inspect", small] },
      ],
    },
  ];
  if (!python) return list;
  const files = execFileSync(python, [join(here, "make_data.py"), options.data, options.scale], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.split(" ") as [string, string]);
  const data = Object.fromEntries(files) as Record<
    "era5like" | "packed" | "classic" | "zstd" | "blosc" | "table" | "small",
    string
  >;
  const { era5like: era, packed, classic } = data;
  const read = (name: string, file: string, ...libraries: readonly string[]): Case => ({
    name,
    contenders: [
      { name: "graticule", command: [node, peer("read-all.mjs"), "graticule", file] },
      ...libraries.map((library) => ({ name: library, command: [python, peer("read_all.py"), library, file] })),
    ],
  });
  list.push(
    {
      name: "read and decode all values: shuffle + deflate netCDF-4",
      contenders: [
        { name: "graticule", command: [node, peer("read-all.mjs"), "graticule", era] },
        { name: "netCDF4-python", command: [python, peer("read_all.py"), "netcdf4", era] },
        { name: "h5py", command: [python, peer("read_all.py"), "h5py", era] },
        { name: "h5netcdf", command: [python, peer("read_all.py"), "h5netcdf", era] },
        { name: "h5wasm", command: [node, peer("read-all.mjs"), "h5wasm", era] },
        floor("inflate", era),
      ],
    },
    read("read and decode all values: zstd netCDF-4", data.zstd, "netcdf4"),
    read("read and decode all values: Zarr, blosc (lz4, shuffle)", data.blosc, "zarr"),
    {
      name: "read and decode all values: CDF-2",
      contenders: [
        { name: "graticule", command: [node, peer("read-all.mjs"), "graticule", classic] },
        { name: "netCDF4-python", command: [python, peer("read_all.py"), "netcdf4", classic] },
        { name: "read and turned, one thread", command: [node, peer("floor.mjs"), "swap", classic] },
      ],
    },
    {
      name: "FITS table of 8 columns, column by column",
      contenders: [
        { name: "graticule", command: [node, peer("read-all.mjs"), "graticule-table", data.table] },
        { name: "astropy", command: [python, peer("read_all.py"), "astropy", data.table] },
      ],
    },
    {
      name: "open 2,000 small netCDF-4 files",
      contenders: [
        { name: "graticule", command: [node, peer("open-all.mjs"), data.small] },
        { name: "h5py", command: [python, peer("open_all.py"), "h5py", data.small] },
        { name: "netCDF4-python", command: [python, peer("open_all.py"), "netcdf4", data.small] },
      ],
    },
    {
      name: "convert: shuffle + deflate netCDF-4 to Parquet zstd",
      contenders: [convert(era), toParquet("xarray", era), toParquet("tuned", era), floor("recode", era)],
    },
    {
      name: "convert: packed int16 to Parquet zstd",
      contenders: [convert(packed), toParquet("xarray", packed), toParquet("tuned", packed), floor("recode", packed)],
    },
    {
      name: "convert: CDF-2 to Parquet zstd",
      contenders: [convert(classic), toParquet("xarray", classic), toParquet("tuned", classic)],
    },
  );
  return list;
}

function sizeOf(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  return stat.isDirectory() ? readdirSync(path).reduce((n, name) => n + sizeOf(join(path, name)), 0) : stat.size;
}

function clean(): void {
  for (const path of [out, `${out}.graticule`]) rmSync(path, { recursive: true, force: true });
}

const results: unknown[] = [];
const say = (line: string) => process.stdout.write(`${line}\n`);
mkdirSync(options.data, { recursive: true });
say(
  `${cpus().length} × ${cpus()[0]?.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, node ${process.version}, scale ${options.scale}, ${runs} runs after a warm-up`,
);
if (!python) say("GRATICULE_PYTHON is not set: no data and no peers, start-up only");
for (const { name, contenders } of cases().filter((c) => c.name.includes(options.only))) {
  say(`\n${name}`);
  const taken = contenders.map(() => [] as (Measured & { bytes: number })[]);
  for (let run = -1; run < runs; run++) {
    for (const [i, contender] of contenders.entries()) {
      clean();
      const measured = await measure(contender.command);
      if (run >= 0) taken[i]?.push({ ...measured, bytes: contender.output ? sizeOf(contender.output) : 0 });
    }
  }
  clean();
  const first = spread((taken[0] ?? []).map((m) => m.seconds)).median;
  for (const [i, contender] of contenders.entries()) {
    const own = taken[i] ?? [];
    const s = spread(own.map((m) => m.seconds));
    const memory = spread(own.map((m) => m.peakMB)).max;
    const bytes = own[0]?.bytes ?? 0;
    say(
      `  ${contender.name.padEnd(40)} ${s.median.toFixed(3)} s (${s.min.toFixed(3)}–${s.max.toFixed(3)})  ${memory.toFixed(0)} MB peak` +
        `${bytes ? `  ${(bytes / 1e6).toFixed(0)} MB out` : ""}  ×${(s.median / first).toFixed(2)}`,
    );
    results.push({ case: name, contender: contender.name, seconds: s, peakMB: memory, bytes, ratio: s.median / first });
  }
}
if (options.json)
  writeFileSync(options.json, JSON.stringify({ node: process.version, scale: options.scale, runs, results }, null, 1));
