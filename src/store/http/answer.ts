import type { IncomingMessage } from "node:http";
import { type ErrorDetails, GraticuleError } from "../../errors.js";

/** What the headers of a success say. */
export interface RangeAnswer {
  /** First byte of the body in the object. */
  readonly start: number;
  /** Bytes of the body; null where it ends with the connection. */
  readonly length: number | null;
  /** Bytes of the object; null where the server does not know. */
  readonly total: number | null;
  /** ETag, else the date of the last change; null where neither is given. */
  readonly validator: string | null;
  /** The range was ignored: the body is the whole object. */
  readonly isWhole: boolean;
}

/**
 * Reads the headers of a 200, 206 or 416 (of an empty object). RFC 9110, § 14.4.
 * @throws `malformed` where Content-Range is absent, or not the range that was asked for
 */
export function readAnswer(response: IncomingMessage, asked: number, where: ErrorDetails): RangeAnswer {
  const { headers, statusCode: status } = response;
  const validator = headers.etag ?? headers["last-modified"] ?? null;
  const length = naturalOf(headers["content-length"]);
  if (status === 200) return { start: 0, length, total: length, validator, isWhole: true };
  const given = headers["content-range"] ?? "";
  const empty = /^bytes \*\/(\d+)$/i.exec(given);
  if (status === 416 && empty) return { start: 0, length: 0, total: naturalOf(empty[1]), validator, isWhole: false };
  const match = /^\s*bytes\s+(\d+)-(\d+)\/(\d+|\*)\s*$/i.exec(given);
  const [first, last] = [naturalOf(match?.[1]), naturalOf(match?.[2])];
  const total = match?.[3] === "*" ? null : naturalOf(match?.[3]);
  if (first === null || last === null || last < first || (total !== null && last >= total))
    throw wrongRange(`its Content-Range is ${given === "" ? "absent" : JSON.stringify(given)}`, asked, where);
  if (first !== asked) throw wrongRange(`it sends bytes from ${first}`, asked, where);
  const bytes = last - first + 1;
  if (length !== null && length !== bytes)
    throw wrongRange(`its Content-Range has ${bytes} bytes and its Content-Length ${length}`, asked, where);
  return { start: first, length: bytes, total, validator, isWhole: false };
}

function wrongRange(found: string, asked: number, where: ErrorDetails): GraticuleError {
  return new GraticuleError("malformed", `the server answers a request for bytes from ${asked} wrongly: ${found}`, {
    ...where,
    offset: asked,
    hint: "a proxy or cache between may be at fault; fetch the file whole",
  });
}

function naturalOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,16}$/.test(text.trim())) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}
