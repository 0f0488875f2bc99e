/** The one spelling of a byte range. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface RangeBytes {
  /** Position in the list that was asked for. */
  readonly index: number;
  /** Exactly `length` bytes, which the source may keep: see {@link ByteSource.givesViews}. */
  readonly bytes: Uint8Array;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Memory of the caller's that a single range may be read into. */
  readonly into?: Uint8Array;
  /** Told of requests as they are sent, and of bytes as they arrive; what a cache holds costs neither. Remote sources only. */
  readonly onTraffic?: OnTraffic;
}

export interface GetOptions extends ReadOptions {
  /** Bytes that the object may have. Default 256 MiB. */
  readonly most?: number;
}

export type OnTraffic = (requests: number, bytes: number) => void;

export interface Traffic {
  readonly requests: number;
  readonly bytes: number;
}

/** One opened object: its version is pinned, so that a file that changes while it is read is an error and not a mixture. */
export interface ByteSource {
  readonly url: string;
  readonly size: number;
  /** ETag, or size and mtime of a local file. */
  readonly version: string;
  /** A request costs a round trip: what is needed together is asked for together. */
  readonly isRemote?: true;
  /** What is read may be a view of memory that the source keeps: who hands it on copies it. Others give memory of its own. */
  readonly givesViews?: true;
  /** What reading these ranges together would take over the wire now, if nothing fails. Remote sources only. */
  cost?(ranges: readonly ByteRange[]): Traffic;
  /**
   * All ranges of a plan together, so that they can be coalesced; delivered in any order.
   * @throws `truncated` where a range passes the end, with its offset
   */
  read(ranges: readonly ByteRange[], options?: ReadOptions): AsyncIterable<RangeBytes>;
  /** One range; into the start of `into` where that is given and long enough. */
  readOne(range: ByteRange, options?: ReadOptions): Promise<Uint8Array>;
  /**
   * Whether what was read since opening was one version of it. Remote sources compare with every answer and have no need of it.
   * @throws `changed` where it was written to
   */
  verify?(): void;
  close(): Promise<void>;
}

export interface ObjectInfo {
  readonly url: string;
  readonly size: number;
  readonly version: string;
}

export interface Store {
  /** @throws `not-found`, `permission` */
  open(url: string, options?: ReadOptions): Promise<ByteSource>;
  /** A whole object in one request; null where it is not there. @throws `permission`; `malformed` or `unsupported` where it is larger than allowed */
  get(url: string, options?: GetOptions): Promise<Uint8Array | null>;
  /** @throws the signal's reason */
  list(prefix: string, options?: Pick<ReadOptions, "signal">): AsyncIterable<ObjectInfo>;
}
