import { GraticuleError } from "../errors.js";
import type { CodecSpec } from "./contract.js";

/** How an element's bits are packed; places are in bytes from the element's begin. */
export type NbitType =
  | NbitNumber
  | { readonly kind: "array"; readonly size: number; readonly base: NbitType }
  | { readonly kind: "compound"; readonly size: number; readonly members: readonly NbitMember[] }
  | { readonly kind: "bytes"; readonly size: number };

/** `precision` bits from bit `offset` on, of a number of `size` bytes. */
export interface NbitNumber {
  readonly kind: "number";
  readonly size: number;
  readonly isBig: boolean;
  readonly precision: number;
  readonly offset: number;
}

export interface NbitMember {
  readonly at: number;
  readonly type: NbitType;
}

export interface NbitForm {
  /** False: the chunk is stored as it is. */
  readonly isPacked: boolean;
  readonly count: number;
  readonly type: NbitType;
}

const MAX_DEPTH = 32;

/**
 * The filter's client data (H5Znbit.c): their number, whether there is nothing to pack, the number of elements, then the type as
 * class, size and what the class needs; arrays and compounds hold further types.
 *
 * @throws `malformed`
 */
export function nbitForm({ parameters }: CodecSpec): NbitForm {
  let at = 0;
  const next = (): number => {
    const value = parameters[at++];
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw damaged("the client data end inside the type");
    return value;
  };
  next();
  const isPacked = next() === 0;
  const count = next();
  const type: NbitType = isPacked ? readType(next, 0) : { kind: "bytes", size: 1 };
  if (type.size === 0) throw damaged("elements of 0 bytes");
  return { isPacked, count, type };
}

function readType(next: () => number, depth: number): NbitType {
  if (depth > MAX_DEPTH) throw damaged(`types nested more than ${MAX_DEPTH} deep`);
  const kind = next();
  const size = next();
  if (kind === 1) {
    const [order, precision, offset] = [next(), next(), next()];
    if (precision < 1 || size > 64 || precision + offset > 8 * size)
      throw damaged(`${precision} bits from ${offset} of ${size} bytes`);
    return { kind: "number", size, isBig: order === 1, precision, offset };
  }
  if (kind === 2) {
    const base = readType(next, depth + 1);
    if (base.size === 0 || size % base.size !== 0) throw damaged(`an array of ${size} bytes of elements of ${base.size}`);
    return { kind: "array", size, base };
  }
  if (kind === 3) {
    const members: NbitMember[] = [];
    for (let left = next(); left > 0; left--) {
      const at = next();
      const type = readType(next, depth + 1);
      if (at + type.size > size) throw damaged(`a member of ${type.size} bytes at ${at} of ${size}`);
      members.push({ at, type });
    }
    return { kind: "compound", size, members };
  }
  if (kind === 4) return { kind: "bytes", size };
  throw damaged(`a type of class ${kind}`);
}

/** Bits that an element takes as stored. */
export function packedBits(type: NbitType): number {
  if (type.kind === "number") return type.precision;
  if (type.kind === "bytes") return 8 * type.size;
  if (type.kind === "array") return (type.size / type.base.size) * packedBits(type.base);
  return type.members.reduce((sum, member) => sum + packedBits(member.type), 0);
}

export function damaged(message: string): GraticuleError {
  return new GraticuleError("malformed", `nbit: ${message}`);
}
