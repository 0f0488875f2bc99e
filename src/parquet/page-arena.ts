/** Bytes of a block; larger pages get one of their own. */
const BLOCK = 1 << 20;

/**
 * Memory for the pages of one row group at a time. A row group is written before the next one is encoded, so that the same
 * blocks serve all of them: fresh memory for every page would be mapped, and collected, at the pace of the output.
 */
export class PageArena {
  readonly #blocks: Uint8Array[] = [];
  #block = 0;
  #used = 0;

  /** Forgets all copies. */
  reset(): void {
    this.#block = 0;
    this.#used = 0;
  }

  /** A copy that holds until the next reset. */
  copy(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (length > BLOCK) return new Uint8Array(bytes);
    if (this.#used + length > BLOCK) {
      this.#block++;
      this.#used = 0;
    }
    this.#blocks[this.#block] ??= new Uint8Array(BLOCK);
    const place = (this.#blocks[this.#block] as Uint8Array).subarray(this.#used, this.#used + length);
    place.set(bytes);
    this.#used += length;
    return place;
  }
}
