import { endianness } from "node:os";
import { swapBytes, viewAs } from "../schema/typed-array.js";
import { BitSource } from "./bit-source.js";
import type { Codec } from "./contract.js";
import { labelOf } from "./label.js";
import { damaged, type NbitNumber, type NbitType, nbitForm, packedBits } from "./nbit-type.js";
import { checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";
import { unpackIntegers } from "./packed-integers.js";

const MACHINE_IS_BIG = endianness() === "BE";

/**
 * HDF5 filter 5: of every number only its significant bits, most significant first; the rest is 0. Parameters are the filter's
 * client data by their numbers.
 */
export const nbit: Codec = {
  id: "nbit",
  label: labelOf,
  decode(bytes, spec, context) {
    const { isPacked, count, type } = nbitForm(spec);
    if (!isPacked) {
      checkOutputLength(bytes.length, context, "nbit");
      return bytes;
    }
    const length = count * type.size;
    checkOutputLength(length, context, "nbit");
    const needed = Math.ceil((count * packedBits(type)) / 8);
    if (bytes.length < needed) throw damaged(`${bytes.length} bytes where ${count} elements take ${needed}`);
    const out = outputMemory(length, bytes, context);
    if (type.kind === "number" && [1, 2, 4].includes(type.size)) {
      unpackNumbers(bytes, type, count, out);
      return out;
    }
    out.fill(0);
    const bits = new BitSource(bytes);
    const unpack = unpackerOf(type);
    for (let i = 0, to = 0; i < count; i++, to += type.size) unpack(bits, out, to);
    return out;
  },
};

/** Plain numbers of up to four bytes. */
function unpackNumbers(bytes: Uint8Array, type: NbitNumber, count: number, out: Uint8Array): void {
  const { size, precision, offset, isBig } = type;
  const words = viewAs(size === 1 ? "uint8" : size === 2 ? "uint16" : "uint32", out) as Uint8Array | Uint16Array | Uint32Array;
  unpackIntegers(bytes, 0, precision, count, words, false);
  if (offset > 0) for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) << offset;
  if (isBig !== MACHINE_IS_BIG) swapBytes(out, size);
}

/** Writes one element to `out` from `to` on. */
type Unpack = (bits: BitSource, out: Uint8Array, to: number) => void;

function unpackerOf(type: NbitType): Unpack {
  if (type.kind === "number") return numberUnpacker(type.size, type.isBig, type.precision, type.offset);
  if (type.kind === "bytes") {
    const { size } = type;
    return (bits, out, to) => {
      for (let i = 0; i < size; i++) out[to + i] = bits.take(8);
    };
  }
  if (type.kind === "array") {
    const { size, base } = type;
    const unpack = unpackerOf(base);
    return (bits, out, to) => {
      for (let at = 0; at < size; at += base.size) unpack(bits, out, to + at);
    };
  }
  const members = type.members.map(({ at, type: own }) => ({ at, unpack: unpackerOf(own) }));
  return (bits, out, to) => {
    for (const { at, unpack } of members) unpack(bits, out, to + at);
  };
}

/** From the byte with the highest significant bit down to that with the lowest. */
function numberUnpacker(size: number, isBig: boolean, precision: number, offset: number): Unpack {
  const highest = (offset + precision - 1) >> 3;
  const lowest = offset >> 3;
  const shift = offset & 7;
  const topBits = offset + precision - 8 * highest;
  if (highest === lowest) {
    const at = isBig ? size - 1 - lowest : lowest;
    return (bits, out, to) => {
      out[to + at] = bits.take(precision) << shift;
    };
  }
  return (bits, out, to) => {
    for (let byte = highest; byte >= lowest; byte--) {
      const at = isBig ? size - 1 - byte : byte;
      if (byte === highest) out[to + at] = bits.take(topBits);
      else if (byte === lowest) out[to + at] = bits.take(8 - shift) << shift;
      else out[to + at] = bits.take(8);
    }
  };
}
