import type { Bitmap } from "../schema/bitmap.js";
import { ByteWriter } from "./hybrid.js";

/** Bytes of the levels before a page's values, their lengths included. */
export interface LevelSizes {
  readonly repetition: number;
  readonly definition: number;
}

const NO_LEVELS: LevelSizes = { repetition: 0, definition: 0 };

/** Definition levels of a data page v1: 0 for null, 1 for a value; a bitmap goes in as it is. Nothing for a required column. */
export function writeLevels(out: ByteWriter, nullable: boolean, rows: number, validity: Bitmap | undefined): LevelSizes {
  if (!nullable) return NO_LEVELS;
  const definition = sizedLevels(out, (levels) => {
    if (!validity || validity.zeros === 0 || validity.zeros === rows) {
      levels.varint(rows * 2);
      levels.byte(validity && validity.zeros === rows ? 0 : 1);
    } else {
      levels.varint(validity.bits.length * 2 + 1);
      levels.bytes(validity.bits);
    }
  });
  return { repetition: 0, definition };
}

/** Levels behind their length, as data pages v1 have them. @returns bytes written */
export function sizedLevels(out: ByteWriter, write: (levels: ByteWriter) => void): number {
  const levels = new ByteWriter(16);
  write(levels);
  out.uint(levels.length, 4);
  out.bytes(levels.finish());
  return levels.length + 4;
}
