/**
 * npm run differential -- [--archives 60] [--seed 1] [--keep DIR]
 *
 * Random archives (a grid cut along time into netCDF files of random formats, packings, chunks and time units) and random
 * subsets, converted, and compared row by row with what xarray and pandas make of them. Needs GRATICULE_PYTHON.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { convert } from "graticule";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: { archives: { type: "string", default: "60" }, seed: { type: "string", default: "1" } },
});
const python = process.env.GRATICULE_PYTHON;
if (!python) throw new Error("GRATICULE_PYTHON names no Python");

interface Case {
  readonly id: number;
  readonly args: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), "graticule-archives-"));
const make = [
  "-W",
  "ignore",
  join(here, "random_archives.py"),
  "--seed",
  options.seed,
  "--count",
  options.archives,
  "--out",
  folder,
];
execFileSync(python, make, { stdio: ["ignore", "inherit", "inherit"] });
const { cases, refused } = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8")) as {
  cases: readonly Case[];
  refused: Record<string, string>;
};
for (const { id, args } of cases) {
  const own = join(folder, String(id));
  const flags = Object.fromEntries(args.flatMap((flag, i) => (i % 2 === 0 ? [[flag.slice(2), args[i + 1]]] : [])));
  const { vars, ...rest } = flags as Record<string, string>;
  const inputs = readdirSync(join(own, "in")).map((name) => join(own, "in", name));
  await convert({ ...rest, ...(vars && { vars: vars.split(",") }), inputs, out: join(own, "out") }).catch((error: Error) =>
    process.stdout.write(`${own}: ${error.name} ${error.message}\n`),
  );
}
const compared = spawnSync(python, ["-W", "ignore", join(here, "compare_rows.py"), folder], {
  stdio: ["ignore", "inherit", "inherit"],
});
for (const [id, reason] of Object.entries(refused)) process.stdout.write(`not made: ${id}: ${reason}\n`);
process.stdout.write(`${cases.length} archives\n`);
if (compared.status === 0) rmSync(folder, { recursive: true, force: true });
process.exitCode = compared.status ?? 1;
