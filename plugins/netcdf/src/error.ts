import type { ErrorDetails, ErrorJSON, ErrorTag } from "graticule/plugin";

/** An error of graticule's family, recognised by its tag. */
export class NetcdfError extends Error {
  readonly tag: ErrorTag;
  readonly file?: string;
  readonly variable?: string;
  readonly offset?: number;
  readonly hint?: string;

  constructor(tag: ErrorTag, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "NetcdfError";
    this.tag = tag;
    if (details.file !== undefined) this.file = details.file;
    if (details.variable !== undefined) this.variable = details.variable;
    if (details.offset !== undefined) this.offset = details.offset;
    if (details.hint !== undefined) this.hint = details.hint;
  }

  static fromJSON(json: ErrorJSON): NetcdfError {
    return new NetcdfError(json.code, json.message, json);
  }
}
