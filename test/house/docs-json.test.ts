import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { documentOf, graticule } from "../cli/run-graticule.js";
import { readPage } from "./docs-blocks.js";

/** Below these the keys are names of the file's own. */
const OWN_NAMES = new Set(["attributes", "dimensions", "variables", "group_attributes", "enum", "fields"]);

function fieldsOf(value: unknown, own = false): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const isLeaf = own && (typeof inner !== "object" || inner === null);
    return isLeaf ? [] : [...(own ? [] : [key]), ...fieldsOf(inner, OWN_NAMES.has(key) && !own)];
  });
}

function undescribed(document: unknown): string[] {
  const page = readPage("docs/explanation/json.md");
  return [...new Set(fieldsOf(document))].filter((field) => !page.includes(`"${field}"`) && !page.includes(`\`${field}\``));
}

const out = join(tmpdir(), `graticule-docs-json-${process.pid}`);
afterAll(() => {
  for (const path of [out, `${out}.graticule`]) rmSync(path, { recursive: true, force: true });
});

test.each([
  "command-line/weather.nc",
  "command-line/cut.nc",
  "merg/merg_2006091103_4km-pixel.nc",
  "cf-packed.nc",
  "cf-calendars.nc",
  "hdf5-netcdf4.nc",
  "hdf5-types.h5",
  "hdf5-values.h5",
  "hdf5-links.h5",
])("docs/explanation/json.md describes every field that inspect prints of %s", async (file) => {
  const done = await graticule(["inspect", `sample-data/${file}`, "--stats", "--checksum", "--json"]);
  expect(undescribed(documentOf(done))).toEqual([]);
});

test("docs/explanation/json.md describes every field that convert, resume, verify and gc print", async () => {
  for (const args of [
    ["convert", "sample-data/merg", "--out", out, "--dry-run"],
    ["convert", "sample-data/merg", "--out", out],
    ["resume", out],
    ["verify", out, "--source"],
    ["gc", out, "--dry-run"],
  ])
    expect(undescribed(documentOf(await graticule([...args, "--json"])))).toEqual([]);
});
