import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import { ByteWriter, writeHybrid } from "./hybrid.js";

/** PLAIN numbers (Encodings.md). Integers below 32 bits are stored in 32. @param areHalves as they are: the bits of float16 */
export function plainBytes(values: TypedArray, areHalves = false): Uint8Array {
  return bytesOf(areHalves ? values : stored(values));
}

/** The values in an array of 32 or 64 bits. */
export function stored(values: TypedArray): TypedArray {
  return values.BYTES_PER_ELEMENT < 4 ? Int32Array.from(values as ArrayLike<number>) : values;
}

/** PLAIN flags: a bit each. */
export function bitsOf(flags: TypedArray): Uint8Array {
  const out = new Uint8Array((flags.length + 7) >> 3);
  for (let i = 0; i < flags.length; i++) if (flags[i]) out[i >> 3] = (out[i >> 3] as number) | (1 << (i & 7));
  return out;
}

/** RLE flags: runs and bits behind their length, in pages of both versions. */
export function writeFlags(out: ByteWriter, flags: TypedArray): void {
  const own = new Uint8Array(flags.length);
  for (let i = 0; i < flags.length; i++) own[i] = flags[i] ? 1 : 0;
  const runs = new ByteWriter((own.length >> 3) + 16);
  writeHybrid(runs, own, 0, own.length, 1);
  out.uint(runs.length, 4);
  out.bytes(runs.finish());
}

/** PLAIN byte arrays: each behind its length. */
export function lengthPrefixed(texts: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter(texts.reduce((n, text) => n + text.length + 4, 0));
  for (const text of texts) {
    out.uint(text.length, 4);
    out.bytes(text);
  }
  return out.finish();
}
