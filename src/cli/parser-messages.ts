import { nearNames } from "../expr/near-names.js";

/** The command that was asked for, with what it takes. */
export interface ParsedCommand {
  /** As it is typed. */
  readonly words: string;
  readonly flags: Readonly<Record<string, { readonly description?: string | undefined; readonly helpValue?: unknown }>>;
}

interface ParserError extends Error {
  readonly args?: readonly { readonly name: string; readonly description?: string }[];
  readonly flags?: readonly string[];
}

interface Said {
  readonly message: string;
  readonly hint?: string;
}

type Rewrite = (match: RegExpExecArray, command: ParsedCommand | undefined) => string | Said;

/** What oclif's parser says, and how it is said here. Lines that none of them fits are left as they are. */
const REWRITES: readonly (readonly [RegExp, Rewrite])[] = [
  [/^Missing required flag (.+)$/, ([, name = ""], command) => `--${named(name, command)} is missing${described(name, command)}`],
  [
    /^Flag --(\S+) expects a value$/,
    ([, name = ""], command) => `--${named(name, command)} needs its value${described(name, command)}`,
  ],
  [/^Flag --(\S+) can only be specified once$/, ([, name]) => `--${name} stands twice`],
  [
    /^--(\S+?)=.* cannot also be provided when using --(\S+)$/,
    ([, a = "", b = ""]) => `${[a, b].sort().map(dashed).join(" and ")} exclude each other`,
  ],
  [
    /^Expected --(\S+?)=(.*) to be one of: (.*)$/s,
    ([, name, value = "", choices = ""]) => oneOf(`--${name} takes`, value, choices),
  ],
  [/^Expected (.*) to be one of: (.*)$/s, ([, value = "", choices = ""]) => oneOf("the argument is", value, choices)],
  [
    /^Parsing --(\S+)\s+Expected an integer(?: greater than or equal to (\S+))? but received: (.*)$/s,
    ([, name, least, value]) => `--${name} takes a whole number${least === undefined ? "" : ` from ${least}`}; this is "${value}"`,
  ],
  [/^Unexpected arguments?: (.*)$/s, ([, values]) => `nothing is done with the argument ${values}`],
];

/** A parser's error in our words. */
export function parserMessage(error: Error, command?: ParsedCommand): Said {
  const { args, flags } = error as ParserError;
  if (flags && /^Nonexistent flag/.test(error.message)) return unknownFlags(flags, command);
  if (args && /^Missing \d+ required arg/.test(error.message))
    return {
      message: args.map(({ name, description }) => `<${name}> is missing${description ? `: ${description}` : ""}`).join("; "),
    };
  const text = error.message.replace(/\nSee more help with --help$/, "").replace(/^The following errors? occurred:\n/, "");
  const lines = text.startsWith("Parsing ") ? [text] : text.split("\n").map((line) => line.trim());
  const said = lines.map((line) => rewritten(line, command));
  const messages = [...new Set(said.map(({ message }) => message))].filter((message) => message !== "");
  const hint = said.find((one) => one.hint !== undefined)?.hint;
  return { message: messages.join("; "), ...(hint !== undefined && { hint }) };
}

function rewritten(line: string, command: ParsedCommand | undefined): Said {
  for (const [pattern, rewrite] of REWRITES) {
    const match = pattern.exec(line);
    if (!match) continue;
    const said = rewrite(match, command);
    return typeof said === "string" ? { message: said } : said;
  }
  return { message: line };
}

function unknownFlags(flags: readonly string[], command: ParsedCommand | undefined): Said {
  const known = Object.keys(command?.flags ?? {}).concat("json", "help");
  const near = flags.flatMap((flag) => nearNames(flag.replace(/^-+/, ""), known));
  return {
    message: flags.length === 1 ? `there is no flag ${flags[0]}` : `there are no flags ${flags.join(", ")}`,
    ...(near.length > 0 && { hint: `do you mean ${[...new Set(near)].map(dashed).join(" or ")}?` }),
  };
}

function oneOf(what: string, value: string, choices: string): Said {
  const known = choices.split(", ");
  const near = nearNames(value, known);
  return {
    message: `${what} ${known.slice(0, -1).join(", ")} or ${known.at(-1)}; this is "${value}"`,
    ...(near.length > 0 && { hint: `do you mean ${near.join(" or ")}?` }),
  };
}

/** With what its value is called: `out DEST`. */
function named(name: string, command: ParsedCommand | undefined): string {
  const helpValue = command?.flags[name]?.helpValue;
  return typeof helpValue === "string" ? `${name} ${helpValue}` : name;
}

function described(name: string, command: ParsedCommand | undefined): string {
  const description = command?.flags[name]?.description;
  return description === undefined ? "" : `: ${description}`;
}

function dashed(name: string): string {
  return `--${name}`;
}
