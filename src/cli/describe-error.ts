import { exitCodeOf, type GraticuleError } from "../errors.js";

export interface ErrorReport {
  /** For stderr, with a newline at its end. */
  readonly text: string;
  readonly exitCode: number;
}

export interface ReportContext {
  readonly argv: readonly string[];
  readonly version?: string;
}

/**
 * An error for a person: what, where, what to do. A bug of ours (`internal`) becomes a report that can be sent: versions,
 * platform, command line and stack.
 */
export function describeError(error: GraticuleError, context: ReportContext): ErrorReport {
  const exitCode = exitCodeOf(error);
  return { text: exitCode === 1 ? bugReport(error, context) : explain(error), exitCode };
}

function explain(error: GraticuleError): string {
  const where = [
    ["file", error.file],
    ["variable", error.variable],
    ["offset", error.offset],
    ["hint", error.hint],
  ].filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  const lines = where.map(([name, value]) => `  ${`${name}:`.padEnd(10)}${String(value)}`);
  return `${[`Error (${error.tag}): ${error.message}`, ...lines].join("\n")}\n`;
}

function bugReport(error: GraticuleError, context: ReportContext): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return [
    "This is a bug in graticule, not in your input. Please report it with the lines below; they hold no data.",
    "--- report",
    `message:   ${error.message}`,
    ...(error.file === undefined ? [] : [`file:      ${error.file}`]),
    ...(error.variable === undefined ? [] : [`variable:  ${error.variable}`]),
    ...(error.offset === undefined ? [] : [`offset:    ${error.offset}`]),
    `command:   graticule ${context.argv.map(quoted).join(" ")}`,
    `graticule: ${context.version ?? "unknown"}`,
    `node:      ${process.version} ${process.platform} ${process.arch}`,
    "stack:",
    cause.stack ?? String(cause),
    "--- end of report",
    "",
  ].join("\n");
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
