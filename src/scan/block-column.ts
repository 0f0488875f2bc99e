import { isSet, packBits } from "../schema/bitmap.js";
import type { Field } from "../schema/field.js";
import type { ColumnData, GridColumn, Packing } from "../schema/grid-batch.js";
import { isLists, joinLists, type Lists, takeLists } from "../schema/lists.js";
import { specialised } from "../schema/specialise.js";
import type { TypedArray } from "../schema/typed-array.js";
import { unpack } from "../schema/unpack.js";

/** Where cells go: those of `outer` positions, each with all of `inner`. */
export interface Moves {
  readonly outerFrom: Uint32Array;
  readonly outerTo: Uint32Array;
  readonly innerFrom: Uint32Array;
  readonly innerTo: Uint32Array;
}

const loopsFor = specialised(() => ({
  move(from: Float64Array, to: Float64Array, { outerFrom, outerTo, innerFrom, innerTo }: Moves): void {
    for (let o = 0; o < outerFrom.length; o++) {
      const [source, target] = [outerFrom[o] as number, outerTo[o] as number];
      for (let i = 0; i < innerFrom.length; i++)
        to[target + (innerTo[i] as number)] = from[source + (innerFrom[i] as number)] as number;
    }
  },
}));

/** A column of a block, filled cell by cell from batches that come in any order. */
export class BlockColumn {
  #field: Field | null = null;
  #numbers: TypedArray | null = null;
  #packing: Packing | undefined;
  #texts: (string | Uint8Array | null)[] | null = null;
  #flags: Uint8Array | null = null;
  #outside: Uint8Array | null = null;
  readonly #lists: Lists[] = [];
  /** Of lists: which of those that came a cell is, counted through all of `#lists`. */
  #listAt: Uint32Array | null = null;
  #listsSoFar = 0;

  constructor(readonly size: number) {}

  add(column: GridColumn, moves: Moves): void {
    this.#field = column.field;
    const { data, validity, outside } = column;
    if (outside) {
      this.#outside ??= new Uint8Array(this.size);
      const flags = this.#outside;
      each(moves, (source, target) => {
        flags[target] = isSet(outside, source) ? 1 : 0;
      });
    }
    if (isLists(data)) this.#addLists(data, moves);
    else if (!ArrayBuffer.isView(data)) {
      this.#texts ??= new Array(this.size).fill(null);
      const [from, to] = [data as readonly (string | null)[], this.#texts];
      each(moves, (source, target) => {
        to[target] = from[source] ?? null;
      });
    } else this.#addNumbers(data as TypedArray, column.packing, moves);
    if (validity && validity.zeros > 0) {
      this.#flags ??= new Uint8Array(this.size).fill(1);
      const flags = this.#flags;
      each(moves, (source, target) => {
        flags[target] = isSet(validity, source) ? 1 : 0;
      });
    }
  }

  /** Null where nothing came. @param axes that the column varies over */
  finish(axes: readonly number[]): GridColumn | null {
    if (!this.#field) return null;
    const validity = this.#flags ? packBits(this.#flags) : undefined;
    const packing = this.#numbers ? this.#packing : undefined;
    return {
      field: this.#field,
      axes,
      data: this.#data(),
      ...(validity && validity.zeros > 0 && { validity }),
      ...(this.#outside && { outside: packBits(this.#outside) }),
      ...(packing && { packing }),
    };
  }

  #data(): ColumnData {
    if (this.#numbers) return this.#numbers;
    if (this.#listAt) return takeLists(joinLists(this.#lists), this.#listAt);
    return this.#texts as ColumnData;
  }

  /** Of files that are packed differently, values. */
  #addNumbers(data: TypedArray, packing: Packing | undefined, moves: Moves): void {
    this.#numbers ??= this.#begin(data, packing);
    let values = data;
    if (this.#numbers.constructor !== data.constructor || !isSame(this.#packing, packing)) {
      if (this.#packing) this.#numbers = unpack(this.#numbers, this.#packing);
      this.#packing = undefined;
      if (packing) values = unpack(data, packing);
    }
    loopsFor(values).move(values as Float64Array, this.#numbers as Float64Array, moves);
  }

  #begin(data: TypedArray, packing: Packing | undefined): TypedArray {
    this.#packing = packing;
    return new (data.constructor as new (length: number) => TypedArray)(this.size);
  }

  #addLists(lists: Lists, moves: Moves): void {
    this.#listAt ??= new Uint32Array(this.size);
    const own = this.#listAt;
    const taken: number[] = [];
    each(moves, (source, target) => {
      own[target] = this.#listsSoFar + taken.push(source) - 1;
    });
    // The batch's memory is used again.
    this.#lists.push(takeLists(lists, Uint32Array.from(taken)));
    this.#listsSoFar += taken.length;
  }
}

function isSame(a: Packing | undefined, b: Packing | undefined): boolean {
  return a?.scale === b?.scale && a?.offset === b?.offset && a?.target === b?.target;
}

/** Calls for every cell that moves. */
export function each({ outerFrom, outerTo, innerFrom, innerTo }: Moves, visit: (from: number, to: number) => void): void {
  for (let o = 0; o < outerFrom.length; o++) {
    const [source, target] = [outerFrom[o] as number, outerTo[o] as number];
    for (let i = 0; i < innerFrom.length; i++) visit(source + (innerFrom[i] as number), target + (innerTo[i] as number));
  }
}
