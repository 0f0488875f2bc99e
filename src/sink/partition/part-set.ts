import { GraticuleError } from "../../errors.js";
import type { EncodeOptions } from "../../parquet/dense-column.js";
import type { SortedColumn } from "../../parquet/file-layout.js";
import { PageArena } from "../../parquet/page-arena.js";
import type { EncodedRowGroup } from "../../parquet/row-group.js";
import type { GridBatch } from "../../schema/grid-batch.js";
import type { TaskPart } from "../commit/markers.js";
import type { EncodingTally } from "../encoding-tally.js";
import { type PartContext, PartWriter } from "../part-writer.js";
import { RowGroupBuilder } from "../row-group-builder.js";
import { tooManyPartitions } from "./too-many.js";

/** Files that one task has open at a time. */
const MOST_OPEN = 64;
/** Bytes of gathered rows of all folders together. */
const MOST_WAITING = 48 << 20;
/** Folders of a table, at most: each is a file of every task that has rows of it. */
export const MOST_PARTITIONS = 10_000;

export interface PartSetOptions extends Omit<EncodeOptions, "arena"> {
  readonly maxRows: number;
  readonly sorted?: readonly SortedColumn[];
}

interface Open {
  readonly folder: string;
  readonly builder: RowGroupBuilder;
  writer: PartWriter | null;
  /** Parts that the folder has besides the open one. */
  finished: number;
}

/** The parts of a task, one a folder; of the files only some are open, and of the rows that wait only some are in memory. */
export class PartSet {
  /** In the order of last use. */
  readonly #folders = new Map<string, Open>();
  readonly #arena = new PageArena();
  readonly #parts: TaskPart[] = [];
  readonly #finished: PartWriter[] = [];
  #opened = 0;
  #writers = 0;
  #waiting = 0;

  constructor(
    readonly options: PartSetOptions,
    readonly context: PartContext,
    readonly encodings: EncodingTally,
  ) {}

  /** @throws `usage` for more folders than {@link MOST_PARTITIONS} */
  async add(folder: string, batch: GridBatch): Promise<void> {
    const open = this.#folders.get(folder) ?? this.#open(folder);
    this.#folders.delete(folder);
    this.#folders.set(folder, open);
    const before = open.builder.waitingBytes;
    await this.#write(open, open.builder.add(batch));
    this.#waiting += open.builder.waitingBytes - before;
    while (this.#waiting > MOST_WAITING) await this.#flush(this.#largest());
  }

  async finish(): Promise<readonly TaskPart[]> {
    for (const open of this.#folders.values()) {
      await this.#flush(open);
      await this.#close(open);
    }
    return this.#parts;
  }

  async abandon(): Promise<void> {
    for (const { writer } of this.#folders.values()) await writer?.abandon();
    for (const writer of this.#finished) await writer.abandon();
  }

  #open(folder: string): Open {
    if (this.#folders.size === MOST_PARTITIONS) throw tooManyPartitions(`more than ${MOST_PARTITIONS}`, MOST_PARTITIONS, folder);
    const { maxRows, ...options } = this.options;
    return { folder, builder: new RowGroupBuilder(maxRows, { ...options, arena: this.#arena }), writer: null, finished: 0 };
  }

  #largest(): Open {
    let largest: Open | null = null;
    for (const open of this.#folders.values())
      if (!largest || open.builder.waitingBytes > largest.builder.waitingBytes) largest = open;
    if (!largest) throw new GraticuleError("internal", "rows wait for no folder");
    return largest;
  }

  async #flush(open: Open): Promise<void> {
    this.#waiting -= open.builder.waitingBytes;
    await this.#write(open, open.builder.finish());
  }

  async #write(open: Open, groups: Iterable<EncodedRowGroup>): Promise<void> {
    for (const group of groups) {
      if (!open.writer) {
        if (this.#writers >= MOST_OPEN) await this.#closeOldest();
        open.writer = await PartWriter.open(this.context, open.folder, this.#opened++, open.finished);
        this.#writers++;
      }
      this.encodings.add(group);
      await open.writer.append(group);
    }
  }

  async #closeOldest(): Promise<void> {
    for (const open of this.#folders.values()) {
      if (!open.writer) continue;
      await this.#close(open);
      return;
    }
  }

  async #close(open: Open): Promise<void> {
    if (!open.writer) return;
    this.#finished.push(open.writer);
    this.#parts.push(await open.writer.finish());
    open.writer = null;
    open.finished++;
    this.#writers--;
  }
}
