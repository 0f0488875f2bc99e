/** What a footer says, as far as reading needs it (parquet.thrift). */
export interface FileMetadata {
  readonly schema: readonly SchemaElement[];
  readonly rows: number;
  readonly rowGroups: readonly RowGroupMetadata[];
  readonly keyValues: ReadonlyMap<string, string>;
  readonly createdBy: string;
  /** Per leaf, whether bounds in `min_value` and `max_value` are in the order of the type; empty: nothing is said. */
  readonly typeOrders: readonly boolean[];
}

export interface SchemaElement {
  readonly name: string;
  /** Absent: a group. */
  readonly physical?: number;
  readonly length?: number;
  /** 0 required, 1 optional, 2 repeated. */
  readonly repetition: number;
  readonly children: number;
  readonly converted?: number;
  readonly scale?: number;
  readonly precision?: number;
  readonly logical?: LogicalType;
}

/** Of the union LogicalType: the field that is set, and what it holds. */
export interface LogicalType {
  readonly id: number;
  readonly scale?: number;
  readonly precision?: number;
  readonly bits?: number;
  readonly isSigned?: boolean;
  readonly isUtc?: boolean;
  readonly unit?: "ms" | "us" | "ns";
}

export interface RowGroupMetadata {
  readonly rows: number;
  /** In the order of the schema's leaves. */
  readonly columns: readonly ColumnChunk[];
}

/** A piece of the file by place and length. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

export interface ColumnChunk {
  readonly path: readonly string[];
  readonly physical: number;
  readonly codec: number;
  readonly values: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  readonly dataPageOffset: number;
  readonly dictionaryPageOffset?: number;
  readonly statistics?: Statistics;
  readonly bloomFilter?: Pick<Place, "offset"> & { readonly length?: number };
  readonly offsetIndex?: Place;
  readonly columnIndex?: Place;
  /** Another file in which the chunk lies. */
  readonly file?: string;
  readonly isEncrypted?: true;
}

export interface Statistics {
  /** Of before column orders were defined, in an order that the writer chose. */
  readonly oldMin?: Uint8Array;
  readonly oldMax?: Uint8Array;
  readonly min?: Uint8Array;
  readonly max?: Uint8Array;
  readonly nulls?: number;
}

/** Numbers of parquet.thrift. */
export const TYPE = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  INT96: 3,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
} as const;
export const TYPE_NAMES: readonly string[] = Object.keys(TYPE);
export const REPEATED = 2;
export const REQUIRED = 0;
