/** Where an array's values may be put. */
export interface ValueMemory {
  /** @returns `length` bytes on a boundary of eight */
  take(length: number): Uint8Array;
}

/** Memory for one array at a time: taking it again gives the same bytes, holding anything. */
export class ReusableMemory implements ValueMemory {
  #bytes = new Uint8Array(0);

  /** @returns `length` bytes at the start of a buffer of their own */
  take(length: number): Uint8Array {
    if (this.#bytes.length < length) this.#bytes = Buffer.allocUnsafeSlow(length);
    return this.#bytes.subarray(0, length);
  }
}
