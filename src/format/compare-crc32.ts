import { crc32 } from "node:zlib";
import { GraticuleError } from "../errors.js";

/** @throws `checksum` where the bytes are not those that their container's CRC-32 was made of */
export function compareCrc32(bytes: Uint8Array, expected: number): void {
  const found = crc32(bytes);
  if (found === expected) return;
  throw new GraticuleError("checksum", `a chunk differs from its CRC-32: ${hex(found)} where ${hex(expected)} is stored`, {
    hint: "the file was damaged after it was written: fetch it again",
  });
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
