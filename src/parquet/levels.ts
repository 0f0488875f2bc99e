import type { Bitmap } from "../schema/bitmap.js";
import { ByteWriter } from "./hybrid.js";

/** Rows `[start, start + rows)` of a bitmap as one of their own. */
export function sliceBitmap(bitmap: Bitmap, start: number, rows: number): Bitmap {
  if (start === 0 && rows === bitmap.length) return bitmap;
  const bytes = (rows + 7) >> 3;
  const first = start >> 3;
  const shift = start & 7;
  const bits = new Uint8Array(bytes);
  if (shift === 0) bits.set(bitmap.bits.subarray(first, first + bytes));
  else {
    for (let i = 0; i < bytes; i++)
      bits[i] = ((bitmap.bits[first + i] as number) >> shift) | ((bitmap.bits[first + i + 1] ?? 0) << (8 - shift));
  }
  if (rows & 7) bits[bytes - 1] = (bits[bytes - 1] as number) & ((1 << (rows & 7)) - 1);
  let ones = 0;
  for (const byte of bits) ones += ONES[byte] as number;
  return { bits, length: rows, zeros: rows - ones };
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let n = 0;
  for (let rest = byte; rest; rest &= rest - 1) n++;
  return n;
});

/** Definition levels of a data page v1: 0 for null, 1 for a value; a bitmap goes in as it is. Nothing for a required column. */
export function writeLevels(out: ByteWriter, nullable: boolean, rows: number, validity: Bitmap | undefined): void {
  if (!nullable) return;
  const levels = new ByteWriter(16);
  if (!validity || validity.zeros === 0 || validity.zeros === rows) {
    levels.varint(rows * 2);
    levels.byte(validity && validity.zeros === rows ? 0 : 1);
  } else {
    levels.varint(validity.bits.length * 2 + 1);
    levels.bytes(validity.bits);
  }
  out.uint(levels.length, 4);
  out.bytes(levels.finish());
}
