import type { ErrorDetails, ErrorJSON, ErrorTag, TaggedError } from "graticule/plugin";

/** An error of graticule's family, recognised by its tag. */
export class Hdf5Error extends Error {
  readonly tag: ErrorTag;
  readonly file?: string;
  readonly variable?: string;
  readonly offset?: number;
  readonly hint?: string;

  constructor(tag: ErrorTag, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "Hdf5Error";
    this.tag = tag;
    if (details.file !== undefined) this.file = details.file;
    if (details.variable !== undefined) this.variable = details.variable;
    if (details.offset !== undefined) this.offset = details.offset;
    if (details.hint !== undefined) this.hint = details.hint;
  }

  static fromJSON(json: ErrorJSON): Hdf5Error {
    return new Hdf5Error(json.code, json.message, json);
  }
}

/** @param offset where in the file, in bytes from its beginning */
export function malformed(message: string, offset?: number): Hdf5Error {
  return new Hdf5Error("malformed", message, offset === undefined ? {} : { offset });
}

export function unsupported(message: string, offset?: number): Hdf5Error {
  return new Hdf5Error("unsupported", message, offset === undefined ? {} : { offset });
}

/** Errors that say something of the file's content, so that the rest of the file can still be read. */
export function isDamage(error: unknown): error is TaggedError {
  const tag = (error as { tag?: unknown } | null)?.tag;
  return tag === "malformed" || tag === "truncated" || tag === "checksum" || tag === "unsupported";
}

export function errorJSON(error: TaggedError, where: { file?: string; variable?: string }): ErrorJSON {
  const file = error.file ?? where.file;
  const variable = error.variable ?? where.variable;
  return {
    code: error.tag,
    message: error.message,
    ...(file !== undefined && { file }),
    ...(variable !== undefined && { variable }),
    ...(error.offset !== undefined && { offset: error.offset }),
    ...(error.hint !== undefined && { hint: error.hint }),
  };
}
