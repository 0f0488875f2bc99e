import type { ThriftStruct, ThriftType, ThriftValue } from "./thrift.js";

/** Names for the numbers of the Parquet format (parquet.thrift, format 2.11). */
export const PHYSICAL = { BOOLEAN: 0, INT32: 1, INT64: 2, FLOAT: 4, DOUBLE: 5, BYTE_ARRAY: 6, FIXED_LEN_BYTE_ARRAY: 7 } as const;
export type Physical = (typeof PHYSICAL)[keyof typeof PHYSICAL];

export const ENCODING = {
  PLAIN: 0,
  RLE: 3,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  DELTA_BYTE_ARRAY: 7,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const;
export type EncodingName = keyof typeof ENCODING;
export type Encoding = (typeof ENCODING)[EncodingName];

export const CODEC = { none: 0, snappy: 1, gzip: 2, zstd: 6, lz4_raw: 7 } as const;
/** What pages can be compressed with. */
export type PageCodec = keyof typeof CODEC;
/** What a conversion can be asked for. */
export type CodecName = PageCodec;

export const PAGE_TYPE = { DATA: 0, DICTIONARY: 2, DATA_V2: 3 } as const;

type Fields = Readonly<Record<number, ThriftValue | undefined>>;

/** A struct from its fields; those that are undefined are left out. */
export function struct(fields: Fields): ThriftStruct {
  const value = new Map<number, ThriftValue>();
  for (const [id, field] of Object.entries(fields)) if (field) value.set(Number(id), field);
  return { type: "struct", value };
}

export const i8 = (value: number): ThriftValue => ({ type: "i8", value });
export const i16 = (value: number): ThriftValue => ({ type: "i16", value });
export const i32 = (value: number): ThriftValue => ({ type: "i32", value });
export const i64 = (value: number | bigint): ThriftValue => ({ type: "i64", value });
export const bool = (value: boolean): ThriftValue => ({ type: "bool", value });
export const binary = (value: Uint8Array): ThriftValue => ({ type: "binary", value });
export const text = (value: string): ThriftValue => ({ type: "binary", value: Buffer.from(value) });
export const list = (item: ThriftType, value: readonly ThriftValue[]): ThriftValue => ({ type: "list", item, value });

/** The field as a number. @throws where it is absent or no number: our own files and parquet-wasm's always have it */
export function numberAt(of: ThriftStruct, id: number): number {
  const field = of.value.get(id);
  if (field && "value" in field && (typeof field.value === "number" || typeof field.value === "bigint")) return Number(field.value);
  throw new TypeError(`Parquet metadata lacks the number in field ${id}`);
}

export function structAt(of: ThriftStruct, id: number): ThriftStruct | undefined {
  const field = of.value.get(id);
  return field?.type === "struct" ? field : undefined;
}

export function structsAt(of: ThriftStruct, id: number): readonly ThriftStruct[] {
  const field = of.value.get(id);
  return field?.type === "list" ? field.value.filter((item): item is ThriftStruct => item.type === "struct") : [];
}

/** The same struct with some fields replaced; undefined removes one. */
export function withFields(of: ThriftStruct, fields: Fields): ThriftStruct {
  const value = new Map(of.value);
  for (const [id, field] of Object.entries(fields)) {
    if (field) value.set(Number(id), field);
    else value.delete(Number(id));
  }
  return { type: "struct", value };
}
