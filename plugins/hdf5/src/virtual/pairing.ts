import type { Box, Range } from "graticule/plugin";
import { malformed } from "../errors.js";
import type { Mapping, Slab } from "./model.js";
import { boundsOf, isUnlimited, lengthBefore, lengthOf, numbersIn, positionOf, slabsOf } from "./slabs.js";

/** A dimension of the virtual dataset and the one of the source that runs along with it. */
interface Pair {
  readonly virtual: number;
  readonly source: number;
}

/** A mapping in which each dimension is selected for itself, and dimensions of both sides go together. */
export interface Pairing {
  readonly virtual: readonly Slab[];
  readonly source: readonly Slab[];
  readonly pairs: readonly Pair[];
}

/** What of a mapping lies in a box. */
export interface PairedPart {
  /** Per dimension of the virtual dataset: numbers of the selected elements. */
  readonly numbers: readonly Range[];
  /** The part of the source that is needed. */
  readonly sourceBox: Box;
}

/**
 * Null where elements go together in another way. @param shape of the virtual dataset @param sourceShape of the source
 * @throws `malformed` where the two sides have no equal numbers of elements, or the source has fewer dimensions
 */
export function pair({ virtual, source }: Mapping, shape: readonly number[], sourceShape: readonly number[]): Pairing | null {
  const outer = slabsOf(virtual, shape);
  const inner = slabsOf(source, sourceShape);
  if (!outer || !inner) return null;
  const ours = outer.flatMap((slab, d) => (isUnlimited(slab) || lengthOf(slab) !== 1 ? [d] : []));
  const theirs = inner.flatMap((slab, d) => (isUnlimited(slab) || lengthOf(slab) !== 1 ? [d] : []));
  const pairs = ours.map((d, i) => ({ virtual: d, source: theirs[i] ?? -1 }));
  const fits = ({ virtual: v, source: s }: Pair) => {
    const [a, b] = [outer[v] as Slab, inner[s] as Slab];
    return isUnlimited(a) && isUnlimited(b) ? true : lengthOf(a) === lengthOf(b);
  };
  if (ours.length !== theirs.length || !pairs.every(fits)) return null;
  for (const [d, slab] of inner.entries()) {
    const length = lengthOf(slab);
    if (!isUnlimited(slab) && length > 0 && positionOf(slab, length - 1) >= (sourceShape[d] as number))
      throw malformed(`a mapping takes element ${positionOf(slab, length - 1)} of a source of ${sourceShape.join(" x ")}`);
  }
  return { virtual: outer, source: inner, pairs };
}

/** Null: nothing of it, or what is wanted of an unlimited source is not there yet. */
export function partIn({ virtual, source, pairs }: Pairing, box: Box, sourceShape: readonly number[]): PairedPart | null {
  const numbers = virtual.map((slab, d) => numbersIn(slab, box[d] as Range));
  for (const { virtual: v, source: s } of pairs) {
    const available = lengthBefore(source[s] as Slab, sourceShape[s] as number);
    const own = numbers[v] as Range;
    numbers[v] = { start: own.start, stop: Math.min(own.stop, available) };
  }
  if (numbers.some(({ start, stop }) => start >= stop)) return null;
  const sourceBox = source.map(({ start }): Range => ({ start, stop: start + 1 }));
  for (const { virtual: v, source: s } of pairs) sourceBox[s] = boundsOf(source[s] as Slab, numbers[v] as Range);
  return { numbers, sourceBox };
}
