import type { IncomingMessage } from "node:http";
import { GraticuleError } from "../../errors.js";
import type { ByteRange, GetOptions, ReadOptions } from "../contract.js";
import { MOST_WHOLE, tooLarge } from "../whole-object.js";
import { type Access, OPEN_ACCESS } from "./access.js";
import { type RangeAnswer, readAnswer } from "./answer.js";
import { codingOf, type DecodeLimits, decodeBody } from "./content-coding.js";
import { AbsentObject, connectionError } from "./explain.js";
import { type Answered, follow } from "./follow.js";
import { HTTP_LIMITS, type HttpLimits } from "./limits.js";
import { Transient, withRetries } from "./retry.js";
import type { Headers } from "./send.js";

export interface HttpObjectOptions {
  /** What users call it; passwords are left out of it. */
  readonly name: string;
  readonly access?: Access;
  readonly limits?: Partial<HttpLimits>;
}

export type Call = Pick<ReadOptions, "signal" | "onTraffic">;

/** What the first request found. */
export interface Opened {
  readonly size: number;
  readonly version: string;
  /** The first bytes; all of them where the server knows no ranges. */
  readonly head: Uint8Array;
}

/** Bytes that are taken at most, and what is said of more. */
type Bound = Pick<DecodeLimits, "most" | "refuse">;

/** Takes bytes as they arrive; they are the sender's. */
export type Take = (bytes: Uint8Array, offset: number) => void;

/** An attempt that got so far has made progress. */
const PROGRESS = 1 << 16;

/** One object behind HTTP, its version pinned by the first answer: every later one is compared with it. */
export class HttpObject {
  readonly limits: HttpLimits;
  readonly #name: string;
  readonly #access: Access;
  /** Where redirects led: asked first from then on. */
  #at: URL;
  #pinned: { readonly size: number; readonly validator: string | null } | null = null;

  constructor(
    readonly url: URL,
    { name, access = OPEN_ACCESS, limits = {} }: HttpObjectOptions,
  ) {
    this.limits = { ...HTTP_LIMITS, ...limits };
    this.#name = name;
    this.#access = access;
    this.#at = url;
  }

  /** Asks for the first bytes: that also tells size and version. @throws what {@link fetch} throws; `unsupported` without ranges */
  open(first: number, call: Call): Promise<Opened> {
    return this.#retrying(call, async () => {
      const { answered, answer } = await this.#ask({ offset: 0, length: first }, call);
      try {
        const coding = codingOf(answered.response, answered.url, this.#where);
        if (coding) return await this.#openCoded(answered.response, answer, coding, call);
        const { length, total } = answer;
        if (answer.isWhole && (total ?? 0) > this.limits.wholeBytes) throw this.#knowsNoRanges(total);
        const most = answer.isWhole ? this.limits.wholeBytes : first;
        const refuse = (found: number | null) =>
          found === null && length === null
            ? this.#knowsNoRanges(null)
            : this.#malformed(`${found ?? "more"} bytes arrive where ${most} at most were asked for`, 0);
        const head = await this.#readWhole(answered.response, length, { most, refuse }, call);
        const size = total ?? (answer.isWhole ? head.length : null);
        if (size === null) throw this.#unsupported("the server does not say how many bytes there are");
        this.#pinned = { size, validator: answer.validator };
        return { size, version: answer.validator ?? `size-${size}`, head };
      } finally {
        answered.response.destroy();
        answered.release();
      }
    });
  }

  /** A server that sends encoded bytes sends ranges of those: the object is taken whole, while it is small, and decoded. */
  async #openCoded(response: IncomingMessage, answer: RangeAnswer, coding: string, call: Call): Promise<Opened> {
    const { total, length, validator, isWhole } = answer;
    const most = this.limits.wholeBytes;
    const refuse = (found: number | null): GraticuleError =>
      this.#unsupported(
        `the server sends it encoded (Content-Encoding: ${coding}), which is read whole up to ${most} bytes; it has ${found ?? "more"}`,
      );
    if (total !== null && total > most) throw refuse(total);
    const head = isWhole
      ? await decodeBody(await this.#readWhole(response, length, { most, refuse }, call), coding, {
          most,
          refuse,
          where: this.#where,
        })
      : await this.#take({ most, refuse }, call);
    if (!head) throw this.#transient("the object is gone");
    this.#pinned = { size: head.length, validator };
    return { size: head.length, version: validator ?? `size-${head.length}`, head };
  }

  /** All bytes in one request; null where there is no such object. */
  async whole(call: Call & Pick<GetOptions, "most">): Promise<Uint8Array | null> {
    const refuse = (found: number | null) => tooLarge(this.#name, found, call);
    return this.#take({ most: call.most ?? MOST_WHOLE, refuse }, call);
  }

  async #take(bound: Bound, call: Call): Promise<Uint8Array | null> {
    try {
      return await this.#retrying(call, async () => {
        const { response, url, release } = await this.#follow({}, call);
        try {
          const coding = codingOf(response, url, this.#where);
          const length = Number(response.headers["content-length"] ?? Number.NaN);
          const body = await this.#readWhole(response, Number.isSafeInteger(length) ? length : null, bound, call);
          return coding ? await decodeBody(body, coding, { ...bound, where: this.#where }) : body;
        } finally {
          response.destroy();
          release();
        }
      });
    } catch (error) {
      if (error instanceof AbsentObject) return null;
      throw error;
    }
  }

  /**
   * Fetches a range of an opened object. What has arrived when a connection breaks is kept, and the rest asked for again.
   * @throws `changed` where the object is no longer the one that was opened; `permission`, `not-found`, `malformed`,
   * `unsupported`; `temporary` when trying again did not help; the signal's reason
   */
  async fetch({ offset, length }: ByteRange, take: Take, call: Call): Promise<void> {
    let done = 0;
    await this.#retrying(call, async (progress) => {
      let mark = done;
      while (done < length) {
        const before = done;
        await this.#fetchPart({ offset: offset + done, length: length - done }, call, (bytes, at) => {
          take(bytes, at);
          done += bytes.length;
          if (done - mark < PROGRESS) return;
          mark = done;
          progress();
        });
        if (done === before) throw this.#transient("the server sends no bytes");
      }
    });
  }

  async #fetchPart(range: ByteRange, call: Call, take: Take): Promise<void> {
    const { answered, answer } = await this.#ask(range, call);
    const { response } = answered;
    try {
      const coding = codingOf(response, answered.url, this.#where);
      if (coding) throw this.#unsupported(`the server sends a part of it encoded (Content-Encoding: ${coding})`);
      if (answer.isWhole) throw this.#knowsNoRanges(answer.total);
      const length = Math.min(answer.length ?? range.length, range.length);
      let at = range.offset;
      const end = range.offset + length;
      for await (const piece of this.#pieces(response, call)) {
        if (at + piece.length > end)
          throw this.#malformed(`more than the ${length} bytes that were asked for arrive`, range.offset);
        take(piece, at);
        at += piece.length;
      }
      if (at < end) throw this.#transient(`the answer ends after ${at - range.offset} of ${length} bytes`);
    } finally {
      response.destroy();
      answered.release();
    }
  }

  /** Sends a range request, and compares what its headers say with what was pinned. */
  async #ask({ offset, length }: ByteRange, call: Call): Promise<{ answered: Answered; answer: RangeAnswer }> {
    const answered = await this.#follow({ range: `bytes=${offset}-${offset + length - 1}` }, call);
    try {
      const answer = readAnswer(answered.response, offset, this.#where);
      this.#compare(answer);
      this.#at = answered.url;
      return { answered, answer };
    } catch (error) {
      answered.response.destroy();
      answered.release();
      throw error;
    }
  }

  async #follow(own: Headers, call: Call): Promise<Answered> {
    const ways = {
      access: this.#access,
      limits: this.limits,
      signal: call.signal,
      where: this.#where,
      onSent: () => call.onTraffic?.(1, 0),
    };
    const headers = { "accept-encoding": "identity", "user-agent": "graticule", ...own };
    const at = this.#at;
    try {
      return await follow(at, headers, ways);
    } catch (error) {
      // A redirect led to an address that has run out: the first one leads to a new one.
      const tag = (error as { tag?: unknown } | null)?.tag;
      if (at === this.url || (tag !== "permission" && tag !== "not-found")) throw error;
      this.#at = this.url;
      return follow(this.url, headers, ways);
    }
  }

  #compare({ total, validator, isWhole }: RangeAnswer): void {
    if (!this.#pinned) return;
    const { size, validator: own } = this.#pinned;
    if ((total === null || total === size) && validator === own) return;
    // Some servers leave the validator out of a part.
    if (total === size && validator === null && !isWhole) return;
    const found = `${total ?? "unknown"} bytes, version ${validator ?? "unknown"}`;
    throw new GraticuleError(
      "changed",
      `the object changed while it was read: it had ${size} bytes, version ${own}; now ${found}`,
      {
        ...this.#where,
        hint: "run the command again",
      },
    );
  }

  async #readWhole(response: IncomingMessage, length: number | null, { most, refuse }: Bound, call: Call): Promise<Uint8Array> {
    if (length !== null && length > most) throw refuse(length);
    const pieces: Buffer[] = [];
    let got = 0;
    for await (const piece of this.#pieces(response, call)) {
      got += piece.length;
      if (got > most) throw refuse(null);
      pieces.push(piece);
    }
    if (length !== null && got !== length) throw this.#transient(`the answer ends after ${got} of ${length} bytes`);
    // Never a view of the pool that small buffers share.
    const bytes = Buffer.allocUnsafeSlow(got);
    let at = 0;
    for (const piece of pieces) at += piece.copy(bytes, at);
    return bytes;
  }

  /** The body as it arrives; slow drips end it. */
  async *#pieces(response: IncomingMessage, { onTraffic }: Call): AsyncGenerator<Buffer> {
    const { idle, slowest } = this.limits;
    const start = Date.now();
    let got = 0;
    try {
      for await (const piece of response) {
        got += (piece as Buffer).length;
        onTraffic?.(0, (piece as Buffer).length);
        yield piece as Buffer;
        const elapsed = Date.now() - start;
        if (elapsed > idle && got < (slowest * elapsed) / 1000)
          throw this.#transient(`the server drips: ${got} bytes in ${Math.round(elapsed / 1000)} s`);
      }
    } catch (error) {
      throw connectionError(error, this.#at.host, this.#where);
    }
  }

  #retrying<T>({ signal }: Call, work: (progress: () => void) => Promise<T>): Promise<T> {
    return withRetries(work, { limits: this.limits, isKnown: this.#pinned !== null, signal });
  }

  get #where() {
    return { file: this.#name };
  }

  #transient(message: string): Transient {
    return new Transient(new GraticuleError("temporary", message, { ...this.#where, hint: "try again later" }));
  }

  #malformed(message: string, offset: number): GraticuleError {
    return new GraticuleError("malformed", message, { ...this.#where, offset });
  }

  #unsupported(message: string): GraticuleError {
    return new GraticuleError("unsupported", message, { ...this.#where, hint: "fetch the file, and read it from disk" });
  }

  #knowsNoRanges(total: number | null): GraticuleError {
    const size = total === null ? "and does not say how much that is" : `of ${total} bytes`;
    return this.#unsupported(`the server ignores byte ranges and sends the whole file, ${size}`);
  }
}
