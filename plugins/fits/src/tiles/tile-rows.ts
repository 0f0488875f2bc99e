import type { ReadContext } from "graticule/plugin";
import type { BinaryColumn } from "../tables/binary-columns.js";
import type { TileLayout } from "./tile-layout.js";

/** Rows read at a time, and how many such groups are kept. */
const GROUP_BYTES = 1 << 16;
const KEPT = 8;

/** What the row of a tile says: where its bytes are, and numbers of its own. */
export class TileRow {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Elements and offset in the heap; undefined where there is no such column, or nothing in it. */
  descriptor(column: BinaryColumn | undefined): { count: number; offset: number } | undefined {
    if (!column || column.width === 0) return undefined;
    const at = column.offset;
    const isLong = column.parsed.letter === "Q";
    const count = isLong ? Number(this.#view.getBigUint64(at)) : this.#view.getUint32(at);
    const offset = isLong ? Number(this.#view.getBigUint64(at + 8)) : this.#view.getUint32(at + 4);
    return count === 0 ? undefined : { count, offset };
  }

  /** Of a column of integers, exact. */
  integer(column: BinaryColumn | undefined): number | bigint | undefined {
    return column?.parsed.letter === "K" && column.width > 0 ? this.#view.getBigInt64(column.offset) : this.number(column);
  }

  number(column: BinaryColumn | undefined): number | undefined {
    if (!column || column.width === 0) return undefined;
    switch (column.parsed.letter) {
      case "D":
        return this.#view.getFloat64(column.offset);
      case "E":
        return this.#view.getFloat32(column.offset);
      case "J":
        return this.#view.getInt32(column.offset);
      case "I":
        return this.#view.getInt16(column.offset);
      case "K":
        return Number(this.#view.getBigInt64(column.offset));
      case "B":
        return this.#view.getUint8(column.offset);
      default:
        return undefined;
    }
  }
}

/** Rows of the table, read in groups: neighbouring tiles are asked for together. */
export class TileRows {
  readonly #groups = new Map<number, Promise<Uint8Array>>();
  readonly #perGroup: number;

  constructor(readonly layout: TileLayout) {
    this.#perGroup = Math.max(1, Math.floor(GROUP_BYTES / Math.max(1, layout.rowLength)));
  }

  async read(row: number, context: ReadContext): Promise<TileRow> {
    const group = Math.floor(row / this.#perGroup);
    let reading = this.#groups.get(group);
    if (!reading) {
      reading = this.#readGroup(group, context);
      this.#groups.set(group, reading);
      reading.catch(() => this.#groups.delete(group));
      const [oldest] = this.#groups.keys();
      if (this.#groups.size > KEPT && oldest !== undefined) this.#groups.delete(oldest);
    }
    const { rowLength } = this.layout;
    const at = (row - group * this.#perGroup) * rowLength;
    return new TileRow((await reading).subarray(at, at + rowLength));
  }

  #readGroup(group: number, context: ReadContext): Promise<Uint8Array> {
    const { hdu, file, rowLength, rows } = this.layout;
    const start = group * this.#perGroup;
    return context.readPieces({
      url: file,
      offset: hdu.dataOffset + start * rowLength,
      stride: rowLength,
      count: Math.min(this.#perGroup, rows - start),
      length: rowLength,
    });
  }
}
