import type { DType } from "graticule/plugin";

/** Big-endian numbers are swapped in place, so that the reader of plugin chunks finds its own order. */
export function toNative(bytes: Uint8Array, { name, size, byteOrder }: DType): Uint8Array {
  if (byteOrder !== "big") return bytes;
  const width = name.startsWith("complex") ? size / 2 : size;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
  return bytes;
}
