import { rmSync } from "node:fs";
import { join } from "node:path";
import { asGraticuleError } from "../errors.js";
import type { ByteSink } from "../parquet/byte-sink.js";
import type { FileDescription } from "../parquet/file-layout.js";
import { FileOutput, ParquetWriter } from "../parquet/file-writer.js";
import type { EncodedRowGroup } from "../parquet/row-group.js";
import { RangeCollector } from "./column-ranges.js";
import type { TaskPart } from "./commit/markers.js";

/** The bytes of one part that nobody sees yet. */
export interface PartOutput extends ByteSink {
  /** Waits where more has been written than should lie in memory. */
  ready(): Promise<void>;
  /** Until here it can be given up. @returns where it is staged, and its checksum */
  finish(): Promise<Pick<TaskPart, "staged" | "sha256">>;
  /** Leaves nothing; also of one that is finished. */
  abandon(): Promise<void>;
}

/** What the parts of one attempt of a task have in common. */
export interface PartContext {
  readonly staging: string;
  readonly task: number;
  readonly attempt: string;
  readonly description: FileDescription;
}

/** Writes one part: row groups as they come. A file is made with the first of them. */
export class PartWriter {
  readonly #output: PartOutput;
  readonly #writer: ParquetWriter;
  readonly #ranges: RangeCollector;

  private constructor(
    readonly folder: string,
    readonly sequence: number,
    output: PartOutput,
    description: FileDescription,
  ) {
    this.#output = output;
    this.#writer = new ParquetWriter(output, description);
    this.#ranges = new RangeCollector(description.fields);
  }

  /**
   * @param folder under the table's, "" or `year=2000/month=1`
   * @param count parts that this attempt has begun before: names are told apart by it
   * @param sequence of the parts that the task puts into this folder, which one
   */
  static async open(context: PartContext, folder: string, count: number, sequence = 0): Promise<PartWriter> {
    const { staging, task, attempt, description } = context;
    const output = new StagedFile(staging, `part-${task}-${attempt}${count === 0 ? "" : `-${count}`}.parquet`);
    try {
      return new PartWriter(folder, sequence, output, description);
    } catch (error) {
      await output.abandon();
      throw error;
    }
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#output.bytes;
  }

  async append(group: EncodedRowGroup): Promise<void> {
    this.#writer.append(group);
    this.#ranges.add(group);
    await this.#output.ready();
  }

  async finish(): Promise<TaskPart> {
    const rows = this.#writer.finish();
    const { bytes } = this.#output;
    const ranges = this.#ranges.finish();
    return { folder: this.folder, sequence: this.sequence, rows, bytes, ranges, ...(await this.#output.finish()) };
  }

  abandon(): Promise<void> {
    return this.#output.abandon();
  }
}

/** A part in the staging folder, on the file system of the destination. Its errors name the file. */
class StagedFile implements PartOutput {
  readonly #path: string;
  readonly #output: FileOutput;

  constructor(
    staging: string,
    readonly name: string,
  ) {
    this.#path = join(staging, name);
    this.#output = this.#named(() => new FileOutput(this.#path));
  }

  get bytes(): number {
    return this.#output.bytes;
  }

  write(bytes: Uint8Array): void {
    this.#named(() => this.#output.write(bytes));
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  async finish(): Promise<Pick<TaskPart, "staged" | "sha256">> {
    return { staged: { kind: "file", name: this.name }, sha256: this.#named(() => this.#output.close()) };
  }

  async abandon(): Promise<void> {
    this.#output.abandon();
    rmSync(this.#path, { force: true });
  }

  #named<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asGraticuleError(error, { file: this.#path });
    }
  }
}
