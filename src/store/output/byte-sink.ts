/** Where the bytes of a file go, front to back. They are copied or written at once: the caller may reuse its buffers. */
export interface ByteSink {
  /** Taken so far. */
  readonly bytes: number;
  write(bytes: Uint8Array): void;
}
