import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PluginManifest } from "../../../src/format/contract.js";
import { describeFormatContract } from "../../../test/contract/format-contract.js";
import plugin from "../src/index.js";

const folder = join(import.meta.dirname, "../../../sample-data/fits-contract");
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as { graticule: PluginManifest };

describeFormatContract({
  name: "FITS",
  plugin,
  manifest: manifest.graticule,
  fixtures: readdirSync(folder)
    .filter((file) => file.endsWith(".fits"))
    .map((file) => ({ file: join(folder, file), expected: join(folder, `${file}.json`) })),
  // Fields of text hold a number in more characters than its bytes, bits are read by the row.
  indexBytes: 64,
  flips: 60,
  cuts: 60,
});
