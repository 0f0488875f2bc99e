import type { ArrayVariable } from "../format/contract.js";
import { arrayTypeOf, isBigArray, type TypedArray } from "../schema/typed-array.js";
import type { VariableMeaning } from "./meaning.js";
import { numericType } from "./stored-type.js";

/** A variable of sequences as one of what they are made of: for its type and attributes alone. The variable itself if it is none. */
export function itemsOf(variable: ArrayVariable): ArrayVariable {
  const { name, base } = variable.dtype;
  return name === "vlen" && base ? Object.create(variable, { dtype: { value: base, enumerable: true } }) : variable;
}

/** What the numbers inside a cell mean. */
export function meaningOfItems(meaning: VariableMeaning): VariableMeaning {
  return meaning.items ? { ...meaning, ...meaning.items } : meaning;
}

/** Sequences one after the other: sequence `i` has the items `[offsets[i], offsets[i + 1])`. */
export interface JoinedSequences {
  readonly offsets: Uint32Array;
  /** Numbers as `readBox` gives them, but halves as the numbers that they are. */
  readonly items: TypedArray | unknown[];
}

/** @param variable as {@link itemsOf} gives it */
export function joinSequences(lists: readonly ArrayLike<unknown>[], { dtype }: ArrayVariable): JoinedSequences {
  const offsets = new Uint32Array(lists.length + 1);
  for (const [i, list] of lists.entries()) offsets[i + 1] = (offsets[i] as number) + list.length;
  const stored = numericType(dtype);
  if (stored === undefined) return { offsets, items: lists.flatMap((list) => Array.from(list)) };
  const items = new (arrayTypeOf(stored === "float16" ? "float32" : stored))(offsets[lists.length] as number);
  const isBig = isBigArray(items);
  let at = 0;
  for (const list of lists)
    if (ArrayBuffer.isView(list) && list.constructor === items.constructor) {
      items.set(list as never, at);
      at += list.length;
    } else
      for (let i = 0; i < list.length; i++) {
        const value = list[i] as number | bigint | boolean;
        items[at++] = (isBig ? BigInt(value) : Number(value)) as never;
      }
  return { offsets, items };
}
