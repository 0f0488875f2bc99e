/** What is asked of the reader process: a box of one dataset of the file it was started with. */
export interface ReadRequest {
  readonly id: number;
  /** Path of the dataset inside the file. */
  readonly path: string;
  readonly start: readonly number[];
  readonly count: readonly number[];
  /** Bytes of one element, those of array dimensions included. */
  readonly elementSize: number;
  /** Variable strings come as text, everything else as its bytes in stored order. */
  readonly wanted: "bytes" | "texts";
}

export type ReadReply =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly texts: readonly string[] }
  | { readonly id: number; readonly error: string };
