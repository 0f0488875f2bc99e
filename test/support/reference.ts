/**
 * The pages of docs/reference that are made from the program itself: `npm run docs` writes them, a test compares them.
 * Their sources are the manifest of the commands, which the build writes, and the manifests of the installed plugins.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { listCodecs } from "../../dist/src/codec/catalogue.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

interface Flag {
  readonly name: string;
  readonly char?: string;
  readonly type: "boolean" | "option";
  readonly description?: string;
  readonly summary?: string;
  readonly helpValue?: string;
  readonly options?: readonly string[];
  readonly default?: unknown;
  readonly hidden?: boolean;
  readonly required?: boolean;
  readonly multiple?: boolean;
}
interface Argument {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
}
interface Command {
  readonly id: string;
  readonly summary?: string;
  readonly description?: string;
  readonly examples?: readonly (string | { description: string; command: string })[];
  readonly args: Readonly<Record<string, Argument>>;
  readonly flags: Readonly<Record<string, Flag>>;
  readonly hidden?: boolean;
  readonly strict?: boolean;
}

export function readCommands(): readonly Command[] {
  const manifest = JSON.parse(readFileSync(join(root, "oclif.manifest.json"), "utf8")) as { commands: Record<string, Command> };
  return Object.values(manifest.commands)
    .filter((command) => !command.hidden)
    .sort((a, b) => a.id.localeCompare(b.id));
}

export function commandsPage(): string {
  const parts = ["# Commands", "", "Generated from the program by `npm run docs`. Every command takes `--json` and `--help`."];
  for (const command of readCommands()) parts.push("", ...commandSection(command));
  return `${parts.join("\n")}\n`;
}

function commandSection(command: Command): string[] {
  const name = `graticule ${command.id.replaceAll(":", " ")}`;
  const args = Object.values(command.args).map(
    (arg) => (arg.required ? `<${arg.name}>` : `[${arg.name}]`) + (command.strict === false ? "…" : ""),
  );
  const lines = [`## ${name}`, "", command.summary ?? "", ""];
  if (command.description) lines.push(command.description, "");
  lines.push("```", [name, ...args, "[flags]"].join(" "), "```", "");
  const flags = Object.values(command.flags).filter((flag) => !flag.hidden);
  for (const arg of Object.values(command.args)) lines.push(`- \`${arg.name}\`: ${arg.description ?? ""}`);
  if (Object.keys(command.args).length) lines.push("");
  if (flags.length) lines.push("| flag | |", "|---|---|");
  for (const flag of flags.sort((a, b) => a.name.localeCompare(b.name)))
    lines.push(`| \`${flagUsage(flag)}\` | ${flagText(flag)} |`);
  for (const example of command.examples ?? []) {
    const text = typeof example === "string" ? example : example.command;
    lines.push("", "```sh", text.replaceAll("<%= config.bin %>", "graticule"), "```");
  }
  return lines;
}

function flagUsage(flag: Flag): string {
  const short = flag.char ? `-${flag.char}, ` : "";
  const value = flag.type === "option" ? ` ${flag.options ? flag.options.join("\\|") : (flag.helpValue ?? "VALUE")}` : "";
  return `${short}--${flag.name}${value}`;
}

function flagText(flag: Flag): string {
  const text = (flag.summary ?? flag.description ?? "").replaceAll("|", "\\|").replaceAll("\n", " ");
  const notes = [
    flag.required ? "required" : "",
    flag.default !== undefined && flag.default !== false ? `default ${String(flag.default)}` : "",
  ];
  const note = notes.filter(Boolean).join(", ");
  return note ? `${text} (${note})` : text;
}

interface Claim {
  readonly id: string;
  readonly title: string;
  readonly extensions: readonly string[];
  readonly capabilities: readonly (string | { readonly what: string })[];
}

export function formatsPage(): string {
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  const lines = [
    "# Formats",
    "",
    "Generated from the plugins' manifests by `npm run docs`; each capability is backed by a test.",
    "",
  ];
  for (const name of Object.keys(own.dependencies)) {
    const manifest = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as {
      graticule?: { formats: readonly Claim[] };
    };
    for (const claim of manifest.graticule?.formats ?? []) {
      lines.push(
        `## ${claim.title}`,
        "",
        `Plugin \`${name}\`; files usually end in ${claim.extensions.map((e) => `\`${e}\``).join(", ")}.`,
        "",
      );
      lines.push(...claim.capabilities.map((one) => `- ${typeof one === "string" ? one : one.what}`), "");
    }
  }
  lines.push(
    "## Codecs",
    "",
    "What chunks of HDF5 and Zarr may be coded with.",
    "",
    "| codec | | HDF5 filter | Zarr codec |",
    "|---|---|---|---|",
  );
  for (const { id, what, hdf5, zarr } of listCodecs()) lines.push(`| \`${id}\` | ${what} | ${hdf5 ?? ""} | ${zarr ?? ""} |`);
  return `${lines.join("\n").trimEnd()}\n`;
}

export const PAGES: Readonly<Record<string, () => string>> = {
  "docs/reference/commands.md": commandsPage,
  "docs/reference/formats.md": formatsPage,
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [path, page] of Object.entries(PAGES)) writeFileSync(join(root, path), page());
