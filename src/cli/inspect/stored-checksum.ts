import { createHash } from "node:crypto";
import { endianness } from "node:os";
import type { ArrayVariable, Values } from "../../format/contract.js";
import type { Box } from "../../schema/box.js";
import type { DType } from "../../schema/dtype.js";
import { bytesOf, swapBytes, type TypedArray } from "../../schema/typed-array.js";

/** Whether `stored.sha256` is defined: structured elements have no bytes of their own order. */
export function hasStoredBytes(dtype: DType): boolean {
  return dtype.name !== "compound" && dtype.name !== "vlen" && dtype.name !== "opaque" && dtype.name !== "reference";
}

/** Takes the values of boxes and gives the checksum of all. */
export interface Checksum {
  add(values: Values, box: Box): void;
  result(): string;
  close(): void;
}

/** @param spooled boxes come in any order; otherwise they come in the array's */
export async function checksumOf(variable: ArrayVariable, spooled: boolean): Promise<Checksum> {
  if (!spooled) return new StoredChecksum();
  const { RowOrderSpool } = await import("./row-order-spool.js");
  const spool = new RowOrderSpool(variable.shape, variable.dtype.size);
  return {
    add: (values, box) => spool.put(littleEndian(values as TypedArray), box),
    result() {
      const hash = createHash("sha256");
      for (const piece of spool.pieces()) hash.update(piece);
      return hash.digest("hex");
    },
    close: () => spool.close(),
  };
}

/** SHA-256 of values in C order: numbers little-endian without padding, `char` as its bytes, text in UTF-8 joined by newlines. */
class StoredChecksum implements Checksum {
  readonly #hash = createHash("sha256");
  #started = false;

  add(values: Values): void {
    if (ArrayBuffer.isView(values)) this.#hash.update(littleEndian(values as TypedArray));
    else for (const value of values) this.#addText(String(value));
  }

  result(): string {
    return this.#hash.digest("hex");
  }

  close(): void {
    // It holds nothing but memory.
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
  const copy = new Uint8Array(bytes);
  swapBytes(copy, values.BYTES_PER_ELEMENT);
  return copy;
}
