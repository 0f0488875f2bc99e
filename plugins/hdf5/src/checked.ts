import { Cursor } from "./cursor.js";
import { Hdf5Error, malformed } from "./errors.js";
import { lookup3 } from "./lookup3.js";
import type { Address, MetadataFile } from "./model.js";

/** A cursor of any {@link MetadataFile} over `length` bytes at an address. */
export function cursorAt(file: MetadataFile, address: number, length: number): Cursor | Promise<Cursor> {
  const bytes = file.read(address, length);
  return bytes instanceof Uint8Array ? cursorOver(file, address, bytes) : bytes.then((later) => cursorOver(file, address, later));
}

function cursorOver(file: MetadataFile, address: number, bytes: Uint8Array): Cursor {
  return new Cursor(bytes, file.baseAddress + address, file.sizeOfOffsets, file.sizeOfLengths);
}

/** The last four bytes are the lookup3 checksum of those before. @throws `checksum` */
export function verifyChecksum(bytes: Uint8Array, offset: number, what: string): void {
  const body = bytes.length - 4;
  if (body < 0) throw malformed(`${what} in ${bytes.length} bytes`, offset);
  const stored =
    ((bytes[body] as number) | ((bytes[body + 1] as number) << 8) | ((bytes[body + 2] as number) << 16)) +
    (bytes[body + 3] as number) * 0x1000000;
  const computed = lookup3(bytes.subarray(0, body));
  if (stored !== computed)
    throw new Hdf5Error("checksum", `the checksum of ${what} is ${hex(stored)}, its content gives ${hex(computed)}`, { offset });
}

/** @throws `malformed` where the address is undefined */
export function defined(address: Address, what: string): number {
  if (address === null) throw malformed(`the address of ${what} is undefined`);
  return address;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
