import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PluginManifest } from "../../../src/format/contract.js";
import { describeFormatContract } from "../../../test/contract/format-contract.js";
import plugin from "../src/index.js";

const folder = join(import.meta.dirname, "../../../sample-data/hdf5-contract");
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as { graticule: PluginManifest };

describeFormatContract({
  name: "HDF5",
  plugin,
  manifest: manifest.graticule,
  // Metadata comes in blocks of 64 KiB; these files are smaller than one.
  indexBytes: 1 << 16,
  fixtures: readdirSync(folder)
    .filter((file) => file.endsWith(".nc"))
    .map((file) => ({ file: join(folder, file), expected: join(folder, `${file}.json`) })),
});
