import type { ErrorJSON } from "../errors.js";
import { describeError } from "./describe-error.js";
import { asUsageError } from "./oclif-errors.js";

export { interrupt } from "./interruption.js";

/**
 * Runs one command line to its end. Commands answer for their own errors (see `BaseCommand`); what arrives here was thrown
 * before a command of ours ran (no such command), or by a command of an oclif plugin. Sets the exit code, never exits.
 */
export async function main(argv: string[], root: string): Promise<void> {
  try {
    const { quickStart } = await import("./quick-start.js");
    const start = await quickStart(argv, root);
    if (start) return await start();
    const { run } = await import("@oclif/core/run");
    await run(argv, { root });
  } catch (error) {
    await report(error, argv, root);
  }
}

async function report(error: unknown, argv: readonly string[], root: string): Promise<void> {
  const oclif = (error as { oclif?: { exit?: number } } | null)?.oclif;
  if ((error as { code?: string } | null)?.code === "EEXIT") {
    process.exitCode = oclif?.exit ?? 0;
    return;
  }
  const own = await asUsageError(error, { commands: () => allCommands(root) });
  const { text, exitCode } = describeError(own, { argv });
  process.exitCode = exitCode;
  if (asksForJson(argv)) {
    const document: { error: ErrorJSON } = { error: own.toJSON() };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    if (exitCode !== 1) return;
  }
  process.stderr.write(text);
}

/** Of all plugins, as they are typed. */
async function allCommands(root: string): Promise<string[]> {
  const { Config } = await import("@oclif/core/config");
  const { commands } = await Config.load({ root });
  return commands.filter((command) => !command.hidden).map(({ id }) => id.replaceAll(":", " "));
}

/** `--json` before any `--`. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).includes("--json");
}
