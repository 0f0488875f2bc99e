import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Plugin } from "@oclif/core/config";
import { ownRoot } from "../format/discover.js";

/**
 * Writes oclif.manifest.json beside package.json, so that a start reads one file in place of every command. Part of the build:
 * `node dist/src/cli/write-manifest.js`.
 */
const root = ownRoot();
const plugin = new Plugin({
  root,
  type: "core",
  isRoot: true,
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
});
await plugin.load();
writeFileSync(join(root, "oclif.manifest.json"), `${JSON.stringify(plugin.manifest, null, 2)}\n`);
