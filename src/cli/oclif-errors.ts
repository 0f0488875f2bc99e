import { asGraticuleError, GraticuleError, isGraticuleError } from "../errors.js";
import { nearNames } from "../expr/near-names.js";
import { type ParsedCommand, parserMessage } from "./parser-messages.js";

/** What oclif and its parser throw: an exit code beside the message. */
interface OclifError extends Error {
  readonly oclif?: { readonly exit?: number | false };
}

/** What the command line was read with. */
export interface CommandLine {
  /** The command that was asked for, where there is one. */
  readonly command?: ParsedCommand;
  /** All commands, as they are typed; called only where there is no such command. */
  readonly commands?: () => Promise<readonly string[]>;
}

/**
 * Any thrown thing as one of the family. Errors of oclif's parser, and its "command not found", are `usage` (exit code 2);
 * oclif marks both with its own exit code, which bugs do not carry.
 */
export async function asUsageError(error: unknown, { command, commands }: CommandLine): Promise<GraticuleError> {
  if (isGraticuleError(error) || !isOclifError(error)) return asGraticuleError(error);
  const unknown = /^command (.+) not found\.?$/i.exec(error.message);
  if (unknown) return unknownCommand(unknown[1] as string, (await commands?.()) ?? [], error);
  const { message, hint } = parserMessage(error, command);
  const name = command ? `graticule ${command.words} --help` : "graticule --help";
  return new GraticuleError("usage", message, { hint: hint ?? `\`${name}\` shows what the command takes`, cause: error });
}

/** @param asked words joined by colons: those of the command, and what follows it */
function unknownCommand(asked: string, commands: readonly string[], cause: Error): GraticuleError {
  const [first = "", second] = asked.split(/[: ]/);
  const below = commands.filter((words) => words.startsWith(`${first} `));
  const isTopic = below.length > 0 && second !== undefined;
  const words = isTopic ? `${first} ${second}` : first;
  const near = isTopic
    ? nearNames(
        second,
        below.map((known) => known.slice(first.length + 1)),
      ).map((name) => `${first} ${name}`)
    : nearNames(first, commands);
  const help = isTopic ? `graticule ${first} --help` : "graticule --help";
  return new GraticuleError("usage", `there is no command "${words}"`, {
    hint: near.length > 0 ? `do you mean ${near.join(" or ")}? \`${help}\` lists the commands` : `\`${help}\` lists the commands`,
    cause,
  });
}

function isOclifError(error: unknown): error is OclifError {
  return error instanceof Error && "oclif" in error;
}
