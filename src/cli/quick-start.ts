import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Config } from "@oclif/core/config";
import { defaultDataDir } from "../format/discover.js";
import type { BaseCommand } from "./base-command.js";

/** What of oclif.manifest.json matters here. */
interface CommandEntry {
  readonly isESM?: boolean;
  readonly relativePath?: readonly string[];
  readonly needsPlugins?: boolean;
}

type OwnCommand = new (argv: string[], config: Config) => BaseCommand;

/**
 * Starts a command of this package without oclif's round of all plugins, which costs more than the work on a small file. The
 * build's manifest says where the command is and that it needs none of them.
 * @returns null where oclif must take over: help, topics, commands of plugins, no manifest
 */
export async function quickStart(argv: readonly string[], root: string): Promise<(() => Promise<void>) | null> {
  const [id = "", ...rest] = argv;
  const entry = entryOf(id, root);
  if (!entry?.relativePath || entry.needsPlugins !== false || asksForHelp(rest)) return null;
  const module: { default?: unknown } = await import(pathToFileURL(join(root, ...entry.relativePath)).href);
  const command = module.default as OwnCommand & { id?: string };
  command.id = id;
  return async () => new command(rest, smallConfig(root)).start();
}

function entryOf(id: string, root: string): CommandEntry | undefined {
  if (!/^[a-z][a-z-]*$/.test(id)) return undefined;
  try {
    const manifest = JSON.parse(readFileSync(join(root, "oclif.manifest.json"), "utf8")) as {
      commands: Record<string, CommandEntry>;
    };
    return Object.hasOwn(manifest.commands, id) ? manifest.commands[id] : undefined;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).includes("--help");
}

/** oclif's configuration, filled in as far as a command looks at it: no plugins, no hooks. */
function smallConfig(root: string): Config {
  const pjson = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const config = new Config({ root });
  return Object.assign(config, {
    root,
    pjson,
    name: pjson.name,
    version: pjson.version,
    bin: pjson.oclif.bin,
    dirname: pjson.oclif.dirname,
    topicSeparator: pjson.oclif.topicSeparator,
    dataDir: defaultDataDir(),
    userAgent: `${pjson.name}/${pjson.version} ${process.platform}-${process.arch} node-${process.version}`,
    valid: true,
    runHook: async () => ({ successes: [], failures: [] }),
  });
}
