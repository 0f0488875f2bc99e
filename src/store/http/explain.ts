import type { IncomingMessage } from "node:http";
import { asGraticuleError, type ErrorDetails, type ErrorTag, GraticuleError } from "../../errors.js";
import { retryAfter, Transient } from "./retry.js";

/** Codes of connections that broke, or were not made: trying again can help. */
const BROKEN = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "UND_ERR_SOCKET",
  "ERR_STREAM_PREMATURE_CLOSE",
]);
const UNREACHED = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN", "ETIMEDOUT"]);

/** What a failed connection means: {@link Transient}, or an error for good. @param host for messages */
export function connectionError(error: unknown, host: string, where: ErrorDetails): Error {
  const name = (error as { name?: unknown } | null)?.name;
  if (name === "AbortError" || error instanceof Transient) return error as Error;
  const code = codeOf(error);
  const text = error instanceof Error && error.message !== "" ? error.message : code;
  const make = (tag: ErrorTag, message: string, hint?: string): GraticuleError =>
    new GraticuleError(tag, message, { ...where, ...(hint !== undefined && { hint }), cause: error });
  if (code === "ENOTFOUND") return make("not-found", `there is no host ${host}`, "look at the address, and at the network");
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/.test(code))
    return make(
      "permission",
      `${host} shows a certificate that is not trusted: ${text}`,
      "NODE_EXTRA_CA_CERTS names further authorities",
    );
  if (code === "EPROTO" || code.startsWith("ERR_SSL"))
    return make("unsupported", `${host} does not speak TLS as expected: ${text}`, "http:// and https:// may be confused");
  if (code.startsWith("HPE_")) return make("malformed", `what ${host} answers is not HTTP: ${text}`);
  if (!BROKEN.has(code)) return asGraticuleError(error, where);
  const unreached = UNREACHED.has(code);
  const said = code === "ECONNREFUSED" ? `${host} refuses the connection` : `the connection to ${host} failed: ${text || code}`;
  return new Transient(make("temporary", said, "try again; the service may be down or the address wrong"), undefined, unreached);
}

/** Of the attempts at several addresses of one host, the first one's. */
function codeOf(error: unknown): string {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : "";
}

/** There is a server, and on it no such object. */
export class AbsentObject extends GraticuleError {
  constructor(message: string, where: ErrorDetails) {
    super("not-found", message, { hint: "look at the address", ...where });
  }
}

/** Of an answer that is no success. @param detail the name that the body gives it, or nothing */
export function statusError({ statusCode: status = 0, headers }: IncomingMessage, detail: string, where: ErrorDetails): Error {
  const said = detail === "" ? `the server answers ${status}` : `the server answers ${status} (${detail})`;
  const make = (tag: ErrorTag, hint: string): GraticuleError => new GraticuleError(tag, said, { ...where, hint });
  switch (status) {
    case 401:
    case 403:
    case 407:
      return make("permission", "it wants credentials, or others than these");
    case 404:
    case 410:
      return new AbsentObject(said, where);
    case 412:
    case 416:
      return new GraticuleError("changed", `${said}: the object is no longer the one that was opened`, where);
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return new Transient(make("temporary", "the service is overloaded or down: try later"), retryAfter(headers["retry-after"]));
    default:
      return make("unsupported", "a GET of a byte range was asked for");
  }
}
