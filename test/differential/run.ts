/**
 * npm run differential -- [--count 400] [--seed 1] [--kind hdf5|netcdf|fits|zarr|all] [--keep DIR]
 *
 * Files that h5py, netCDF4, astropy and zarr write with a random mixture of types, shapes, chunks, filters and layouts, read by
 * the built program and compared with what those libraries read back: type, shape and every value (SHA-256). Needs
 * GRATICULE_PYTHON, a Python with these packages. A file that differs is kept, with the seed that repeats it.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { open } from "graticule";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "400" },
    seed: { type: "string", default: "1" },
    kind: { type: "string", default: "all" },
    keep: { type: "string", default: join(tmpdir(), "graticule-differential") },
  },
});
const python = process.env.GRATICULE_PYTHON;
if (!python) throw new Error("GRATICULE_PYTHON names no Python");

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Null where the standard of the values is another: then `min` and `mean` are compared. */
  readonly sha256: string | null;
  readonly min?: number | null;
  readonly mean?: number;
}

const folder = mkdtempSync(join(tmpdir(), "graticule-differential-"));
execFileSync(
  python,
  [
    "-W",
    "ignore",
    join(here, "make_random.py"),
    "--seed",
    options.seed,
    "--count",
    options.count,
    "--kind",
    options.kind,
    "--out",
    folder,
  ],
  { stdio: ["ignore", "inherit", "inherit"] },
);
const { files, refused } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as {
  files: Record<string, Record<string, Expected>>;
  refused: Record<string, string>;
};

function digest(values: unknown): string {
  const hash = createHash("sha256");
  if (ArrayBuffer.isView(values)) hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  else hash.update((values as string[]).map((text) => text.replaceAll("\0", "")).join("\n"));
  return hash.digest("hex");
}

async function difference(path: string, expected: Record<string, Expected>): Promise<string[]> {
  const found: string[] = [];
  const dataset = await open(path);
  try {
    for (const [name, own] of Object.entries(expected)) {
      const variable = dataset.variables.get(name);
      if (!variable) found.push(`${name} is not there`);
      else
        try {
          if (variable.dtype.name !== own.dtype) found.push(`${name} is ${variable.dtype.name}, not ${own.dtype}`);
          if (variable.shape.join() !== own.shape.join()) found.push(`${name} has shape ${variable.shape}, not ${own.shape}`);
          if (own.sha256 !== null && digest((await variable.read({ decode: false })).values) !== own.sha256)
            found.push(`${name} (${own.dtype}, ${own.shape}) has other values`);
          if (own.sha256 === null) found.push(...(await measured(variable, name, own)));
        } catch (error) {
          found.push(`${name}: ${(error as Error).name} ${(error as Error).message}`);
        }
    }
  } finally {
    await dataset.close();
  }
  return found;
}

async function measured(
  variable: Awaited<ReturnType<typeof open>>["variables"] extends ReadonlyMap<string, infer V> ? V : never,
  name: string,
  own: Expected,
): Promise<string[]> {
  const { values, validity } = await variable.read();
  const numbers = Array.from(values as ArrayLike<number>, Number).filter(
    (value, i) => !Number.isNaN(value) && (!validity || ((validity.bits[i >> 3] as number) >> (i & 7)) & 1),
  );
  const min = numbers.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const far = (a: number, b: number): boolean => Math.abs(a - b) > 1e-6 * Math.max(1, Math.abs(b));
  return [
    ...(typeof own.min === "number" && far(min, own.min) ? [`${name}: least ${min}, not ${own.min}`] : []),
    ...(own.mean !== undefined && far(mean, own.mean) ? [`${name}: mean ${mean}, not ${own.mean}`] : []),
  ];
}

let variables = 0;
let failed = 0;
for (const [file, expected] of Object.entries(files)) {
  variables += Object.keys(expected).length;
  const found = await difference(join(folder, file), expected).catch((error: Error) => [`${error.name} ${error.message}`]);
  if (found.length === 0) continue;
  failed++;
  mkdirSync(options.keep, { recursive: true });
  cpSync(join(folder, file), join(options.keep, file), { recursive: true });
  process.stdout.write(`${join(options.keep, file)}\n${found.map((text) => `  ${text}\n`).join("")}`);
}
rmSync(folder, { recursive: true, force: true });
for (const [file, reason] of Object.entries(refused)) process.stdout.write(`not written: ${file}: ${reason}\n`);
process.stdout.write(`${Object.keys(files).length} files, ${variables} variables: ${failed} files differ\n`);
process.exitCode = failed > 0 ? 1 : 0;
