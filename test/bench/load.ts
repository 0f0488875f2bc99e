/**
 * GRATICULE_PYTHON=… node test/bench/load.ts [--runs 5] [--mb 400] [--data DIR] [--json FILE]
 *
 * Loading an archive into S3, a real Ceph gateway on this machine (`tools/ceph-s3` beside the checkout, or GRATICULE_SHARED): whole
 * processes in turn. "plain upload" sends the parts that graticule makes, which lie on disk already, by the SDK, as many pieces at
 * a time: what the gateway takes at most. "convert to disk" is the same job without the gateway.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Measured, measure, spread } from "./measure.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    mb: { type: "string", default: "400" },
    data: { type: "string", default: join(tmpdir(), "graticule-bench-load") },
    json: { type: "string" },
  },
});
const python = process.env.GRATICULE_PYTHON;
if (!python) throw new Error("GRATICULE_PYTHON names a Python with netCDF4, pyarrow and s3fs");
const tool = join(process.env.GRATICULE_SHARED ?? join(root, "../shared"), "tools/ceph-s3");
const runs = Number(options.runs);
const say = (line: string) => process.stdout.write(`${line}\n`);

mkdirSync(options.data, { recursive: true });
execFileSync(python, [join(here, "make_load.py"), options.data, options.mb], { stdio: "inherit" });
const inputs = readdirSync(options.data)
  .filter((name) => name.endsWith(".nc"))
  .sort()
  .map((name) => join(options.data, name));
const cluster = join(options.data, "ceph");
const started = execFileSync(tool, ["start", cluster], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
const gateway = Object.fromEntries([...started.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
const env = { ...process.env, ...gateway };
const bin = join(root, "bin/run.js");
const local = join(options.data, "out");
const peer = (name: string) => join(here, "peers", name);

/** Each run writes to a place of its own. */
let count = 0;
const contenders: Record<string, () => readonly string[]> = {
  "convert to S3": () => [process.execPath, bin, "convert", ...inputs, "--out", `s3://bench/graticule-${count}`, "--quiet"],
  "plain upload of the same bytes": () => [process.execPath, peer("upload.mjs"), local, "bench", `plain-${count}`],
  "convert to disk": () => [process.execPath, bin, "convert", ...inputs, "--out", join(options.data, `disk-${count}`), "--quiet"],
  "netCDF4 + pyarrow + s3fs, 2 processes": () => [python, peer("load_s3.py"), "bench", `pyarrow-${count}`, ...inputs],
};

try {
  await measure([python, peer("load_s3.py"), "bench"], env);
  await measure([process.execPath, bin, "convert", ...inputs, "--out", local, "--quiet", "--overwrite"], env);
  const bytes = readdirSync(local).reduce((n, name) => n + statSync(join(local, name)).size, 0);
  say(
    `${cpus().length} × ${cpus()[0]?.model}, node ${process.version}, ${runs} runs; ${inputs.length} files, ${(bytes / 1e6).toFixed(0)} MB of Parquet`,
  );
  const measured = new Map<string, Measured[]>();
  for (; count < runs; count++)
    for (const [name, command] of Object.entries(contenders)) {
      measured.set(name, [...(measured.get(name) ?? []), await measure(command(), env)]);
      rmSync(join(options.data, `disk-${count}`), { recursive: true, force: true });
      rmSync(join(options.data, `disk-${count}.graticule`), { recursive: true, force: true });
    }
  const results = [...measured].map(([name, all]) => ({
    name,
    seconds: spread(all.map(({ seconds }) => seconds)),
    peakMB: spread(all.map(({ peakMB }) => peakMB)),
  }));
  const first = results[0]?.seconds.median as number;
  for (const { name, seconds, peakMB } of results)
    say(
      `  ${name.padEnd(40)} ${seconds.median.toFixed(2)} s (${seconds.min.toFixed(2)}–${seconds.max.toFixed(2)})  ${(bytes / 1e6 / seconds.median).toFixed(0)} MB/s  ${peakMB.median.toFixed(0)} MB  ×${(seconds.median / first).toFixed(2)}`,
    );
  if (options.json) writeFileSync(options.json, JSON.stringify({ bytes, results }, null, 2));
} finally {
  execFileSync(tool, ["wipe", cluster], { stdio: "ignore" });
}
