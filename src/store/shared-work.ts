/** Work that several wait for. It goes on as long as one of them does: whoever stops waiting takes nothing from the others. */
export class SharedWork<T> {
  readonly #stop = new AbortController();
  readonly #result: Promise<T>;
  #waiting = 0;
  #isDone = false;

  /** @param begin gets the signal that ends the work when nobody waits for it any longer */
  constructor(begin: (signal: AbortSignal) => Promise<T>) {
    this.#result = begin(this.#stop.signal);
    const done = (): void => {
      this.#isDone = true;
    };
    // Whoever waits hears of its failure; where nobody does any longer, there is nobody to tell.
    this.#result.then(done, done);
  }

  /** Everybody has stopped waiting before it was done: it ends without a result. */
  get isGivenUp(): boolean {
    return this.#stop.signal.aborted;
  }

  /** The outcome when it is there. */
  get result(): Promise<T> {
    return this.#result;
  }

  /** Waits for the outcome. @throws what the work throws; the signal's reason as soon as that is aborted */
  async wait(signal?: AbortSignal): Promise<T> {
    this.#waiting++;
    try {
      return await untilAborted(this.#result, signal);
    } finally {
      this.#waiting--;
      if (this.#waiting === 0 && !this.#isDone) this.#stop.abort();
    }
  }
}

/** The outcome of `work`, or the signal's reason, whichever is first. The work itself goes on. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let give: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    give = () => reject(signal.reason);
    if (signal.aborted) give();
    else signal.addEventListener("abort", give, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (give) signal.removeEventListener("abort", give);
  }
}
