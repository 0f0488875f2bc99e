import type { ByteRange, ByteSource, ReadOptions } from "../store/contract.js";

/** Windows of one set of rows that are kept at most: a slab of rows, whose columns are read one after the other. */
const MOST_WINDOWS = 48;

interface Window {
  readonly bytes: Promise<Uint8Array>;
  memory: Uint8Array | null;
  users: number;
}

/**
 * Rows of a local table, kept while its columns are read one after the other, so that the file is read once and not once for
 * every column. Nothing is kept before a second column of the same rows is asked for, and nothing but these rows.
 */
export class RowWindows {
  readonly #windows = new Map<number, Window>();
  readonly #spare: Uint8Array[] = [];
  /** Bytes from the start of a window to that of the next: a multiple of the stride. */
  readonly #step: number;
  #first = 0;
  #last = -1;
  #phase = -1;
  #isShared = false;

  constructor(
    readonly source: ByteSource,
    readonly stride: number,
    perWindow: number,
  ) {
    this.#step = stride * perWindow;
  }

  /** Tells what is read next. @returns whether windows should be used for it */
  announce({ offset, length }: ByteRange): boolean {
    const first = Math.floor(offset / this.#step);
    const last = Math.floor((offset + length - 1) / this.#step);
    const phase = offset % this.stride;
    const isSame = first <= this.#last && last >= this.#first;
    if (isSame && phase !== this.#phase) this.#isShared = true;
    [this.#first, this.#last, this.#phase] = [first, last, phase];
    for (const [k, window] of this.#windows) if (k < first || k > last) this.#drop(k, window);
    return this.#isShared;
  }

  /** Where the window that a piece begins in ends: pieces that begin before belong to it. */
  endOf(offset: number): number {
    return (Math.floor(offset / this.#step) + 1) * this.#step;
  }

  /** Calls `use` with the window that begins before `offset` and the place of `offset` in it. */
  async with(
    offset: number,
    options: ReadOptions,
    counted: (bytes: number) => void,
    use: (bytes: Uint8Array, at: number) => void,
  ): Promise<void> {
    const k = Math.floor(offset / this.#step);
    const window = this.#windows.get(k) ?? this.#read(k, options, counted);
    window.users++;
    try {
      use(await window.bytes, offset - k * this.#step);
    } finally {
      window.users--;
      if (!this.#windows.has(k)) this.#recycle(window);
    }
  }

  #read(k: number, options: ReadOptions, counted: (bytes: number) => void): Window {
    const start = k * this.#step;
    // Fields that begin in the last row reach into the next window.
    const length = Math.min(this.source.size - start, this.#step + this.stride);
    const memory = this.#spare.pop() ?? new Uint8Array(this.#step + this.stride);
    counted(length);
    const window: Window = {
      bytes: this.source.readOne({ offset: start, length }, { ...options, into: memory }),
      memory,
      users: 0,
    };
    if (this.#windows.size < MOST_WINDOWS) {
      this.#windows.set(k, window);
      window.bytes.catch(() => this.#windows.delete(k));
    }
    return window;
  }

  #drop(k: number, window: Window): void {
    this.#windows.delete(k);
    this.#recycle(window);
  }

  #recycle(window: Window): void {
    if (window.users > 0 || !window.memory) return;
    if (this.#spare.length < MOST_WINDOWS) this.#spare.push(window.memory);
    window.memory = null;
  }
}
