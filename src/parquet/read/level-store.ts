import { LeafStore } from "./leaf-store.js";
import type { Leaf } from "./schema-tree.js";

export interface RowRange {
  readonly start: number;
  readonly stop: number;
}

/** Values of a leaf that lies in lists or groups: its levels, and the values that are there. */
export class LevelStore {
  count = 0;
  repetition: Uint8Array | null;
  definition: Uint8Array | null;
  readonly values: LeafStore;

  constructor(
    readonly leaf: Leaf,
    capacity: number,
  ) {
    this.repetition = leaf.repetition > 0 ? new Uint8Array(capacity) : null;
    this.definition = leaf.definition > 0 ? new Uint8Array(capacity) : null;
    this.values = new LeafStore(leaf, capacity);
  }

  /** Levels of `count` more entries. */
  addLevels(repetition: Uint8Array | null, definition: Uint8Array | null, count: number): void {
    if (repetition && this.repetition) this.repetition = appended(this.repetition, this.count, repetition, count);
    if (definition && this.definition) this.definition = appended(this.definition, this.count, definition, count);
    this.count += count;
  }

  /** Rows that begin among the entries. */
  get rows(): number {
    if (!this.repetition) return this.count;
    let rows = 0;
    for (let i = 0; i < this.count; i++) if (this.repetition[i] === 0) rows++;
    return rows;
  }

  /** The entries of some rows, counted from the first of the store. @param ranges ascending */
  select(ranges: readonly RowRange[]): LevelStore {
    const out = new LevelStore(this.leaf, this.count);
    const most = this.leaf.definition;
    let [entry, value, row] = [0, 0, -1];
    // Where a row begins: at the entry behind the last of the rows before.
    const seek = (target: number): void => {
      while (entry < this.count) {
        const begins = !this.repetition || this.repetition[entry] === 0;
        if (begins && row + 1 === target) return;
        if (begins) row++;
        if (!this.definition || this.definition[entry] === most) value++;
        entry++;
      }
    };
    for (const { start, stop } of ranges) {
      seek(start);
      const [fromEntry, fromValue] = [entry, value];
      seek(stop);
      out.addLevels(
        this.repetition?.subarray(fromEntry, entry) ?? null,
        this.definition?.subarray(fromEntry, entry) ?? null,
        entry - fromEntry,
      );
      out.values.append(this.values, fromValue, value);
    }
    return out;
  }
}

function appended(own: Uint8Array, at: number, more: Uint8Array, count: number): Uint8Array {
  let target = own;
  if (at + count > own.length) {
    target = new Uint8Array(Math.max(at + count, 2 * own.length));
    target.set(own.subarray(0, at));
  }
  target.set(more.subarray(0, count), at);
  return target;
}
