/**
 * GRATICULE_PYTHON=… node test/bench/remote.ts [--runs 5] [--delay 60] [--data DIR] [--json FILE]
 *
 * Boxes of one 89 MB netCDF-4 file over HTTP, each request 60 ms from its first byte, against kerchunk (with references made
 * beforehand) and fsspec + h5netcdf: whole processes ("cold"), and inside a process that has read before ("warm", with the file
 * opened anew). "floor" fetches the chunks' bytes at once, knowing where they are. Requests and bytes are what the server counted.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
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
    delay: { type: "string", default: "60" },
    data: { type: "string", default: join(tmpdir(), "graticule-bench") },
    json: { type: "string" },
  },
});
const python = process.env.GRATICULE_PYTHON;
if (!python) throw new Error("GRATICULE_PYTHON names a Python with netCDF4, h5py, h5netcdf, fsspec, kerchunk and zarr");

const BOXES = { "box of 1 %": "[[24,48],[50,120],[100,200]]", "series of a point": "[[0,576],[60,61],[100,101]]" };
const WARM_RUNS = 5;
const say = (line: string) => process.stdout.write(`${line}\n`);

mkdirSync(options.data, { recursive: true });
const ranges = execFileSync(python, [join(here, "make_remote.py"), options.data, ...Object.values(BOXES)], { encoding: "utf8" })
  .trim()
  .split("\n");
const server = spawn(process.execPath, [join(here, "latent-server.mjs"), options.data, options.delay], {
  stdio: ["pipe", "pipe", "inherit"],
});
const origin = `http://127.0.0.1:${Number(String((await once(server.stdout, "data"))[0]))}`;
const url = `${origin}/remote.nc`;
const counted = async () => (await (await fetch(`${origin}/-/counters`)).json()) as { requests: number; bytes: number };
const references = join(options.data, "remote.json");
const peer = (name: string) => join(here, "peers", name);
execFileSync(python, [peer("kerchunk_references.py"), join(options.data, "remote.nc"), url, references]);

say(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}, ${options.delay} ms to the first byte, ${options.runs} runs`);
const results: unknown[] = [];
for (const [i, [name, box]] of Object.entries(BOXES).entries()) {
  const contenders: [string, (runs: number) => string[]][] = [
    ["graticule", (runs) => [process.execPath, peer("remote-box.mjs"), url, "t2m", box, `${runs}`]],
    ["fsspec + h5netcdf", (runs) => [python, peer("remote_box.py"), "h5netcdf", url, "t2m", box, `${runs}`]],
    ["kerchunk + zarr", (runs) => [python, peer("remote_box.py"), "kerchunk", url, "t2m", box, `${runs}`, references]],
    ["floor", (runs) => [process.execPath, peer("remote-floor.mjs"), url, ranges[i] as string, `${runs}`]],
  ];
  const needed = (JSON.parse(ranges[i] as string) as [number, number][]).reduce((n, [, length]) => n + length, 0);
  say(`\n${name}: ${(needed / 1e6).toFixed(2)} MB of chunks`);
  const cold = contenders.map(() => [] as number[]);
  const traffic = contenders.map(() => ({ requests: 0, bytes: 0 }));
  for (let run = 0; run < Number(options.runs); run++)
    for (const [at, [, command]] of contenders.entries()) {
      await counted();
      cold[at]?.push((await measure(command(1))).seconds);
      traffic[at] = await counted();
    }
  for (const [at, [contender, command]] of contenders.entries()) {
    const { stdout } = await measure(command(WARM_RUNS));
    const warm = Number(stdout.split(" ").at(-1));
    const s = spread(cold[at] ?? []);
    const { requests, bytes } = traffic[at] as { requests: number; bytes: number };
    const first = spread(cold[0] ?? []).median;
    say(
      `  ${contender.padEnd(20)} cold ${s.median.toFixed(3)} s (${s.min.toFixed(3)}–${s.max.toFixed(3)}, ×${(s.median / first).toFixed(2)})  ` +
        `warm ${warm.toFixed(3)} s  ${requests} requests  ${(bytes / 1e6).toFixed(2)} MB`,
    );
    results.push({ box: name, contender, cold: s, warm, requests, bytes, needed });
  }
}
server.stdin.end();
if (options.json) writeFileSync(options.json, JSON.stringify({ node: process.version, delay: options.delay, results }, null, 1));
