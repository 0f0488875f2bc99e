import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asGraticuleError, GraticuleError } from "../errors.js";
import type { ByteSource } from "../store/contract.js";
import { fileStore } from "../store/file.js";
import { memorySource } from "../store/memory.js";

/** Bytes of a stream, in order, a piece at a time. */
export type Pieces = AsyncIterable<Uint8Array>;

export interface SpoolLimits {
  /** Decoded bytes that stay in memory; beyond, a temporary file takes them. Default 64 MiB. */
  readonly memoryBytes: number;
  /** Decoded bytes at most. Default 64 GiB. */
  readonly maxBytes: number;
  /** Growth at most, counted from {@link RATIO_FROM} decoded bytes on. Default 500: gzip of one repeated byte reaches 1030. */
  readonly maxRatio: number;
}

interface SpoolOptions extends Partial<SpoolLimits> {
  readonly encodedSize: number;
  /** Of the compression, for errors. */
  readonly name: string;
}

/** Small files may grow as they like: no harm comes of them. */
const RATIO_FROM = 256 << 20;

/** Collects a decoded stream under the url and version of the source it came from. @throws `unsupported` past the limits */
export async function spoolPieces(pieces: Pieces, origin: ByteSource, options: SpoolOptions): Promise<ByteSource> {
  const { memoryBytes = 64 << 20, maxBytes = 64 * 2 ** 30, maxRatio = 500 } = options;
  const kept: Uint8Array[] = [];
  let size = 0;
  let file: SpoolFile | undefined;
  try {
    for await (const piece of pieces) {
      size += piece.length;
      if (size > maxBytes || (size > RATIO_FROM && size > maxRatio * options.encodedSize))
        throw new GraticuleError("unsupported", `${options.encodedSize} bytes of ${options.name} grow past ${size} bytes`, {
          file: origin.url,
          hint: "if this is no attack, decompress the file first",
        });
      if (!file && size > memoryBytes) {
        file = new SpoolFile();
        for (const early of kept.splice(0)) file.write(early);
      }
      if (file) file.write(piece);
      else kept.push(Uint8Array.from(piece));
    }
    if (!file) return memorySource(origin.url, Buffer.concat(kept), origin.version);
    return await file.finish(origin);
  } catch (error) {
    file?.remove();
    throw asGraticuleError(error, { file: origin.url });
  }
}

/** A file in a folder of its own. */
class SpoolFile {
  readonly #folder = mkdtempSync(join(tmpdir(), `graticule-spool-${process.pid}-`));
  readonly #path = join(this.#folder, "unwrapped");
  #fd: number | null = openSync(this.#path, "wx", 0o600);

  write(bytes: Uint8Array): void {
    if (this.#fd === null) throw new GraticuleError("internal", "write after the spool was finished");
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
  }

  /** The spool as a source. Where the system allows it the file's name goes at once, so that not even a crash leaves it behind. */
  async finish(origin: ByteSource): Promise<ByteSource> {
    this.#closeWriter();
    const stored = await fileStore().open(this.#path);
    if (process.platform !== "win32") this.remove();
    return {
      url: origin.url,
      size: stored.size,
      version: origin.version,
      read: (ranges, options) => stored.read(ranges, options),
      readOne: (range, options) => stored.readOne(range, options),
      close: async () => {
        await stored.close();
        this.remove();
      },
    };
  }

  remove(): void {
    this.#closeWriter();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #closeWriter(): void {
    if (this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
  }
}
