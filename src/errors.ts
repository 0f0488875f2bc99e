/**
 * The one family of errors. Recognise an error by its tag, never by `instanceof`: errors cross worker and
 * process boundaries as plain data and come back through {@link GraticuleError.fromJSON}, and plugins throw
 * any Error that carries a `tag` (and `file`, `variable`, `offset`, `hint` where known).
 */

/** What kind of trouble; each maps to one exit code (see {@link exitCodeOf}). */
export type ErrorTag =
  | "usage" // the request makes no sense: unknown column, contradictory flags
  | "malformed" // the input is not what it claims
  | "truncated" // bytes that the input declares are absent
  | "unknown-format" // nothing installed reads this content
  | "checksum" // stored and computed checksum differ
  | "unsupported" // legal, but no decoder here: named
  | "not-found"
  | "permission"
  | "conflict" // the output exists, or another writer owns it
  | "changed" // an input changed between plan and read
  | "temporary" // trying again can help
  | "interrupted"
  | "worker-died"
  | "internal"; // a bug of ours

const EXIT_CODES: Record<ErrorTag, number> = {
  usage: 2,
  malformed: 3,
  truncated: 3,
  "unknown-format": 3,
  checksum: 3,
  unsupported: 4,
  "not-found": 5,
  permission: 5,
  conflict: 6,
  changed: 75,
  temporary: 75,
  interrupted: 130,
  "worker-died": 75,
  internal: 1,
};

/** Where it happened and what to do. All optional; every one given is printed. */
export interface ErrorDetails {
  /** Path or URL of the file. */
  readonly file?: string;
  /** Full path of the variable inside the file. */
  readonly variable?: string;
  /** Byte offset inside the file. */
  readonly offset?: number;
  /** What the user can do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error as plain data, as `--json` prints it and as workers post it. */
export interface ErrorJSON {
  readonly code: ErrorTag;
  readonly message: string;
  readonly file?: string;
  readonly variable?: string;
  readonly offset?: number;
  readonly hint?: string;
  readonly cause?: string;
}

/** Of the family; shows no secrets of the addresses in its texts. */
export class GraticuleError extends Error {
  readonly tag: ErrorTag;
  readonly file?: string;
  readonly variable?: string;
  readonly offset?: number;
  readonly hint?: string;

  constructor(tag: ErrorTag, message: string, details: ErrorDetails = {}) {
    super(withoutSecrets(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "GraticuleError";
    this.tag = tag;
    if (details.file !== undefined) this.file = withoutSecrets(details.file);
    if (details.variable !== undefined) this.variable = details.variable;
    if (details.offset !== undefined) this.offset = details.offset;
    if (details.hint !== undefined) this.hint = withoutSecrets(details.hint);
  }

  /** The same error with the places that are still unknown filled in. */
  at(details: ErrorDetails): GraticuleError {
    return new GraticuleError(this.tag, this.message, {
      file: this.file ?? details.file,
      variable: this.variable ?? details.variable,
      offset: this.offset ?? details.offset,
      hint: this.hint ?? details.hint,
      cause: this.cause ?? details.cause,
    } as ErrorDetails);
  }

  toJSON(): ErrorJSON {
    return {
      code: this.tag,
      message: this.message,
      ...(this.file !== undefined && { file: this.file }),
      ...(this.variable !== undefined && { variable: this.variable }),
      ...(this.offset !== undefined && { offset: this.offset }),
      ...(this.hint !== undefined && { hint: this.hint }),
      ...(this.cause !== undefined && { cause: messageOf(this.cause) }),
    };
  }

  static fromJSON(json: ErrorJSON): GraticuleError {
    return new GraticuleError(json.code, json.message, json);
  }
}

/** What an error of the family looks like, whichever copy of this module (or plugin without one) made it. */
export interface TaggedError extends ErrorDetails {
  readonly tag: ErrorTag;
  readonly message: string;
}

/** Whether `error` is of the family, and of `tag` where one is given. */
export function isGraticuleError(error: unknown, tag?: ErrorTag): error is TaggedError {
  if (typeof error !== "object" || error === null || !("tag" in error)) return false;
  const own = (error as { tag: unknown }).tag;
  return typeof own === "string" && own in EXIT_CODES && (tag === undefined || own === tag);
}

/** Any thrown thing as one of ours; what is not ours is a bug (`internal`) and keeps its cause. */
export function asGraticuleError(error: unknown, details: ErrorDetails = {}): GraticuleError {
  if (isGraticuleError(error)) {
    const own = error instanceof GraticuleError ? error : new GraticuleError(error.tag, error.message, error);
    return own.at(details);
  }
  const code = (error as { code?: unknown } | null)?.code;
  const where = { ...details, cause: error };
  const { path } = (error ?? {}) as { path?: unknown };
  if (where.file === undefined && typeof path === "string") Object.assign(where, { file: path });
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG")
    return new GraticuleError("not-found", "there is no such file or directory", where);
  if (code === "EACCES" || code === "EPERM") return new GraticuleError("permission", "permission is denied", where);
  if (code === "EROFS") return new GraticuleError("permission", "the file system is read-only", where);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new GraticuleError("temporary", messageOf(error), { ...where, hint: "free space, then run `graticule resume`" });
  if ((error as { name?: unknown } | null)?.name === "AbortError") return new GraticuleError("interrupted", "interrupted", where);
  return new GraticuleError("internal", messageOf(error), where);
}

export function exitCodeOf(error: unknown): number {
  return isGraticuleError(error) ? EXIT_CODES[error.tag] : EXIT_CODES.internal;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const ADDRESS = /\b[a-z][a-z0-9+.-]+:\/\/[^\s"'`<>]+/gi;
/** Parameters of signed addresses, by parts of their names: those of AWS, Google, Azure and others. */
const SECRET = /sig|token|key|cred|secret|passw|auth|expires|policy/i;

/** A text whose addresses lack what would let others in: name and password, and parameters of signatures. */
export function withoutSecrets(text: string): string {
  return text.includes("://") ? text.replace(ADDRESS, openAddress) : text;
}

function openAddress(address: string): string {
  if (!/[?@]/.test(address)) return address;
  const [head = "", query] = cutAt(address, "?");
  const open = head.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
  const kept = (query ?? "").split("&").filter((pair) => pair !== "" && !SECRET.test(cutAt(pair, "=")[0] ?? ""));
  return kept.length > 0 ? `${open}?${kept.join("&")}` : open;
}

function cutAt(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
