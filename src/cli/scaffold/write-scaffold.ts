import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { GraticuleError } from "../../errors.js";
import { PLUGIN_API_VERSION } from "../../format/contract.js";
import { makeFolder } from "../../store/output/atomic.js";
import { namesOf, type PluginNames } from "./names.js";
import { packageFiles } from "./package-files.js";
import { readmeFile } from "./readme-file.js";
import { sourceFiles } from "./source-files.js";
import { testFiles } from "./test-files.js";

export interface ScaffoldDocument {
  readonly name: string;
  readonly format: string;
  readonly directory: string;
  /** Relative to the directory. */
  readonly files: readonly string[];
}

/**
 * Writes a new format plugin: it builds, its tests pass, and `graticule plugins link` takes it as it is.
 * @param own the graticule that runs
 * @param directory default: the package's name, in the current folder
 * @throws `conflict` where the directory holds something, `usage` for an impossible name
 */
export function writeScaffold(
  name: string,
  own: { readonly version: string; readonly root: string },
  directory?: string,
): ScaffoldDocument {
  const names = namesOf(name, own.version, resolve(own.root), PLUGIN_API_VERSION);
  const target = resolve(directory ?? names.packageName);
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new GraticuleError("conflict", "the directory holds something already", {
      file: target,
      hint: "choose another with --dir",
    });
  const files = scaffoldFiles(names);
  for (const [path, content] of Object.entries(files)) {
    makeFolder(dirname(join(target, path)));
    writeFileSync(join(target, path), content, { flag: "wx" });
  }
  return { name: names.packageName, format: names.id, directory: target, files: Object.keys(files) };
}

/** Path to content. */
function scaffoldFiles(names: PluginNames): Record<string, string> {
  return { ...packageFiles(names), ...sourceFiles(names), ...testFiles(names), "README.md": readmeFile(names) };
}
