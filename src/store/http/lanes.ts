/** At most so many at a time; those that wait are served in order. */
export class Lanes {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** @returns what gives the lane back. @throws the signal's reason while there is none */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const [next] = this.#waiting;
      if (!next) {
        this.#free++;
        return;
      }
      this.#waiting.delete(next);
      next();
    };
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const give = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.delete(give);
        reject(signal?.reason);
      };
      this.#waiting.add(give);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }
}

const lanes = new Map<string, Lanes>();

/** The lanes to one server, shared by all that read from it. */
export function lanesTo(origin: string, count: number): Lanes {
  const key = `${count} ${origin}`;
  const known = lanes.get(key) ?? new Lanes(count);
  lanes.set(key, known);
  return known;
}
