import { createHash } from "node:crypto";
import { endianness } from "node:os";
import type { Values } from "../../format/contract.js";
import type { DType } from "../../schema/dtype.js";
import { bytesOf, swapBytes, type TypedArray } from "../../schema/typed-array.js";

/** Whether `stored.sha256` is defined: structured elements have no bytes of their own order. */
export function hasStoredBytes(dtype: DType): boolean {
  return dtype.name !== "compound" && dtype.name !== "vlen" && dtype.name !== "opaque" && dtype.name !== "reference";
}

/** SHA-256 of values in C order: numbers little-endian without padding, `char` as its bytes, text in UTF-8 joined by newlines. */
export class StoredChecksum {
  readonly #hash = createHash("sha256");
  #started = false;

  add(values: Values): void {
    if (ArrayBuffer.isView(values)) this.#hash.update(littleEndian(values as TypedArray));
    else for (const value of values) this.#addText(String(value));
  }

  result(): string {
    return this.#hash.digest("hex");
  }

  #addText(text: string): void {
    this.#hash.update(this.#started ? `\n${text}` : text, "utf8");
    this.#started = true;
  }
}

const isLittle = endianness() === "LE";

function littleEndian(values: TypedArray): Uint8Array {
  const bytes = bytesOf(values);
  if (isLittle || values.BYTES_PER_ELEMENT === 1) return bytes;
  const copy = bytes.slice();
  swapBytes(copy, values.BYTES_PER_ELEMENT);
  return copy;
}
