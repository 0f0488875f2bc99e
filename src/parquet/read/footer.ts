import { GraticuleError } from "../../errors.js";
import type { ByteSource, ReadOptions } from "../../store/contract.js";
import { damaged, unsupported } from "./damaged.js";
import type { FileMetadata } from "./metadata.js";
import { parseMetadata } from "./parse-metadata.js";

/** Length of the footer, and the magic number. */
const TRAILER = 8;
const LEAST = 12;
/** What is fetched at first: the footers of most files, and the page indexes before them. */
const TAIL = 64 << 10;
const MAGIC = "PAR1";
const ENCRYPTED_MAGIC = "PARE";
/** Beyond it, a footer costs more memory than reading may take. */
const LARGEST = 256 << 20;

export interface Footer {
  readonly metadata: FileMetadata;
  /** The end of the file, as far as it was fetched. */
  readonly tail: Uint8Array;
  /** Where the tail begins. */
  readonly tailAt: number;
}

/**
 * The footer of a Parquet file, in one request, or two where it is long.
 * @throws `malformed`, `truncated`; `unsupported` where it is encrypted; `unknown-format` where this is no Parquet file
 */
export async function readFooter(source: ByteSource, options: ReadOptions = {}): Promise<Footer> {
  try {
    return await read(source, options);
  } catch (error) {
    if (error instanceof GraticuleError) throw error.at({ file: source.url });
    throw error;
  }
}

async function read(source: ByteSource, options: ReadOptions): Promise<Footer> {
  if (source.size < LEAST)
    throw new GraticuleError("unknown-format", `${source.size} bytes cannot be a Parquet file`, { offset: 0 });
  let tailAt = Math.max(0, source.size - TAIL);
  let tail = await source.readOne({ offset: tailAt, length: source.size - tailAt }, options);
  const magic = Buffer.from(tail.subarray(-4)).toString("latin1");
  if (magic === ENCRYPTED_MAGIC)
    throw unsupported("the footer is encrypted", { hint: "decrypt the file with the tool that wrote it" });
  if (magic !== MAGIC)
    throw new GraticuleError("unknown-format", "this is no Parquet file, or its end is missing: it does not end with PAR1", {
      offset: source.size - 4,
    });
  const length = new DataView(tail.buffer, tail.byteOffset + tail.length - TRAILER, 4).getUint32(0, true);
  const at = source.size - TRAILER - length;
  if (at < MAGIC.length)
    throw damaged(`a footer of ${length} bytes in a file of ${source.size}`, { offset: source.size - TRAILER });
  if (length > LARGEST) throw unsupported(`a footer of ${length} bytes; the limit is ${LARGEST}`);
  if (at < tailAt) {
    tail = await source.readOne({ offset: at, length: source.size - at }, options);
    tailAt = at;
  }
  const bytes = tail.subarray(at - tailAt, at - tailAt + length);
  try {
    return { metadata: parseMetadata(bytes), tail, tailAt };
  } catch (error) {
    if (error instanceof GraticuleError) throw error.at({ offset: at });
    throw error;
  }
}
