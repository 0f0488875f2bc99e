import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { rowBoxes } from "../../src/cli/row-boxes.js";
import { isGraticuleError } from "../../src/errors.js";
import type { ArrayVariable } from "../../src/format/contract.js";
import { readBox } from "../../src/format/read-box.js";
import { wholeBox } from "../../src/schema/box.js";
import { bytesOf, type TypedArray } from "../../src/schema/typed-array.js";
import { type OpenedHdf5, openHdf5 } from "../support/hdf5-variables.js";

/** Real archives with the answers of netCDF4-python and h5py; kept beside the checkout, not in it. */
const shared = process.env.GRATICULE_SHARED ?? join(import.meta.dirname, "../../../shared");
const references = join(shared, "data-reference");
const present = existsSync(references);

interface Reference {
  readonly h5?: Record<string, ReferenceDataset>;
  readonly variables?: Record<string, ReferenceDataset>;
}

interface ReferenceDataset {
  readonly shape?: readonly number[];
  readonly raw_sha256?: string;
  readonly raw_dtype?: string;
  readonly sha256?: string;
  readonly dtype?: string;
  readonly vlen?: { readonly rows: number; readonly total: number };
}

function* hdf5Files(): Iterable<[string, Reference]> {
  if (!present) return;
  for (const entry of readdirSync(references, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".json")) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(references, path).slice(0, -5);
    const reference = JSON.parse(readFileSync(path, "utf8")) as Reference;
    if (reference.h5 && existsSync(join(shared, "data", file))) yield [file, reference];
  }
}

const STRUCTURED = ["compound", "vlen", "opaque", "reference"];
/** netCDF-C widens what it has no type for; the reference's checksum is then of other bytes than the stored ones. */
const WIDENED = ["float16"];

/** Of numbers little-endian, of text joined by newlines; box by box. */
async function checksumOf(variable: ArrayVariable, { context }: OpenedHdf5): Promise<string> {
  const hash = createHash("sha256");
  let started = false;
  for (const box of rowBoxes(wholeBox(variable.shape), variable.chunks, Math.max(1, variable.dtype.size), 16 << 20)) {
    const values = await readBox(variable, box, context);
    if (ArrayBuffer.isView(values)) hash.update(bytesOf(values as TypedArray));
    else
      for (const text of values) {
        hash.update(started ? `\n${String(text)}` : String(text), "utf8");
        started = true;
      }
  }
  return hash.digest("hex");
}

const files = [...hdf5Files()];

if (!present) test.skip("no shared data beside the checkout: nothing is compared", () => undefined);

const compare = (name: string, reference: Reference): void => {
  test("values are those of netCDF4-python and h5py", async () => {
    const file = await openHdf5(join(shared, "data", name));
    let compared = 0;
    for (const [path, { raw_sha256, sha256, vlen }] of Object.entries({ ...reference.h5, ...reference.variables })) {
      const variable = file.dataset.variables.find((v) => v.path === path);
      if (!variable || variable.empty || WIDENED.includes(variable.dtype.name)) continue;
      expect([path, variable.error, variable.unsupported]).toEqual([path, undefined, undefined]);
      if (variable.dtype.name === "vlen" && vlen) {
        const rows = (await file.read(path)) as readonly unknown[][];
        expect([path, rows.length, rows.flat().length]).toEqual([path, vlen.rows, vlen.total]);
        compared++;
      } else if (STRUCTURED.includes(variable.dtype.name)) await file.read(path);
      else if (raw_sha256 ?? sha256) {
        expect([path, await checksumOf(variable, file)]).toEqual([path, raw_sha256 ?? sha256]);
        compared++;
      }
    }
    expect(compared).toBeLessThanOrEqual(file.dataset.variables.length);
    await file.close();
  });
};

for (const [name, reference] of files) describe(name, () => compare(name, reference));

const hostile = present
  ? ["HDFGroup__cve_hdf5", "derived_malformed"].flatMap((folder) =>
      readdirSync(join(shared, "data", folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(h5|hdf5|nc)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name)),
    )
  : [];

describe("files made to break readers", () => {
  if (hostile.length === 0) test.skip("none beside the checkout", () => undefined);
  const survive = async (path: string): Promise<void> => {
    const begin = readFileSync(path).indexOf(Buffer.from("\x89HDF\r\n\x1a\n", "latin1"));
    if (begin < 0) return;
    // The process has run other tests before.
    const { rss } = process.memoryUsage();
    const damaged = (error: unknown) =>
      expect(isGraticuleError(error) && ["malformed", "truncated", "checksum", "unsupported"].includes(error.tag)).toBe(true);
    const file = await openHdf5(path).catch(damaged);
    if (!file) return;
    for (const { path: variable, unsupported, shape } of file.dataset.variables) {
      const box = shape.map((n) => ({ start: 0, stop: Math.min(n, 100) }));
      if (unsupported === undefined) await file.read(variable, box).catch(damaged);
    }
    await file.close();
    expect(process.memoryUsage().rss - rss).toBeLessThan(1 << 29);
  };
  for (const path of hostile) test(relative(shared, path), () => survive(path));
});
