import { damaged } from "./damaged.js";

/** Types of Thrift's compact protocol (thrift-compact-protocol.md). */
export const WIRE = {
  TRUE: 1,
  FALSE: 2,
  BYTE: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  SET: 10,
  MAP: 11,
  STRUCT: 12,
} as const;

const MAX_DEPTH = 32;

/**
 * A place in Thrift's compact protocol. What is not asked for is skipped without building anything, and every size is compared
 * with the bytes that are left, so that memory follows what is asked for.
 */
export class ThriftCursor {
  at = 0;
  #depth = 0;

  constructor(readonly bytes: Uint8Array) {}

  /**
   * One struct. @param field reads the value of the field and says true, or leaves it and says false
   * @throws `malformed`
   */
  struct(field: (id: number, type: number) => boolean): void {
    if (++this.#depth > MAX_DEPTH) throw this.bad("nest too deep");
    let id = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) break;
      const type = head & 15;
      id = head >> 4 ? id + (head >> 4) : this.integer();
      const before = this.at;
      if (!field(id, type)) {
        this.at = before;
        this.#skip(type, 0);
      }
    }
    this.#depth--;
  }

  /** A list of structs. @param read one of them @param least bytes of one */
  structs<T>(type: number, read: () => T, least = 1): T[] {
    const count = this.count(type, WIRE.STRUCT, least);
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read());
    return items;
  }

  /** How many items a list has. @param least bytes of an item */
  count(type: number, item: number, least = 1): number {
    if (type !== WIRE.LIST && type !== WIRE.SET) throw this.bad("have no list where one belongs");
    const head = this.#byte();
    const own = head & 15;
    const isBool = (item === WIRE.TRUE || item === WIRE.FALSE) && (own === WIRE.TRUE || own === WIRE.FALSE);
    const count = head >> 4 === 15 ? this.size() : head >> 4;
    if (count > 0 && own !== item && !isBool) throw this.bad(`have a list of type ${own} where one of type ${item} belongs`);
    if (count * least > this.bytes.length - this.at)
      throw this.bad(`declare ${count} items in ${this.bytes.length - this.at} bytes`);
    return count;
  }

  bool(type: number): boolean {
    return type === WIRE.TRUE;
  }

  /** A boolean inside a list. */
  flag(): boolean {
    return this.#byte() === 1;
  }

  byte(): number {
    return (this.#byte() << 24) >> 24;
  }

  /** A signed integer. @throws `malformed` beyond ±2⁵³: nothing that is read here is so large */
  integer(): number {
    const value = this.#varint();
    const half = Math.floor(value / 2);
    return value % 2 === 0 ? half : -half - 1;
  }

  binary(): Uint8Array {
    const length = this.size();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    const bytes = this.binary();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  }

  /** A count or a length: never more than the bytes that are left. */
  size(): number {
    const size = this.#varint();
    if (size > this.bytes.length - this.at) throw this.bad(`declare ${size} of something in ${this.bytes.length - this.at} bytes`);
    return size;
  }

  bad(why: string) {
    return damaged(`the metadata ${why}`);
  }

  #byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw this.bad("end early");
    return byte;
  }

  /** Up to 2⁵⁴, exactly: both halves of the zigzag code fit a double. */
  #varint(): number {
    let value = 0;
    let unit = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) {
        if (value > 2 ** 54) throw this.bad("have an integer beyond 2⁵³");
        return value;
      }
      unit *= 128;
    }
    throw this.bad("have an endless integer");
  }

  #skipVarint(): void {
    for (let i = 0; i < 10; i++) if (this.#byte() < 0x80) return;
    throw this.bad("have an endless integer");
  }

  #skip(type: number, depth: number): void {
    if (depth + this.#depth > MAX_DEPTH) throw this.bad("nest too deep");
    switch (type) {
      case WIRE.TRUE:
      case WIRE.FALSE:
        return;
      case WIRE.BYTE:
        this.#byte();
        return;
      case WIRE.I16:
      case WIRE.I32:
      case WIRE.I64:
        this.#skipVarint();
        return;
      case WIRE.DOUBLE:
        this.#forward(8);
        return;
      case WIRE.BINARY:
        this.#forward(this.size());
        return;
      case WIRE.LIST:
      case WIRE.SET: {
        const head = this.#byte();
        const count = head >> 4 === 15 ? this.size() : head >> 4;
        for (let i = 0; i < count; i++) this.#skipItem(head & 15, depth + 1);
        return;
      }
      case WIRE.MAP: {
        const count = this.size();
        if (count === 0) return;
        const types = this.#byte();
        for (let i = 0; i < count; i++) {
          this.#skipItem(types >> 4, depth + 1);
          this.#skipItem(types & 15, depth + 1);
        }
        return;
      }
      case WIRE.STRUCT:
        for (;;) {
          const head = this.#byte();
          if (head === 0) return;
          if (head >> 4 === 0) this.#skipVarint();
          this.#skip(head & 15, depth + 1);
        }
      default:
        throw this.bad(`have an unknown type ${type}`);
    }
  }

  /** Booleans take a byte here, where a field's is in its head. */
  #skipItem(type: number, depth: number): void {
    if (type === WIRE.TRUE || type === WIRE.FALSE) this.#byte();
    else this.#skip(type, depth);
  }

  #forward(bytes: number): void {
    if (bytes > this.bytes.length - this.at) throw this.bad("end early");
    this.at += bytes;
  }
}
