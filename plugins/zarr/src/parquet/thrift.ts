import { ZarrError } from "../error.js";

/** A value of Thrift's compact protocol; structures by field number. */
export type ThriftValue = number | boolean | Uint8Array | readonly ThriftValue[] | ThriftStruct;
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

const MAX_DEPTH = 16;

/** Reads Thrift's compact protocol, as far as Parquet's metadata use it. Every count is held against the bytes that remain. */
export class CompactReader {
  constructor(
    private readonly bytes: Uint8Array,
    /** Of the next byte. */
    public offset = 0,
  ) {}

  /** @throws `malformed` */
  struct(depth = 0): ThriftStruct {
    if (depth > MAX_DEPTH) throw new ZarrError("malformed", "Parquet's metadata are nested too deeply");
    const fields = new Map<number, ThriftValue>();
    for (let id = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return fields;
      id = head >> 4 === 0 ? zigzag(this.varint()) : id + (head >> 4);
      fields.set(id, this.#value(head & 15, depth));
    }
  }

  /** An unsigned number. @throws `malformed` beyond 2⁵³ */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 63; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (value > 2 ** 54) break;
        return value;
      }
    }
    throw new ZarrError("malformed", "Parquet's metadata hold a number that is too large");
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        return type === 1;
      case 3:
        return (this.#byte() << 24) >> 24;
      case 4:
      case 5:
      case 6:
        return zigzag(this.varint());
      case 7:
        return new DataView(this.#take(8).slice().buffer).getFloat64(0, true);
      case 8:
        return this.#take(this.varint());
      case 9:
      case 10:
        return this.#list(depth);
      case 12:
        return this.struct(depth + 1);
      default:
        throw new ZarrError("malformed", `Parquet's metadata hold a value of the unknown type ${type}`);
    }
  }

  #list(depth: number): ThriftValue[] {
    const head = this.#byte();
    const count = head >> 4 === 15 ? this.varint() : head >> 4;
    if (count > this.bytes.length - this.offset)
      throw new ZarrError("malformed", "Parquet's metadata hold a list that is too long");
    const list: ThriftValue[] = [];
    // Elements that are truth values have a byte of their own.
    for (let i = 0; i < count; i++) list.push((head & 15) <= 2 ? this.#byte() === 1 : this.#value(head & 15, depth + 1));
    return list;
  }

  #byte(): number {
    const byte = this.bytes[this.offset++];
    if (byte === undefined) throw new ZarrError("truncated", "Parquet's metadata end too early");
    return byte;
  }

  #take(length: number): Uint8Array {
    if (length > this.bytes.length - this.offset) throw new ZarrError("truncated", "Parquet's metadata end too early");
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }
}

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

export function numberAt(struct: ThriftStruct, id: number): number | undefined {
  const value = struct.get(id);
  return typeof value === "number" ? value : undefined;
}

export function structAt(struct: ThriftStruct, id: number): ThriftStruct | undefined {
  const value = struct.get(id);
  return value instanceof Map ? value : undefined;
}

export function structsAt(struct: ThriftStruct, id: number): readonly ThriftStruct[] {
  const value = struct.get(id);
  return Array.isArray(value) ? value.filter((item): item is ThriftStruct => item instanceof Map) : [];
}

export function textAt(struct: ThriftStruct, id: number): string {
  const value = struct.get(id);
  return value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : "";
}
