import { asGraticuleError, GraticuleError, isGraticuleError } from "../errors.js";

/** What oclif and its parser throw: an exit code beside the message, and for parse errors the input that was parsed. */
interface OclifError extends Error {
  readonly oclif?: { readonly exit?: number | false };
  readonly parse?: { readonly input?: { readonly argv?: readonly string[] } };
  readonly suggestions?: readonly string[];
  readonly showHelp?: boolean;
}

/**
 * Any thrown thing as one of the family. Errors of oclif's parser, and its "command not found", are `usage` (exit code 2);
 * oclif marks both with its own exit code, which bugs do not carry.
 */
export function asUsageError(error: unknown, commandId?: string): GraticuleError {
  if (isGraticuleError(error)) return asGraticuleError(error);
  if (!isOclifError(error)) return asGraticuleError(error);
  const unknown = /^command (.+) not found$/.exec(error.message);
  if (unknown)
    return new GraticuleError("usage", `there is no command "${(unknown[1] as string).replaceAll(":", " ")}"`, {
      hint: "`graticule --help` lists the commands",
      cause: error,
    });
  const [first = error.message, ...rest] = error.message.trim().split("\n");
  const message = [first, ...rest.filter((line) => !line.startsWith("See more help with"))].join("\n").trim();
  const name = commandId ? `graticule ${commandId.replaceAll(":", " ")} --help` : "graticule --help";
  return new GraticuleError("usage", message, {
    hint: error.suggestions?.[0] ?? `\`${name}\` shows what the command takes`,
    cause: error,
  });
}

function isOclifError(error: unknown): error is OclifError {
  return error instanceof Error && "oclif" in error;
}
