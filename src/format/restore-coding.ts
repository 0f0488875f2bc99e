import type { DType } from "../schema/dtype.js";

const T = 0x54;

/** What {@link DType.coding} says undone in place. @param bytes whole elements, as stored */
export function restoreCoding({ coding, size, byteOrder }: DType, bytes: Uint8Array): void {
  if (coding === "letters") for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i] === T ? 1 : bytes[i] === 0 ? 2 : 0;
  if (coding !== "offset-binary") return;
  // The top bit is the only one that differs.
  const top = byteOrder === "little" ? size - 1 : 0;
  if (size === 1 || bytes.byteOffset % 4 !== 0) {
    for (let i = top; i < bytes.length; i += size) bytes[i] = (bytes[i] as number) ^ 0x80;
    return;
  }
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const [mask, step] = masksOf(size, top);
  for (let i = step.first; i < words.length; i += step.by) words[i] = (words[i] as number) ^ mask;
  for (let i = (bytes.length & ~3) + top; i < bytes.length; i += size) bytes[i] = (bytes[i] as number) ^ 0x80;
}

/** The bits to turn in a word of four bytes, and which words. */
function masksOf(size: number, top: number): [mask: number, step: { first: number; by: number }] {
  const pattern = new Uint8Array(8);
  for (let i = top; i < 8; i += size) pattern[i] = 0x80;
  const words = new Uint32Array(pattern.buffer);
  const first = words[0] === 0 ? 1 : 0;
  return [words[first] as number, { first, by: size === 8 ? 2 : 1 }];
}
