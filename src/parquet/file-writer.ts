import { createHash, type Hash } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { type FileDescription, FileLayout, MAGIC } from "./file-layout.js";
import type { EncodedRowGroup } from "./row-group.js";

export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  /** Of the whole file, hex. */
  readonly sha256: string;
}

/** Bytes go to the file, its checksum and its position together. */
export class FileOutput {
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

/** Writes a Parquet file row group by row group; holds no more than the one that is being written. */
export class ParquetFileWriter {
  readonly #output: FileOutput;
  readonly #layout = new FileLayout();

  constructor(
    path: string,
    readonly description: FileDescription,
  ) {
    this.#output = new FileOutput(path);
    this.#orAbandon(() => this.#output.write(MAGIC));
  }

  append(group: EncodedRowGroup): void {
    const { columns, rows, sorting } = group;
    const sizes = columns.map((column) => column.size);
    const filters = this.#layout.place({ columns, sizes, rows, ...(sorting && { sorting }) });
    for (const column of columns) for (const bytes of column.bytes) this.#output.write(bytes);
    for (const filter of filters) this.#output.write(filter);
  }

  /** Closes the file, also where it fails. */
  finish(): WrittenFile {
    return this.#orAbandon(() => {
      this.#output.write(this.#layout.finish(this.description));
      const bytes = this.#output.bytes;
      return { rows: this.#layout.rows, bytes, sha256: this.#output.close() };
    });
  }

  /** Closes the half-written file; removing it is the caller's. */
  abandon(): void {
    this.#output.abandon();
  }

  #orAbandon<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.abandon();
      throw error;
    }
  }
}
