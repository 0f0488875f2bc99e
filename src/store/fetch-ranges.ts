import type { PlannedRequest } from "./coalesce.js";
import type { ByteRange, RangeBytes } from "./contract.js";
import type { Call, HttpObject } from "./http/http-object.js";

/** Bytes that are on their way or have arrived and were not taken yet, beyond which no further request begins. */
const MOST_BYTES = 64 << 20;
/** Requests of one read that are begun; how many are in flight is the object's to say. */
const BEGUN = 32;

/** A range on its way. */
interface Part {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
  bytes: Uint8Array | null;
  /** Bytes that are still to come. */
  missing: number;
}

/**
 * Fetches planned requests, several at a time, and gives each range as soon as it is whole, in memory of its own. When the
 * consumer stops, so do the requests.
 */
export async function* fetchRanges(
  object: Pick<HttpObject, "fetch">,
  ranges: readonly ByteRange[],
  requests: readonly PlannedRequest[],
  call: Call,
  into?: Uint8Array,
): AsyncGenerator<RangeBytes> {
  const parts = ranges.map(({ offset, length }, index): Part => ({ index, offset, length, bytes: null, missing: length }));
  const only = parts.length === 1 && into && into.length >= (parts[0] as Part).length ? into : undefined;
  const flow = new Flow(only);
  const stop = new AbortController();
  const own = { ...call, signal: call.signal ? AbortSignal.any([call.signal, stop.signal]) : stop.signal };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < requests.length) {
      const request = requests[next++] as PlannedRequest;
      await flow.begin(request.length);
      if (stop.signal.aborted) return;
      const wanted = request.ranges.map((index) => parts[index] as Part);
      let first = 0;
      await object.fetch(
        request,
        (piece, at) => {
          first = deal(piece, at, wanted, first, flow);
        },
        own,
      );
      flow.done(request.length);
    }
  };
  const lanes = Array.from({ length: Math.min(BEGUN, requests.length) }, () => lane().catch((error) => flow.fail(error)));
  try {
    for (let given = 0; given < parts.length; given++) {
      const part = await flow.take();
      yield { index: part.index, bytes: part.bytes as Uint8Array };
      part.bytes = null;
    }
  } finally {
    // Requests whose bytes are all there end by themselves, and leave their connections to others.
    if (parts.some(({ missing }) => missing > 0)) stop.abort();
    flow.end();
    await Promise.all(lanes);
  }
}

/**
 * Copies a piece into the parts that it meets.
 * @param first where in the parts, which are by offset, those may begin that are not whole yet
 * @returns the same for the next piece
 */
function deal(piece: Uint8Array, at: number, parts: readonly Part[], first: number, flow: Flow): number {
  const end = at + piece.length;
  let begin = first;
  for (let i = first; i < parts.length; i++) {
    const part = parts[i] as Part;
    if (part.offset >= end) break;
    const from = Math.max(at, part.offset);
    const to = Math.min(end, part.offset + part.length);
    if (from < to) {
      part.bytes ??= flow.memory(part.length);
      part.bytes.set(piece.subarray(from - at, to - at), from - part.offset);
      part.missing -= to - from;
      if (part.missing === 0) flow.give(part);
    }
    if (i === begin && part.offset + part.length <= end) begin++;
  }
  return begin;
}

/** Parts between the requests that fill them and the consumer that takes them. */
class Flow {
  #whole: Part[] = [];
  /** Parts of `#whole` that were taken. */
  #taken = 0;
  /** Bytes of whole parts, and of requests that are begun. */
  #held = 0;
  #failure: { readonly error: unknown } | null = null;
  #isOver = false;
  #onPart: (() => void) | null = null;
  #onRoom: (() => void)[] = [];

  constructor(readonly only: Uint8Array | undefined) {}

  memory(length: number): Uint8Array {
    return this.only?.subarray(0, length) ?? Buffer.allocUnsafeSlow(length);
  }

  give(part: Part): void {
    this.#whole.push(part);
    this.#held += part.length;
    this.#onPart?.();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#onPart?.();
  }

  async take(): Promise<Part> {
    for (;;) {
      if (this.#failure) throw this.#failure.error;
      const part = this.#whole[this.#taken];
      if (part) {
        // Not `shift`, which moves all the others: a table's rows may be hundreds of thousands.
        if (++this.#taken === this.#whole.length) {
          this.#whole = [];
          this.#taken = 0;
        }
        this.#release(part.length);
        return part;
      }
      await new Promise<void>((resolve) => {
        this.#onPart = resolve;
      });
    }
  }

  /** Resolves when a request of so many bytes may begin: at once where nothing else is held. */
  async begin(length: number): Promise<void> {
    while (!this.#isOver && !this.#failure && this.#held > 0 && this.#held + length > MOST_BYTES)
      await new Promise<void>((resolve) => this.#onRoom.push(resolve));
    this.#held += length;
  }

  /** Its bytes are those of parts from now on. */
  done(length: number): void {
    this.#release(length);
  }

  #release(length: number): void {
    this.#held -= length;
    for (const go of this.#onRoom.splice(0)) go();
  }

  end(): void {
    this.#isOver = true;
    for (const go of this.#onRoom.splice(0)) go();
  }
}
