/**
 * Encoding a grid in memory as Parquet (zstd), from its values to files that are on the disk:
 *
 * npm run build && node test/bench/encode.ts [--runs 5] [--times 20] [--data DIR]
 *
 * 20 × 1000 × 1000 seeded float32 values with three coordinates, full precision and in steps of 0.01. Each run is a process of its
 * own that first loads its input, and measures from there to the synchronised file; contenders go in turn. Peers need GRATICULE_PYTHON
 * (pyarrow, polars, duckdb). That all wrote the same rows is proven by DuckDB: counts and sums of every column.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { spread } from "./measure.ts";

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    times: { type: "string", default: "20" },
    data: { type: "string", default: join(tmpdir(), "graticule-bench") },
  },
});
const python = process.env.GRATICULE_PYTHON;
const [runs, times, latitudes, longitudes] = [Number(options.runs), Number(options.times), 1000, 1000];
const peer = (name: string) => join(import.meta.dirname, "peers", name);
const out = join(options.data, "encoded");

interface Contender {
  readonly name: string;
  command(file: string): readonly string[];
}

const shape = [times, latitudes, longitudes].map(String);
const own = (threads: number): Contender => ({
  name: `graticule, ${threads === 1 ? "one thread" : `${threads} threads, a part each`}`,
  command: (file) => [process.execPath, peer("encode-grid.mjs"), file, out, ...shape, String(threads)],
});
const other = (library: string, note: string, level: number): Contender => ({
  name: `${library}${note}, level ${level}`,
  command: (file) => [python as string, peer("encode_grid.py"), library, file, out, ...shape, String(level)],
});
const contenders: readonly Contender[] = [
  own(1),
  own(cpus().length),
  // Polars has no byte planes: a higher level costs it time and hardly any bytes.
  ...(python
    ? [other("polars", "", 1), other("duckdb", " (format v2)", 1), other("pyarrow", " (dictionaries, byte planes)", 1)]
    : []),
];

/** Smooth fields with noise, seeded. @param step what values are rounded to; 0: not at all */
function makeValues(path: string, noise: number, step: number): void {
  let state = 20250101;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const values = new Float32Array(times * latitudes * longitudes);
  let at = 0;
  for (let t = 0; t < times; t++)
    for (let y = 0; y < latitudes; y++) {
      const latitude = Math.PI * (0.5 - y / latitudes);
      for (let x = 0; x < longitudes; x++) {
        const longitude = (2 * Math.PI * x) / longitudes;
        const waves = 8 * Math.sin(2 * longitude + t / 12) * Math.cos(latitude) + 5 * Math.cos((t / 12) * Math.PI + longitude);
        const value = 288 - 40 * Math.sin(latitude) ** 2 + waves + noise * 2 * (random() + random() + random() - 1.5);
        values[at++] = step === 0 ? value : Math.round(value / step) * step;
      }
    }
  writeFileSync(path, new Uint8Array(values.buffer));
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
mkdirSync(options.data, { recursive: true });
say(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}, ${times * latitudes * longitudes} rows, ${runs} runs each`);
for (const [kind, noise, step] of [
  ["full precision", 0.005, 0],
  ["steps of 0.01", 0.3, 0.01],
] as const) {
  const file = join(options.data, `encode-${kind.replaceAll(" ", "-")}-${times}.f32`);
  if (!existsSync(file)) makeValues(file, noise, step);
  say(`\n${kind}`);
  const taken = contenders.map(() => ({ wall: [] as number[], cpu: [] as number[], bytes: 0, proof: "" }));
  for (let run = 0; run < runs; run++)
    for (const [i, contender] of contenders.entries()) {
      const [command, ...rest] = contender.command(file) as [string, ...string[]];
      const [wall, cpu] = execFileSync(command, rest, { encoding: "utf8" }).trim().split(" ").map(Number) as [number, number];
      const one = taken[i] as (typeof taken)[number];
      one.wall.push(wall);
      one.cpu.push(cpu);
      if (run > 0) continue;
      one.bytes = readdirSync(out).reduce((n, name) => n + statSync(join(out, name)).size, 0);
      if (python) one.proof = execFileSync(python, [peer("encode_grid.py"), "prove", out], { encoding: "utf8" }).trim();
    }
  const first = taken[0] as (typeof taken)[number];
  for (const [i, { wall, cpu, bytes, proof }] of taken.entries()) {
    if (proof !== first.proof) throw new Error(`${contenders[i]?.name} wrote other rows: ${proof}, not ${first.proof}`);
    const [seconds, used] = [spread(wall), spread(cpu)];
    const ratio = (seconds.median / spread(first.wall).median).toFixed(2);
    say(
      `  ${(contenders[i]?.name ?? "").padEnd(44)} ${seconds.median.toFixed(3)} s (${seconds.min.toFixed(3)}–${seconds.max.toFixed(3)})  ` +
        `${used.median.toFixed(3)} s of processor (${used.min.toFixed(3)}–${used.max.toFixed(3)})  ${(bytes / 1e6).toFixed(1)} MB  ×${ratio}` +
        `  processor ×${(used.median / spread(first.cpu).median).toFixed(2)}`,
    );
  }
}
rmSync(out, { recursive: true, force: true });
