import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PluginManifest } from "../../../src/format/contract.js";
import { describeFormatContract, type FormatFixture } from "../../../test/contract/format-contract.js";
import plugin from "../src/index.js";

const folder = join(import.meta.dirname, "../../../sample-data/zarr-contract");
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as { graticule: PluginManifest };

/** Objects that mark a folder as a store, the first that is there. */
const MARKERS = manifest.graticule.formats[0]?.markers ?? [];

describeFormatContract({
  name: "Zarr",
  plugin,
  manifest: manifest.graticule,
  fixtures: readdirSync(folder)
    .filter((name) => !/\.zarr$|\.json\.json$/.test(name) && name.endsWith(".json"))
    .map(fixtureOf),
  // A local header of the zip file before each chunk.
  indexBytes: 30,
  flips: 80,
  cuts: 60,
});

/** A zip file or reference file itself, or the object that marks a folder. */
function fixtureOf(expectedName: string): FormatFixture {
  const name = expectedName.slice(0, -".json".length);
  const expected = join(folder, expectedName);
  if (!name.endsWith(".zarr")) return { file: join(folder, name), expected };
  const names = readdirSync(join(folder, name));
  return { file: join(folder, name, MARKERS.find((marker) => names.includes(marker)) ?? ""), expected };
}
