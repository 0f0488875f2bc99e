import type { ErrorDetails, ErrorTag, TaggedError } from "graticule/plugin";

/** An error of graticule's family, recognised by its tag. */
export class ZarrError extends Error {
  readonly tag: ErrorTag;
  readonly file?: string;
  readonly variable?: string;
  readonly offset?: number;
  readonly hint?: string;

  constructor(tag: ErrorTag, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "ZarrError";
    this.tag = tag;
    if (details.file !== undefined) this.file = details.file;
    if (details.variable !== undefined) this.variable = details.variable;
    if (details.offset !== undefined) this.offset = details.offset;
    if (details.hint !== undefined) this.hint = details.hint;
  }
}

/** Whether something thrown is of the family, whoever made it. */
export function isTagged(error: unknown, ...tags: ErrorTag[]): error is TaggedError & Error {
  const tag = error instanceof Error && "tag" in error ? error.tag : undefined;
  return typeof tag === "string" && (tags.length === 0 || (tags as string[]).includes(tag));
}
