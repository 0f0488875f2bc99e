import type { Field } from "../schema/field.js";
import type { ColumnData } from "../schema/grid-batch.js";
import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import type { Repetition } from "./repetition.js";

type Axis = Uint8Array | readonly unknown[];

interface Kept {
  readonly axis: Axis;
  readonly repetition: Repetition;
  readonly encoded: unknown;
}

/** Per column what was encoded last, for the row groups of one grid: most of its coordinates are the same in each. */
export class RepeatedColumns {
  readonly #kept = new Map<string, Kept>();

  /** @param encode for one type of result: into memory that outlasts the row group; null where the column cannot be factored */
  encode<T>(field: Field, data: ColumnData, repetition: Repetition, encode: () => T | null): T | null {
    const axis = ArrayBuffer.isView(data) ? bytesOf(data as TypedArray) : (data as readonly unknown[]);
    const last = this.#kept.get(field.name);
    if (last && isSame(last.repetition, repetition) && areEqual(last.axis, axis)) return last.encoded as T;
    const encoded = encode();
    // Batches are read into the same memory, one after the other.
    if (encoded)
      this.#kept.set(field.name, { axis: axis instanceof Uint8Array ? new Uint8Array(axis) : axis, repetition, encoded });
    return encoded;
  }
}

function isSame(a: Repetition, b: Repetition): boolean {
  return a.outer === b.outer && a.length === b.length && a.inner === b.inner;
}

function areEqual(a: Axis, b: Axis): boolean {
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return Buffer.compare(a as Uint8Array, b as Uint8Array) === 0;
  return a.length === b.length && (a as readonly unknown[]).every((text, i) => text === b[i]);
}
