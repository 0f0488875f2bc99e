import { createHash, type Hash } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import type { ByteSink } from "./byte-sink.js";

/** Bytes go to the file, its checksum and its position together. */
export class FileOutput implements ByteSink {
  readonly #fd: number;
  readonly #hash: Hash = createHash("sha256");
  #isOpen = true;
  bytes = 0;

  constructor(readonly path: string) {
    this.#fd = openSync(path, "w");
  }

  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    this.#hash.update(bytes);
    this.bytes += bytes.length;
  }

  /** On the disk, not in its cache. @returns the checksum */
  close(): string {
    fsyncSync(this.#fd);
    this.abandon();
    return this.#hash.digest("hex");
  }

  /** Lets go of the file, as it is; also of one that is closed. */
  abandon(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#fd);
  }
}
