import type { ByteRange, ByteSource } from "../store/contract.js";
import type { Pieces, SpoolLimits } from "./unwrap-spool.js";

export interface UnwrapOptions extends Partial<SpoolLimits> {
  readonly signal?: AbortSignal | undefined;
}

interface Wrapping {
  readonly name: string;
  readonly hex: string;
  /** Loaded when it is needed: most files are not wrapped. */
  readonly decoder: () => Promise<(pieces: Pieces, file: string) => Pieces>;
}

const WRAPPINGS: readonly Wrapping[] = [
  { name: "gzip", hex: "1f8b08", decoder: async () => (await import("./unwrap-gzip.js")).gunzipPieces },
  { name: "bzip2", hex: "425a68", decoder: async () => (await import("./unwrap-bzip2.js")).unbzip2Pieces },
  { name: "compress (.Z)", hex: "1f9d", decoder: async () => (await import("./unwrap-compress.js")).uncompressPieces },
];

/** Decoded at most this often: an archive of an archive is a mistake that users make, deeper ones are attacks. */
const MAX_DEPTH = 2;
const PIECE = 1 << 20;

/**
 * A file compressed as a whole as what it holds, under the same url: in memory while it is small, else in a temporary file
 * that is gone when the source is closed. Any other source is given back as it is. Takes over `source`.
 *
 * @throws `truncated`, `malformed`, `checksum`; `unsupported` where it grows past the limits
 */
export async function unwrap(source: ByteSource, options: UnwrapOptions = {}): Promise<ByteSource> {
  let current = source;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const wrapping = await wrappingOf(current);
    if (!wrapping) break;
    const limits = { ...options, encodedSize: current.size, name: wrapping.name };
    const [decode, { spoolPieces }] = await Promise.all([wrapping.decoder(), import("./unwrap-spool.js")]);
    const next = await spoolPieces(decode(piecesOf(current, options.signal), current.url), current, limits);
    await current.close();
    current = next;
  }
  return current;
}

async function wrappingOf(source: ByteSource): Promise<Wrapping | undefined> {
  const head = await source.readOne({ offset: 0, length: Math.min(4, source.size) });
  const wrapping = WRAPPINGS.find(({ hex }) => Buffer.from(head).toString("hex").startsWith(hex));
  if (wrapping?.name === "bzip2" && !(head[3] !== undefined && head[3] >= 0x31 && head[3] <= 0x39)) return undefined;
  return wrapping;
}

async function* piecesOf(source: ByteSource, signal: AbortSignal | undefined): Pieces {
  const options = { signal };
  if (source.isRemote) return yield* remotePieces(source, options);
  for (let offset = 0; offset < source.size; offset += PIECE) {
    signal?.throwIfAborted();
    yield await source.readOne({ offset, length: Math.min(PIECE, source.size - offset) }, options);
  }
}

/** Bytes asked for together: a window is decoded while the next one is fetched. */
const WINDOW = 16 * PIECE;

async function* remotePieces(source: ByteSource, options: { readonly signal?: AbortSignal | undefined }): Pieces {
  const window = async (start: number): Promise<Uint8Array[]> => {
    const ranges: ByteRange[] = [];
    for (let offset = start; offset < Math.min(source.size, start + WINDOW); offset += PIECE)
      ranges.push({ offset, length: Math.min(PIECE, source.size - offset) });
    const pieces = new Array<Uint8Array>(ranges.length);
    for await (const { index, bytes } of source.read(ranges, options)) pieces[index] = bytes;
    return pieces;
  };
  let next = window(0);
  for (let start = 0; start < source.size; start += WINDOW) {
    const pieces = await next;
    if (start + WINDOW < source.size) next = window(start + WINDOW);
    // Its failure is thrown when its turn comes.
    next.catch(() => undefined);
    yield* pieces;
  }
}
