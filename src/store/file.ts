import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asGraticuleError, GraticuleError } from "../errors.js";
import { wasClosed } from "./closed.js";
import type { ByteRange, ByteSource, GetOptions, ObjectInfo, RangeBytes, ReadOptions, Store } from "./contract.js";
import { MOST_WHOLE, tooLarge } from "./whole-object.js";

/** A single `read(2)` gives at most this much on Linux. */
const MAX_READ = 0x7ffff000;

/** Local files: positioned synchronous reads, which beat the promise API by far when the page cache is warm. */
export function fileStore(): Store {
  return {
    open: async (url) => openFile(pathOf(url)),
    get: async (url, options = {}) => {
      options.signal?.throwIfAborted();
      return readWhole(pathOf(url), options);
    },
    list: listFiles,
  };
}

/** The path of a `file://` URL or a plain path. @throws `unsupported` for URLs of other stores */
export function pathOf(url: string): string {
  if (url.startsWith("file://")) return fileURLToPath(url);
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1];
  if (scheme)
    throw new GraticuleError("unsupported", `${scheme.toLowerCase()}:// is no place for output yet`, {
      file: url,
      hint: "write to a local folder, and copy it to the store",
    });
  return url;
}

function openFile(path: string): ByteSource {
  try {
    const fd = openSync(path, "r");
    const stat = fstatSync(fd, { bigint: true });
    if (stat.isDirectory()) {
      closeSync(fd);
      throw new GraticuleError("usage", "a directory stands where a file is needed", { file: path });
    }
    return new FileSource(path, fd, Number(stat.size), versionOf(stat.size, stat.mtimeNs));
  } catch (error) {
    throw asGraticuleError(error, { file: path });
  }
}

function readWhole(path: string, { most }: GetOptions): Uint8Array | null {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const { size } = fstatSync(fd);
    if (size > (most ?? MOST_WHOLE)) throw tooLarge(path, size, most === undefined ? {} : { most });
    return readFileSync(fd);
  } catch (error) {
    const { code } = error as { code?: unknown };
    // A folder is no object: that of a chunk named "0" holds those named "0/1".
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return null;
    throw asGraticuleError(error, { file: path });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function versionOf(size: bigint, mtimeNs: bigint): string {
  return `${size}-${mtimeNs}`;
}

/** Descriptors that this thread keeps open: a dataset may refer to thousands of files, and a process may have some hundred. */
const MOST_OPEN = 256;

/** Open descriptors, in the order of last use where there are many. */
const descriptors = new Map<FileSource, number>();

/** Puts a source's descriptor last, and closes the one that was used longest ago where there are too many. */
function keep(source: FileSource, fd: number): void {
  descriptors.set(source, fd);
  if (descriptors.size <= MOST_OPEN) return;
  const [oldest, its] = descriptors.entries().next().value as [FileSource, number];
  descriptors.delete(oldest);
  closeSync(its);
}

/** An opened file. Its descriptor may be closed behind its back: it is then opened again, if it is still the same version. */
class FileSource implements ByteSource {
  #closed = false;

  constructor(
    readonly url: string,
    fd: number,
    readonly size: number,
    readonly version: string,
  ) {
    keep(this, fd);
  }

  async *read(ranges: readonly ByteRange[], options: ReadOptions = {}): AsyncIterable<RangeBytes> {
    for (const [index, range] of ranges.entries()) {
      options.signal?.throwIfAborted();
      yield { index, bytes: this.#readSync(range) };
    }
  }

  async readOne(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    return this.#readSync(range, options.into);
  }

  verify(): void {
    if (this.#closed) return;
    this.#compare(this.#descriptor());
  }

  async close(): Promise<void> {
    this.#closed = true;
    const fd = descriptors.get(this);
    if (fd === undefined) return;
    descriptors.delete(this);
    closeSync(fd);
  }

  #descriptor(): number {
    const known = descriptors.get(this);
    if (known !== undefined) {
      if (descriptors.size > MOST_OPEN / 2) {
        descriptors.delete(this);
        descriptors.set(this, known);
      }
      return known;
    }
    try {
      const fd = openSync(this.url, "r");
      try {
        this.#compare(fd);
      } catch (error) {
        closeSync(fd);
        throw error;
      }
      keep(this, fd);
      return fd;
    } catch (error) {
      throw asGraticuleError(error, { file: this.url });
    }
  }

  /** @throws `changed` */
  #compare(fd: number): void {
    const stat = fstatSync(fd, { bigint: true });
    if (versionOf(stat.size, stat.mtimeNs) === this.version) return;
    throw new GraticuleError("changed", "the file was written to while it was being read", {
      file: this.url,
      hint: "begin again when its writer has finished",
    });
  }

  #readSync({ offset, length }: ByteRange, into?: Uint8Array): Uint8Array {
    if (this.#closed) throw wasClosed(this.url);
    checkRange(this, { offset, length });
    const fd = this.#descriptor();
    const bytes = into && into.length >= length ? into.subarray(0, length) : Buffer.allocUnsafeSlow(length);
    let done = 0;
    try {
      while (done < length) {
        const got = readSync(fd, bytes, done, Math.min(length - done, MAX_READ), offset + done);
        if (got === 0) throw shortRead(this.url, offset, length, done);
        done += got;
      }
    } catch (error) {
      throw asGraticuleError(error, { file: this.url, offset });
    }
    return bytes;
  }
}

/** Refuses a range that passes the end before anything is allocated for it. */
export function checkRange(source: ByteSource, { offset, length }: ByteRange): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
    throw new GraticuleError("malformed", `an impossible byte range: ${length} bytes at ${offset}`, { file: source.url });
  if (offset + length > source.size) throw shortRead(source.url, offset, length, Math.max(0, source.size - offset));
}

function shortRead(file: string, offset: number, asked: number, found: number): GraticuleError {
  return new GraticuleError("truncated", `${asked} bytes needed at offset ${offset}, ${found} there`, {
    file,
    offset,
    hint: "the file is cut short: fetch it again, or compare its size with the source's",
  });
}

async function* listFiles(prefix: string): AsyncIterable<ObjectInfo> {
  const root = pathOf(prefix);
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const url = join(entry.parentPath, entry.name);
    const stat = statSync(url, { bigint: true });
    yield { url, size: Number(stat.size), version: versionOf(stat.size, stat.mtimeNs) };
  }
}
