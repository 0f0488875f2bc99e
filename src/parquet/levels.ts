import type { Bitmap } from "../schema/bitmap.js";
import { ByteWriter } from "./hybrid.js";

/** Definition levels of a data page v1: 0 for null, 1 for a value; a bitmap goes in as it is. Nothing for a required column. */
export function writeLevels(out: ByteWriter, nullable: boolean, rows: number, validity: Bitmap | undefined): void {
  if (!nullable) return;
  sizedLevels(out, (levels) => {
    if (!validity || validity.zeros === 0 || validity.zeros === rows) {
      levels.varint(rows * 2);
      levels.byte(validity && validity.zeros === rows ? 0 : 1);
    } else {
      levels.varint(validity.bits.length * 2 + 1);
      levels.bytes(validity.bits);
    }
  });
}

/** Levels behind their length, as data pages v1 have them. */
export function sizedLevels(out: ByteWriter, write: (levels: ByteWriter) => void): void {
  const levels = new ByteWriter(16);
  write(levels);
  out.uint(levels.length, 4);
  out.bytes(levels.finish());
}
