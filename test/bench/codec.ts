/**
 * Decoding of single chunks against numcodecs' C libraries, one thread each: seeded temperatures, 4.1 MB of float32.
 *
 * npm run build && node test/bench/codec.ts PYTHON, where PYTHON has numcodecs.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { spread } from "./measure.ts";

const PEER = join(import.meta.dirname, "peers/codec_chunks.py");
const RUNS = 5;
const REPEATS = 20;

const { codecRegistry } = (await import("../../dist/src/codec/registry.js")) as typeof import("../../src/codec/registry.js");
const python = process.argv[2] ?? "python3";
const folder = mkdtempSync(join(tmpdir(), "graticule-codecs-"));
const registry = codecRegistry();

/** Seconds of processor time that one chunk takes. */
async function ours(name: string, expected: Buffer): Promise<number> {
  const spec = { id: name.startsWith("blosc") ? "blosc" : name, parameters: {} };
  const codec = await registry.get(spec);
  const stored = readFileSync(join(folder, name));
  const context = { decodedLength: expected.length, parallel: false, reuse: true };
  const decode = () => codec.decode(stored, spec, context) as Uint8Array;
  if (!expected.equals(decode())) throw new Error(`${name} is decoded wrongly`);
  for (let i = 0; i < REPEATS; i++) decode();
  const before = process.cpuUsage();
  for (let i = 0; i < REPEATS; i++) decode();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / REPEATS;
}

try {
  const names = JSON.parse(execFileSync(python, [PEER, "make", folder], { encoding: "utf8" })) as string[];
  const raw = readFileSync(join(folder, "raw"));
  process.stdout.write(
    `${cpus()[0]?.model}, Node.js ${process.version}; MB/s of output per thread, median (least to most) of ${RUNS}\n`,
  );
  for (const name of names) {
    const own: number[] = [];
    const peer: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      own.push(raw.length / 1e6 / (await ours(name, raw)));
      peer.push(
        raw.length / 1e6 / Number(execFileSync(python, [PEER, "time", folder, name, String(REPEATS)], { encoding: "utf8" })),
      );
    }
    const text = (speeds: readonly number[]) => {
      const { median, min, max } = spread(speeds);
      return `${median.toFixed(0)} (${min.toFixed(0)} to ${max.toFixed(0)})`;
    };
    const ratio = spread(own).median / spread(peer).median;
    process.stdout.write(
      `${name.padEnd(22)} ${text(own).padEnd(22)} numcodecs ${text(peer).padEnd(22)} ratio ${ratio.toFixed(2)}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
