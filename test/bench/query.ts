/**
 * GRATICULE_PYTHON=… node test/bench/query.ts [--runs 5] [--rows 20000000] [--data DIR] [--json FILE]
 *
 * Parquet that pyarrow wrote, read by whole processes, one after the other in turn, against Polars and DuckDB: all columns decoded;
 * a filter with aggregates. The rows are proven by what each prints. Then a box of it, with the bytes of the pages that hold its rows.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measure, spread } from "./measure.ts";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    rows: { type: "string", default: "20000000" },
    data: { type: "string", default: join(tmpdir(), "graticule-bench") },
    json: { type: "string" },
  },
});
const python = process.env.GRATICULE_PYTHON;
if (!python) throw new Error("GRATICULE_PYTHON names a Python with pyarrow, polars and duckdb");
const say = (line: string) => process.stdout.write(`${line}\n`);

mkdirSync(options.data, { recursive: true });
const file = join(options.data, `query-${options.rows}.parquet`);
const size = Number(execFileSync(python, [join(here, "make_query.py"), file, options.rows], { encoding: "utf8" }));
const peer = (name: string) => join(here, "peers", name);
const tool = join(here, "../../bin/run.js");
const where = "lat BETWEEN 40 AND 50 AND t2m > 273.15";
const aggregates = `SELECT count(*), avg(t2m), max(flux) FROM '${file}' WHERE ${where}`;

/** What two contenders print must be the same rows; doubles are added in another order. */
function proofOf(stdout: string): string {
  if (!stdout.includes(",")) return stdout;
  const [count, mean, most] = (stdout.split("\n")[1] ?? "").split(",");
  return `${count} ${Number(mean).toFixed(6)} ${Number(most).toFixed(9)}`;
}

const works: [string, [string, string[]][]][] = [
  [
    "all columns decoded",
    [
      ["graticule", [process.execPath, peer("query-rows.mjs"), "decode", file]],
      ["Polars", [python, peer("query_rows.py"), "polars", "decode", file]],
      ["DuckDB", [python, peer("query_rows.py"), "duckdb", "decode", file]],
    ],
  ],
  [
    "filter and aggregates",
    [
      ["graticule", [process.execPath, tool, "query", aggregates, "--format", "csv"]],
      ["Polars", [python, peer("query_rows.py"), "polars", "aggregate", file]],
      ["DuckDB", [python, peer("query_rows.py"), "duckdb", "aggregate", file]],
    ],
  ],
];
say(
  `${cpus().length} × ${cpus()[0]?.model}, node ${process.version}, ${options.rows} rows, ${(size / 1e6).toFixed(0)} MB, ${options.runs} runs`,
);
const results: unknown[] = [];
for (const [work, contenders] of works) {
  const seconds = contenders.map(() => [] as number[]);
  const peaks = contenders.map(() => 0);
  const proofs = contenders.map(() => "");
  for (let run = 0; run < Number(options.runs); run++)
    for (const [at, [, command]] of contenders.entries()) {
      const measured = await measure(command);
      seconds[at]?.push(measured.seconds);
      peaks[at] = Math.max(peaks[at] ?? 0, measured.peakMB);
      proofs[at] = proofOf(measured.stdout);
    }
  say(`\n${work}: ${proofs[0]}`);
  if (new Set(proofs).size > 1) throw new Error(`the rows differ: ${proofs.join(" | ")}`);
  for (const [at, [contender]] of contenders.entries()) {
    const s = spread(seconds[at] ?? []);
    const ratio = s.median / spread(seconds[0] ?? []).median;
    say(
      `  ${contender.padEnd(10)} ${s.median.toFixed(3)} s (${s.min.toFixed(3)}–${s.max.toFixed(3)}, ×${ratio.toFixed(2)})  ${(peaks[at] ?? 0).toFixed(0)} MB`,
    );
    results.push({ work, contender, ...s, peakMB: peaks[at] });
  }
}

const box = `SELECT lat, lon, t2m FROM '${file}' WHERE time = '1970-02-10' AND lat BETWEEN 40 AND 45 AND lon BETWEEN 10 AND 20`;
const { stdout } = await measure([process.execPath, tool, "explain", "--analyze", box, "--json"]);
const { analyzed } = JSON.parse(stdout) as { analyzed: { rows: number; bytes: number; pagesRead: number; requests: number } };
say(
  `\nbox of ${analyzed.rows} rows: ${analyzed.pagesRead} pages, ${analyzed.requests} reads, ${(analyzed.bytes / 1e6).toFixed(3)} MB of ${(size / 1e6).toFixed(0)} MB`,
);
results.push({ work: "box", ...analyzed, size });
if (options.json)
  writeFileSync(options.json, JSON.stringify({ node: process.version, rows: Number(options.rows), results }, null, 1));
