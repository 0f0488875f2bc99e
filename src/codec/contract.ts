/** One step of a chunk's coding, as data. `id` is the registered name: `deflate`, `shuffle`, `fletcher32`, `zstd`, … or `hdf5:<filter number>`. */
export interface CodecSpec {
  readonly id: string;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** Optional filters may have been skipped for a chunk (its filter mask says so). */
  readonly optional?: boolean;
}

export interface CodecContext {
  /** Bytes the whole chain must give, from the chunk's shape and element size. */
  readonly decodedLength: number;
  /** True: independent chunks may be decoded on the thread pool (the promise form). False: in this thread. */
  readonly parallel: boolean;
  /** False: `decodedLength` is only an upper bound of what this step gives, because another compressor encoded its output. Default true. */
  readonly exact?: boolean;
  /** True: the result is used up before this thread decodes another chunk, so that its memory may be used again then. */
  readonly reuse?: boolean;
  /** True: nobody else holds the input, so that it may be overwritten with the output. */
  readonly overwrite?: boolean;
}

export interface Codec {
  readonly id: string;
  /** As `inspect` prints it: `deflate:4`, `shuffle`. */
  label(spec: CodecSpec): string;
  /** Does now what the first chunk would otherwise wait for. */
  prepare?(): void;
  /** @throws `malformed`, `checksum` */
  decode(bytes: Uint8Array, spec: CodecSpec, context: CodecContext): Uint8Array | Promise<Uint8Array>;
}

export interface CodecRegistry {
  /** @throws `unsupported`, naming the id and where to get it */
  get(spec: CodecSpec): Promise<Codec>;
  /** Whether a decoder is installed; loads no code. */
  has(id: string): boolean;
  label(spec: CodecSpec): string;
}
