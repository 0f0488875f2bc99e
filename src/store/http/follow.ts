import type { IncomingMessage } from "node:http";
import { type ErrorDetails, GraticuleError } from "../../errors.js";
import type { Access } from "./access.js";
import { connectionError, statusError } from "./explain.js";
import { lanesTo } from "./lanes.js";
import type { HttpLimits } from "./limits.js";
import { type Headers, send } from "./send.js";

const MOST_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** An answer that is a success (200, 206; 416 of an empty object), and where it came from in the end. */
export interface Answered {
  readonly response: IncomingMessage;
  readonly url: URL;
  /** Gives the lane back: when the body has been read or destroyed. */
  release(): void;
}

export interface Ways {
  readonly access: Access;
  readonly limits: HttpLimits;
  readonly signal?: AbortSignal | undefined;
  /** For errors. */
  readonly where: ErrorDetails;
  /** Told of every request that is sent. */
  readonly onSent: () => void;
}

/**
 * One attempt: sends a GET and follows its redirects.
 * @throws `Transient`; `permission`, `not-found`, `changed`, `unsupported`, `malformed`
 */
export async function follow(url: URL, own: Headers, ways: Ways): Promise<Answered> {
  let at = url;
  for (let hops = 0; ; hops++) {
    const release = await lanesTo(at.host, ways.limits.inFlight).take(ways.signal);
    let isKept = false;
    try {
      const sent = await ways.access.headers(at, own);
      const response = await sendOnce(at, sent, ways);
      const { statusCode: status = 0 } = response;
      if (isSuccess(response)) {
        isKept = true;
        return { response, url: at, release };
      }
      const next = REDIRECTS.has(status) && response.headers.location ? leadOf(response.headers.location, at, ways.where) : null;
      const text = next ? "" : await beginningOf(response);
      response.destroy();
      const refusal = next ?? ways.access.refusal?.({ status, headers: response.headers, text, url: at, sent }, ways.where) ?? null;
      if (refusal === null) throw statusError(response, codeIn(text), ways.where);
      if (!(refusal instanceof URL)) throw refusal;
      if (hops === MOST_REDIRECTS)
        throw new GraticuleError("unsupported", `the server redirects more than ${MOST_REDIRECTS} times`, ways.where);
      at = refusal;
    } finally {
      if (!isKept) release();
    }
  }
}

async function sendOnce(at: URL, headers: Headers, { limits, signal, where, onSent }: Ways): Promise<IncomingMessage> {
  onSent();
  try {
    return await send(at, headers, limits.idle, signal);
  } catch (error) {
    throw connectionError(error, at.host, where);
  }
}

function isSuccess({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode === 200 || statusCode === 206 || (statusCode === 416 && /^bytes \*\/0$/i.test(headers["content-range"] ?? ""));
}

/**
 * Where a redirect leads. Name and password in an address go on to the same server, and to no other.
 * @throws `unsupported` where that is not HTTP, or less secret than what was asked for
 */
export function leadOf(location: string, from: URL, where: ErrorDetails): URL {
  const next = URL.parse(location, from.href);
  if (!next || (next.protocol !== "http:" && next.protocol !== "https:"))
    throw new GraticuleError("unsupported", `the server redirects to ${location}`, where);
  if (from.protocol === "https:" && next.protocol === "http:")
    throw new GraticuleError("unsupported", `the server redirects from https to http, which anyone can read: ${next.origin}`, {
      ...where,
      hint: "ask for that address itself if it may be read in the open",
    });
  if (next.origin === from.origin && next.username === "") {
    next.username = from.username;
    next.password = from.password;
  }
  return next;
}

/** The name that a service gives its refusal in XML. */
function codeIn(text: string): string {
  return /<Code>([\w.]{1,60})<\/Code>/.exec(text)?.[1] ?? "";
}

const EXPLANATION = 8192;

/** What the server says of a refusal; a body that breaks off says what it has said. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of response) {
      pieces.push(piece as Buffer);
      length += (piece as Buffer).length;
      if (length >= EXPLANATION) break;
    }
  } catch (error) {
    if ((error as { name?: unknown }).name === "AbortError") throw error;
  }
  return Buffer.concat(pieces).subarray(0, EXPLANATION).toString("utf8");
}
