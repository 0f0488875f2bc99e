import type { FileDescription } from "../parquet/file-layout.js";
import { ParquetWriter } from "../parquet/file-writer.js";
import type { EncodedRowGroup } from "../parquet/row-group.js";
import type { Task } from "../plan/run.js";
import type { PartOutput } from "../store/output/contract.js";
import { RangeCollector } from "./column-ranges.js";
import type { DestinationLayout, RunLayout } from "./commit/layout.js";
import type { TaskPart } from "./commit/markers.js";
import { partPath, placeOf } from "./commit/part-path.js";
import type { RunFile } from "./commit/run-file.js";
import { describePart } from "./geo/geo-metadata.js";

/** What the parts of one attempt of a task have in common. */
export interface PartContext {
  readonly layout: DestinationLayout;
  readonly run: RunLayout;
  readonly file: RunFile;
  readonly task: Task;
  readonly attempt: string;
  readonly description: FileDescription;
}

/** Writes one part: row groups as they come. */
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
   * @param count parts that this attempt has begun before: staged names are told apart by it
   * @param sequence of the parts that the task puts into this folder, which one
   */
  static async open(context: PartContext, folder: string, count: number, sequence = 0): Promise<PartWriter> {
    const { layout, run, file, task, attempt, description } = context;
    const name = `part-${task.id}-${attempt}${count === 0 ? "" : `-${count}`}.parquet`;
    const path = layout.single ? null : partPath(file, task, { folder, sequence });
    const output = await layout.store.openPart(placeOf(layout, run, name, path));
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
    const ranges = this.#ranges.finish();
    const rows = this.#writer.finish(describePart(this.#writer.description, ranges));
    const { bytes } = this.#output;
    return { folder: this.folder, sequence: this.sequence, rows, bytes, ranges, ...(await this.#output.finish()) };
  }

  abandon(): Promise<void> {
    return this.#output.abandon();
  }
}
