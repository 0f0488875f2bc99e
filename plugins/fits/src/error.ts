import type { ErrorDetails, ErrorJSON, ErrorTag } from "graticule/plugin";

/** An error of graticule's family, recognised by its tag. */
export class FitsError extends Error {
  readonly tag: ErrorTag;
  readonly file?: string;
  readonly variable?: string;
  readonly offset?: number;
  readonly hint?: string;

  constructor(tag: ErrorTag, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "FitsError";
    this.tag = tag;
    if (details.file !== undefined) this.file = details.file;
    if (details.variable !== undefined) this.variable = details.variable;
    if (details.offset !== undefined) this.offset = details.offset;
    if (details.hint !== undefined) this.hint = details.hint;
  }

  static fromJSON(json: ErrorJSON): FitsError {
    return new FitsError(json.code, json.message, json);
  }

  toJSON(): ErrorJSON {
    return {
      code: this.tag,
      message: this.message,
      ...(this.file !== undefined && { file: this.file }),
      ...(this.variable !== undefined && { variable: this.variable }),
      ...(this.offset !== undefined && { offset: this.offset }),
      ...(this.hint !== undefined && { hint: this.hint }),
    };
  }
}

export const CUT_SHORT = "the file is cut short: fetch it again, or compare its size with the source's";
