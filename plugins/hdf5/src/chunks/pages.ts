import type { Cursor } from "../cursor.js";
import type { ArrayElement, ElementFormat } from "./array-element.js";

const KEPT = 16;

/** A run of array elements, and the cursor's position at the first. */
interface Page {
  readonly cursor: Cursor;
  readonly start: number;
}

/** Runs of array elements, the last ones kept: chunks are asked for in row-major order, mostly from one run. */
export class Pages {
  readonly #kept = new Map<number, Page | null>();

  constructor(readonly format: ElementFormat) {}

  /**
   * Element `index` of a run; at once where the run is kept, because an index may have to say of millions that they are
   * absent.
   *
   * @param load the verified run with its cursor at the first element; null: never written
   */
  element(run: number, index: number, load: () => Promise<Cursor | null>): ArrayElement | Promise<ArrayElement> {
    const page = this.#kept.get(run);
    return page === undefined ? this.#load(run, index, load) : this.#read(page, index);
  }

  async #load(run: number, index: number, load: () => Promise<Cursor | null>): Promise<ArrayElement> {
    const cursor = await load();
    const page = cursor && { cursor, start: cursor.position };
    this.#kept.set(run, page);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > KEPT && !oldest.done) this.#kept.delete(oldest.value);
    return this.#read(page, index);
  }

  #read(page: Page | null, index: number): ArrayElement {
    if (!page) return null;
    page.cursor.position = page.start + index * this.format.size;
    return this.format.read(page.cursor);
  }
}
