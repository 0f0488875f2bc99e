/**
 * npm run fuzz -- [--count 10000] [--seed 1] [--only TEXT] [--keep DIR]
 *
 * Seeded mutations (of bytes; of JSON mostly by its grammar) over the small files of sample-data (of a folder that is a dataset: of one of its files), each opened and read
 * in a process of its own kind, every second one over HTTP. What must not happen: an error without an honest tag, a crash, 5 seconds without an answer, more
 * than 512 MB. What happened is printed with the seed that repeats it, and the damaged copy is kept.
 */
import { type ChildProcess, fork } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type RangeServer, rangeServer } from "../support/range-server.ts";
import { type Mutation, mutate, seeded } from "./mutate.ts";
import { mutateJson } from "./mutate-json.ts";
import type { DamagedReport } from "./read-damaged.ts";

const here = dirname(fileURLToPath(import.meta.url));
const samples = join(here, "../../sample-data");
const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    keep: { type: "string", default: join(tmpdir(), "graticule-fuzz") },
  },
});
const LIMIT_MS = 5000;
const LIMIT_MB = 512;
/** Larger fixtures are made of the same structures, and would cost most of the time. */
const MAX_FIXTURE = 300_000;

/** A file, or a folder that is one dataset. */
function fixturesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return isFixture(path) ? [path] : [];
    if (entry.name === "generators") return [];
    return isStore(path) ? [path] : fixturesBelow(path);
  });
}

function isFixture(path: string): boolean {
  const isKnown = /\.(nc|nc3|nc4|cdf|h5|hdf5|he5|fits?|fz|parquet|zip|gz|bz2|Z|kerchunk\.json)$/i.test(path) || isReferences(path);
  return isKnown && statSync(path).size <= MAX_FIXTURE;
}

function isReferences(path: string): boolean {
  return /^kerchunk-(?!expected).*\.json$/.test(basename(path));
}

/** Files beside references that they name. */
function targetsOf(fixture: string): string[] {
  if (!basename(fixture).startsWith("kerchunk-")) return [];
  return readdirSync(samples, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(bin|nc|h5)$/.test(entry.name))
    .map((entry) => entry.name)
    .filter((name) => name === "kerchunk-plain.bin" || (isReferences(fixture) && readFileSync(fixture).includes(name)))
    .map((name) => join(samples, name));
}

/** Of JSON mostly what it says, else its bytes. */
function damaged(bytes: Uint8Array, random: () => number): Mutation {
  const changed = bytes[0] === 0x7b && random() < 0.8 ? mutateJson(bytes, random) : null;
  return changed ?? mutate(bytes, random);
}

function isStore(path: string): boolean {
  return ["zarr.json", ".zgroup", ".zarray", ".zmetadata"].some((marker) => existsSync(join(path, marker)));
}

/** One process that reads damaged copies, replaced when it dies or grew. */
class Reader {
  #child: ChildProcess | null = null;

  read(path: string): Promise<DamagedReport | string> {
    this.#child ??= fork(join(here, "read-damaged.ts"), { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    const child = this.#child;
    let stderr = "";
    child.stderr?.removeAllListeners("data").on("data", (text) => {
      stderr = (stderr + text).slice(-4000);
    });
    return new Promise((resolve) => {
      const end = (result: DamagedReport | string): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (typeof result === "string") this.stop();
        resolve(result);
      };
      const timer = setTimeout(() => end(`no answer within ${LIMIT_MS} ms`), LIMIT_MS);
      child.once("message", (report) => end(report as DamagedReport));
      child.once("exit", (code, signal) => end(`the process ended (${code ?? signal}): ${stderr}`));
      child.send({ path });
    });
  }

  stop(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }
}

/** The damaged copy of a fixture for one seed, written under `folder`. */
function writeDamaged(fixture: string, seed: number, folder: string): { path: string; mutation: Mutation } {
  const random = seeded(seed);
  const path = join(folder, basename(fixture));
  rmSync(path, { recursive: true, force: true });
  for (const target of targetsOf(fixture)) copyFileSync(target, join(folder, basename(target)));
  if (!statSync(fixture).isDirectory()) {
    const mutation = damaged(readFileSync(fixture), random);
    writeFileSync(path, mutation.bytes);
    return { path, mutation };
  }
  cpSync(fixture, path, { recursive: true });
  const files = readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const chosen = files[Math.floor(random() * files.length)];
  const file = join(chosen?.parentPath ?? path, chosen?.name ?? "");
  const mutation = damaged(readFileSync(file), random);
  writeFileSync(file, mutation.bytes);
  return { path, mutation: { ...mutation, what: `${relative(path, file)}: ${mutation.what}` } };
}

/** Puts a file, or all of a folder, on the server. @returns its address */
function publish({ files, origin }: RangeServer, path: string, place: string, targets: readonly string[]): string {
  const isFolder = statSync(path).isDirectory();
  const all = isFolder ? readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()) : [];
  const base = `/${place}/${basename(path)}`;
  // One lane's last copy is read by nobody any more.
  for (const known of files.keys()) if (known.startsWith(`/${place.split("-")[0]}-`)) files.delete(known);
  for (const target of targets) files.set(`/${place}/${basename(target)}`, { bytes: readFileSync(target) });
  if (!isFolder) files.set(base, { bytes: readFileSync(path) });
  for (const entry of all) {
    const file = join(entry.parentPath, entry.name);
    files.set(`${base}/${relative(path, file)}`, { bytes: readFileSync(file) });
  }
  return `${origin}${encodeURI(base)}${isFolder && !base.endsWith(".zarr") ? "/" : ""}`;
}

const fixtures = fixturesBelow(samples)
  .filter((path) => path.includes(options.only))
  .sort();
if (fixtures.length === 0) throw new Error(`no fixture under ${samples} has "${options.only}" in its path`);
const count = Number(options.count);
const first = Number(options.seed);
const scratch = mkdtempSync(join(tmpdir(), "graticule-fuzz-"));
const tally = { read: 0, error: 0, failed: 0, readOverHttp: 0 };
const server = await rangeServer();
let next = 0;
const started = Date.now();

function fail(fixture: string, seed: number, mutation: Mutation, path: string, why: string): void {
  tally.failed++;
  const kept = join(options.keep, `${seed}-${basename(fixture)}`);
  mkdirSync(options.keep, { recursive: true });
  cpSync(path, kept, { recursive: true });
  const name = relative(samples, fixture);
  process.stdout.write(`FAILED ${name}, seed ${seed} (${mutation.what})\n  ${why}\n  kept as ${kept}\n`);
}

async function lane(index: number): Promise<void> {
  const reader = new Reader();
  const folder = join(scratch, String(index));
  mkdirSync(folder);
  while (next < count) {
    const n = next++;
    const seed = first + n;
    // Each fixture by turns, however many there are.
    const isRemote = (Math.floor(n / fixtures.length) + (n % fixtures.length)) % 2 === 1;
    const fixture = fixtures[n % fixtures.length] as string;
    const { path, mutation } = writeDamaged(fixture, seed, folder);
    const result = await reader.read(!isRemote ? path : publish(server, path, `${index}-${n}`, targetsOf(fixture)));
    if (typeof result === "string") fail(fixture, seed, mutation, path, result);
    else if (result.peakMB > LIMIT_MB) {
      fail(fixture, seed, mutation, path, `${result.peakMB.toFixed(0)} MB of memory`);
      reader.stop();
    } else if (result.wrong.length > 0) fail(fixture, seed, mutation, path, result.wrong.join("\n  "));
    else tally[result.outcome]++;
    if (typeof result !== "string" && result.outcome === "read" && isRemote) tally.readOverHttp++;
    // What the allocator keeps of many files is not what one of them took.
    if (n % 500 === 0) reader.stop();
  }
  reader.stop();
}

await Promise.all(Array.from({ length: availableParallelism() }, (_, index) => lane(index)));
await server.close();
rmSync(scratch, { recursive: true, force: true });
const seconds = ((Date.now() - started) / 1000).toFixed(0);
process.stdout.write(
  `${count} mutations of ${fixtures.length} fixtures from seed ${first} in ${seconds} s: ` +
    `${tally.read} read (${tally.readOverHttp} of them over HTTP), ${tally.error} told, ${tally.failed} failed\n`,
);
process.exitCode = tally.failed > 0 ? 1 : 0;
