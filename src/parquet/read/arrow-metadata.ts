import { GraticuleError } from "../../errors.js";
import { damaged } from "./damaged.js";

/** Slots of the tables of Arrow's Message.fbs and Schema.fbs. */
const MESSAGE_HEADER = 2;
const SCHEMA_FIELDS = 1;
const FIELD_NAME = 0;
const FIELD_METADATA = 6;
const MOST = 100_000;

/**
 * The metadata of fields in an `ARROW:schema` entry of a footer, which Parquet has no place for: units, calendars. Read directly,
 * because loading Arrow for them takes longer than reading the file.
 * @throws `malformed`
 */
export function fieldMetadata(entry: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const bytes = Buffer.from(entry, "base64");
  try {
    const buffer = new FlatBuffer(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
    const start = bytes.readUInt32LE(0) === 0xffffffff ? 8 : 4;
    const schema = buffer.table(buffer.table(start, true), false, MESSAGE_HEADER);
    const fields = buffer.vector(schema, SCHEMA_FIELDS);
    return new Map(fields.map((field) => [buffer.text(field, FIELD_NAME), pairsOf(buffer, field)]));
  } catch (error) {
    if (error instanceof RangeError || (error as { code?: unknown }).code === "ERR_OUT_OF_RANGE")
      throw damaged("the entry ARROW:schema is cut or damaged", { cause: error });
    throw error;
  }
}

function pairsOf(buffer: FlatBuffer, field: number): Readonly<Record<string, string>> {
  return Object.fromEntries(buffer.vector(field, FIELD_METADATA).map((pair) => [buffer.text(pair, 0), buffer.text(pair, 1)]));
}

/** Tables are addresses; a read outside of the bytes is a RangeError. */
class FlatBuffer {
  #left = MOST;

  constructor(readonly view: DataView) {}

  /** The table that stands at an address, or in a slot of another table. */
  table(at: number, isRoot: boolean, slot = 0): number {
    const place = isRoot ? at : this.#slot(at, slot);
    if (place === 0) throw new GraticuleError("malformed", "Parquet: the entry ARROW:schema holds no schema");
    return place + this.view.getUint32(place, true);
  }

  /** Tables of a vector in a slot. */
  vector(table: number, slot: number): number[] {
    const place = this.#slot(table, slot);
    if (place === 0) return [];
    const at = place + this.view.getUint32(place, true);
    const length = this.view.getUint32(at, true);
    this.#left -= length;
    if (this.#left < 0 || length * 4 > this.view.byteLength) throw new RangeError(`a vector of ${length}`);
    return Array.from({ length }, (_, i) => this.table(at + 4 + 4 * i, true));
  }

  text(table: number, slot: number): string {
    const place = this.#slot(table, slot);
    if (place === 0) return "";
    const at = place + this.view.getUint32(place, true);
    const length = this.view.getUint32(at, true);
    if (at + 4 + length > this.view.byteLength) throw new RangeError(`a text of ${length} bytes`);
    return Buffer.from(this.view.buffer, this.view.byteOffset + at + 4, length).toString("utf8");
  }

  /** Where a slot's value is; 0 where it is absent. */
  #slot(table: number, slot: number): number {
    const vtable = table - this.view.getInt32(table, true);
    const offset = 4 + 2 * slot;
    if (offset >= this.view.getUint16(vtable, true)) return 0;
    const relative = this.view.getUint16(vtable + offset, true);
    return relative === 0 ? 0 : table + relative;
  }
}
