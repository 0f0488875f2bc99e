import type { ByteSink } from "../store/output/byte-sink.js";
import { FileOutput } from "../store/output/file-output.js";
import { type FileDescription, FileLayout, MAGIC } from "./file-layout.js";
import type { EncodedRowGroup } from "./row-group.js";

export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  /** Of the whole file, hex. */
  readonly sha256: string;
}

/** Lays a Parquet file into a sink, row group by row group; holds metadata only. Closing the sink is the caller's. */
export class ParquetWriter {
  readonly #layout = new FileLayout();

  constructor(
    readonly sink: ByteSink,
    readonly description: FileDescription,
  ) {
    sink.write(MAGIC);
  }

  append(group: EncodedRowGroup): void {
    const { columns, rows, sorting } = group;
    const sizes = columns.map((column) => column.size);
    const filters = this.#layout.place({ columns, sizes, rows, ...(sorting && { sorting }) });
    for (const column of columns) for (const bytes of column.bytes) this.sink.write(bytes);
    for (const filter of filters) this.sink.write(filter);
  }

  /** Writes the footer. @param description where some of it is known only now @returns rows of the file */
  finish(description = this.description): number {
    this.sink.write(this.#layout.finish(description));
    return this.#layout.rows;
  }
}

/** Writes a Parquet file of the file system row group by row group; holds no more than the one that is being written. */
export class ParquetFileWriter {
  readonly #output: FileOutput;
  readonly #writer: ParquetWriter;

  constructor(path: string, description: FileDescription) {
    this.#output = new FileOutput(path);
    this.#writer = this.#orAbandon(() => new ParquetWriter(this.#output, description));
  }

  append(group: EncodedRowGroup): void {
    this.#writer.append(group);
  }

  /** Closes the file, also where it fails. */
  finish(): WrittenFile {
    return this.#orAbandon(() => {
      const rows = this.#writer.finish();
      const bytes = this.#output.bytes;
      return { rows, bytes, sha256: this.#output.close() };
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
