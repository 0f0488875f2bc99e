import { Cursor } from "../cursor.js";
import type { ArrayElement, ElementFormat } from "./array-element.js";

const KEPT = 16;

/** Runs of array elements, the last ones kept: chunks are asked for in row-major order, mostly from one run. */
export class Pages {
  readonly #kept = new Map<number, Cursor | null>();

  constructor(readonly format: ElementFormat) {}

  /**
   * Element `index` of a run.
   *
   * @param load the verified run with its cursor at the first element; null: never written
   */
  async element(run: number, index: number, load: () => Promise<Cursor | null>): Promise<ArrayElement> {
    let page = this.#kept.get(run);
    if (page === undefined) {
      page = await load();
      this.#kept.set(run, page);
      const oldest = this.#kept.keys().next();
      if (this.#kept.size > KEPT && !oldest.done) this.#kept.delete(oldest.value);
    }
    if (!page) return null;
    const { bytes, position, offset, sizeOfOffsets, sizeOfLengths } = page;
    const at = position + index * this.format.size;
    const cursor = new Cursor(bytes.subarray(at, at + this.format.size), offset + at, sizeOfOffsets, sizeOfLengths);
    return this.format.read(cursor);
  }
}
