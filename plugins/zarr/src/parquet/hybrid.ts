import { ZarrError } from "../error.js";
import { CompactReader } from "./thrift.js";

/**
 * Numbers of `width` bits in runs of one value or packed (Parquet encodings, "run length encoding / bit-packing hybrid").
 *
 * @param count how many are wanted
 * @throws `malformed` where there are fewer
 */
export function decodeHybrid(bytes: Uint8Array, width: number, count: number): Uint32Array {
  if (width > 32) throw new ZarrError("malformed", `Parquet's page packs numbers of ${width} bits`);
  const out = new Uint32Array(count);
  const reader = new CompactReader(bytes);
  for (let at = 0; at < count; ) {
    const head = reader.varint();
    const length = Math.floor(head / 2);
    if (length === 0) throw new ZarrError("malformed", "Parquet's page has a run of nothing");
    if (head % 2 === 0) {
      const end = Math.min(count, at + length);
      out.fill(littleEndian(bytes, reader.offset, Math.ceil(width / 8)), at, end);
      reader.offset += Math.ceil(width / 8);
      at = end;
    } else {
      const size = length * width;
      if (reader.offset + size > bytes.length && reader.offset + Math.ceil(((count - at) * width) / 8) > bytes.length)
        throw new ZarrError("truncated", "Parquet's page ends inside a run");
      at = unpack(bytes, reader.offset, width, out, at, Math.min(count, at + 8 * length));
      reader.offset += size;
    }
  }
  return out;
}

function unpack(bytes: Uint8Array, from: number, width: number, out: Uint32Array, start: number, end: number): number {
  for (let i = start, bit = 8 * from; i < end; i++) {
    let value = 0;
    for (let k = 0; k < width; k++, bit++) if (((bytes[bit >> 3] as number) >> (bit & 7)) & 1) value += 2 ** k;
    out[i] = value;
  }
  return end;
}

function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  if (at + length > bytes.length) throw new ZarrError("truncated", "Parquet's page ends inside a run");
  let value = 0;
  for (let k = length - 1; k >= 0; k--) value = value * 256 + (bytes[at + k] as number);
  return value;
}
