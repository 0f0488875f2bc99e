import { GraticuleError } from "../errors.js";

/**
 * Thrift's compact protocol as a tree, for the metadata of Parquet: a footer is read, a few offsets are changed, and it is
 * written again with everything else as it was. Source: thrift-compact-protocol.md of the Apache Thrift project.
 */
export type ThriftType = "bool" | "i8" | "i16" | "i32" | "i64" | "double" | "binary" | "list" | "set" | "map" | "struct";

export type ThriftValue =
  | { readonly type: "bool"; readonly value: boolean }
  /** Integers beyond ±2⁵³ are kept as bigint. */
  | { readonly type: "i8" | "i16" | "i32" | "i64"; readonly value: number | bigint }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "binary"; readonly value: Uint8Array }
  | { readonly type: "list" | "set"; readonly item: ThriftType; readonly value: readonly ThriftValue[] }
  | {
      readonly type: "map";
      readonly value: readonly (readonly [ThriftValue, ThriftValue])[];
      readonly key: ThriftType;
      readonly item: ThriftType;
    }
  | ThriftStruct;

/** Fields by id, in the order of the file. */
export interface ThriftStruct {
  readonly type: "struct";
  readonly value: ReadonlyMap<number, ThriftValue>;
}

const TYPES: Readonly<Record<number, ThriftType>> = {
  1: "bool",
  2: "bool",
  3: "i8",
  4: "i16",
  5: "i32",
  6: "i64",
  7: "double",
  8: "binary",
  9: "list",
  10: "set",
  11: "map",
  12: "struct",
};
const CODES: Readonly<Record<ThriftType, number>> = {
  bool: 1,
  i8: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
};

const MAX_DEPTH = 32;

/** One struct at the start of `bytes`, and how many bytes it took. @throws `malformed` */
export function decodeStruct(bytes: Uint8Array): { struct: ThriftStruct; length: number } {
  const reader = new Reader(bytes);
  const struct = reader.struct(0);
  return { struct, length: reader.at };
}

class Reader {
  at = 0;
  readonly #view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  struct(depth: number): ThriftStruct {
    if (depth > MAX_DEPTH) throw this.#bad("nests too deep");
    const fields = new Map<number, ThriftValue>();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) return { type: "struct", value: fields };
      const delta = head >> 4;
      id = delta ? id + delta : Number(this.#zigzag());
      const code = head & 15;
      fields.set(id, code <= 2 ? { type: "bool", value: code === 1 } : this.#value(this.#typeOf(code), depth + 1));
    }
  }

  #value(type: ThriftType, depth: number): ThriftValue {
    switch (type) {
      case "bool":
        return { type, value: this.#byte() === 1 };
      case "i8":
        return { type, value: (this.#byte() << 24) >> 24 };
      case "i16":
      case "i32":
      case "i64":
        return { type, value: narrow(this.#zigzag()) };
      case "double": {
        if (this.at + 8 > this.bytes.length) throw this.#bad("ends inside a double");
        this.at += 8;
        return { type, value: this.#view.getFloat64(this.at - 8, true) };
      }
      case "binary": {
        const length = this.#size();
        this.at += length;
        return { type, value: this.bytes.subarray(this.at - length, this.at) };
      }
      case "list":
      case "set": {
        const head = this.#byte();
        const item = this.#typeOf(head & 15);
        const count = head >> 4 === 15 ? this.#size() : head >> 4;
        const value: ThriftValue[] = [];
        for (let i = 0; i < count; i++) value.push(item === "struct" ? this.struct(depth + 1) : this.#value(item, depth + 1));
        return { type, item, value };
      }
      case "map": {
        const count = this.#size();
        if (count === 0) return { type, value: [], key: "binary", item: "binary" };
        const types = this.#byte();
        const key = this.#typeOf(types >> 4);
        const item = this.#typeOf(types & 15);
        return {
          type,
          key,
          item,
          value: Array.from({ length: count }, () => [this.#value(key, depth + 1), this.#value(item, depth + 1)] as const),
        };
      }
      case "struct":
        return this.struct(depth);
    }
  }

  #typeOf(code: number): ThriftType {
    const type = TYPES[code];
    if (!type) throw this.#bad(`has an unknown type ${code}`);
    return type;
  }

  #byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw this.#bad("ends early");
    return byte;
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw this.#bad("has an endless integer");
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  /** A count or a length: never more than the bytes that are left. */
  #size(): number {
    const size = this.#varint();
    if (size > BigInt(this.bytes.length - this.at)) throw this.#bad(`declares ${size} of something`);
    return Number(size);
  }

  #bad(why: string): GraticuleError {
    return new GraticuleError("malformed", `Parquet metadata ${why}`, { offset: this.at });
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The bytes of a struct. */
export function encodeStruct(struct: ThriftStruct): Uint8Array {
  const out: number[] = [];
  writeStruct(out, struct);
  return Uint8Array.from(out);
}

function writeStruct(out: number[], struct: ThriftStruct): void {
  let last = 0;
  for (const [id, field] of [...struct.value].sort((a, b) => a[0] - b[0])) {
    const code = field.type === "bool" ? (field.value ? 1 : 2) : CODES[field.type];
    const delta = id - last;
    if (delta > 0 && delta < 16) out.push((delta << 4) | code);
    else {
      out.push(code);
      writeVarint(out, zigzag(BigInt(id)));
    }
    if (field.type !== "bool") writeValue(out, field);
    last = id;
  }
  out.push(0);
}

function writeValue(out: number[], field: ThriftValue): void {
  switch (field.type) {
    case "bool":
      out.push(field.value ? 1 : 2);
      return;
    case "i8":
      out.push(Number(field.value) & 255);
      return;
    case "i16":
    case "i32":
    case "i64":
      writeVarint(out, zigzag(BigInt(field.value)));
      return;
    case "double":
      out.push(...new Uint8Array(Float64Array.of(field.value).buffer));
      return;
    case "binary":
      writeVarint(out, BigInt(field.value.length));
      for (const byte of field.value) out.push(byte);
      return;
    case "list":
    case "set": {
      const count = field.value.length;
      out.push((Math.min(count, 15) << 4) | CODES[field.item]);
      if (count >= 15) writeVarint(out, BigInt(count));
      for (const item of field.value) writeValue(out, item);
      return;
    }
    case "map":
      writeVarint(out, BigInt(field.value.length));
      if (field.value.length === 0) return;
      out.push((CODES[field.key] << 4) | CODES[field.item]);
      for (const [key, value] of field.value) {
        writeValue(out, key);
        writeValue(out, value);
      }
      return;
    case "struct":
      writeStruct(out, field);
  }
}

function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}

function writeVarint(out: number[], value: bigint): void {
  let rest = value;
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
}
