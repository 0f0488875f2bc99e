import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import type { Capability, PluginManifest } from "../../src/format/contract.js";
import { openDataset } from "../../src/format/open-dataset.js";
import { readBox } from "../../src/format/read-box.js";
import { readContext } from "../../src/format/read-context.js";
import { formatRegistry } from "../../src/format/registry.js";
import { sizeOf, wholeBox } from "../../src/schema/box.js";

jest.setTimeout(60_000);

const root = join(import.meta.dirname, "../..");
/** More values than this are no tiny sample's. */
const MOST_VALUES = 1 << 20;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly graticule: PluginManifest;
}

const packages = readdirSync(join(root, "plugins")).map((name) => join(root, "plugins", name));

describe.each(packages)("what %s says that it reads", (folder) => {
  const { name, version, graticule: manifest } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package;
  const plugin = { name, version, root: folder, origin: "dependency" as const, manifest };
  const lines = manifest.formats.flatMap(({ capabilities }) => capabilities);

  test("is backed, line by line", () => {
    expect(lines.filter((line) => typeof line === "string" || line.shown.length === 0)).toEqual([]);
    expect(new Set(lines.map((line) => (typeof line === "string" ? line : line.what))).size).toBe(lines.length);
  });

  const shown = new Set(lines.flatMap((line) => (typeof line === "string" ? [] : (line as Capability).shown)));
  const tests = [...shown].filter((path) => path.endsWith(".test.ts"));

  test("by tests that exist", () => {
    expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test.each([...shown].filter((path) => !path.endsWith(".test.ts")))("by %s, which it reads without error", async (sample) => {
    const context = readContext({ parallel: false });
    try {
      const registry = formatRegistry({ plugins: [plugin], warnings: [] });
      const dataset = await openDataset(join(root, "sample-data", sample), { context, registry });
      try {
        expect({ registry: registry.warnings, error: dataset.error }).toEqual({ registry: [], error: undefined });
        expect(dataset.variables.length).toBeGreaterThan(0);
        for (const variable of dataset.variables) {
          expect([variable.path, variable.error, variable.unsupported]).toEqual([variable.path, undefined, undefined]);
          if (sizeOf(variable.shape) <= MOST_VALUES) await readBox(variable, wholeBox(variable.shape), context);
        }
      } finally {
        await dataset.close();
      }
    } finally {
      await context.close();
    }
  });
});
