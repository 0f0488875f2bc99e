import type { DType } from "graticule/plugin";
import { malformed } from "../errors.js";

/** Names and values of an enumeration in stored order. Values beyond ±2⁵³ are decimal text. */
export function enumMembers(names: readonly string[], bytes: Uint8Array, base: DType): Readonly<Record<string, number | string>> {
  if (!/^u?int/.test(base.name)) throw malformed(`an enumeration over ${base.name}`);
  const { size } = base;
  const entries = names.map((name, i): [string, number | string] => {
    const own = new Uint8Array(bytes.subarray(i * size, (i + 1) * size));
    if (base.byteOrder !== "big") own.reverse();
    const unsigned = BigInt(`0x${Buffer.from(own).toString("hex")}`);
    const value = base.name.startsWith("int") ? BigInt.asIntN(size * 8, unsigned) : unsigned;
    const number = Number(value);
    return [name, Number.isSafeInteger(number) ? number : value.toString()];
  });
  return Object.fromEntries(entries);
}
