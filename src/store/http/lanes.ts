/** At most so many at a time; those that wait are served in order. */
export class Lanes {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** @returns what gives the lane back */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    };
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
