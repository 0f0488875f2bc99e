import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { asGraticuleError, GraticuleError } from "../errors.js";
import { wasClosed } from "./closed.js";
import type { ByteRange, ByteSource, GetOptions, ObjectInfo, RangeBytes, ReadOptions, Store } from "./contract.js";
import { schemeOf } from "./scheme.js";
import { leadsNowhere, walkFiles } from "./walk-files.js";
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

/** The path of a `file://` URL or a plain path. @throws `unsupported` for URLs of other stores, `usage` for a file of another host */
export function pathOf(url: string): string {
  const scheme = schemeOf(url);
  if (scheme === null) return url;
  if (scheme !== "file")
    throw new GraticuleError("unsupported", `${scheme}:// cannot be read; file://, http://, https:// and s3:// can`, {
      file: url,
      hint: WAYS[scheme] ?? "name the same object by its https:// address, or copy it to a local folder",
    });
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new GraticuleError("usage", "this address names no file of this machine", {
      file: url,
      hint: "write file:///folder/name, or the plain path",
      cause: error,
    });
  }
}

const GOOGLE =
  "name the object by https://storage.googleapis.com/BUCKET/KEY, or as s3://BUCKET/KEY with --endpoint https://storage.googleapis.com";
const AZURE =
  "name the blob by https://ACCOUNT.blob.core.windows.net/CONTAINER/BLOB, with a signature (SAS) where it is not public";
/** Ways to objects of other stores. */
const WAYS: Readonly<Record<string, string>> = {
  gs: GOOGLE,
  gcs: GOOGLE,
  az: AZURE,
  abfs: AZURE,
  abfss: AZURE,
  adl: AZURE,
  wasbs: AZURE,
};

/** Opening a pipe must not wait for its writer. */
const READING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

function notRegular(path: string): GraticuleError {
  return new GraticuleError("unsupported", "this is no regular file but a pipe, a socket or a device", {
    file: path,
    hint: "write what it gives into a file first: ranges are read in any order",
  });
}

function openFile(path: string): ByteSource {
  try {
    const fd = openSync(path, READING);
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) {
      closeSync(fd);
      if (stat.isDirectory()) throw new GraticuleError("usage", "a directory stands where a file is needed", { file: path });
      throw notRegular(path);
    }
    return new FileSource(path, fd, Number(stat.size), versionOf(stat.size, stat.mtimeNs));
  } catch (error) {
    throw asGraticuleError(error, { file: path });
  }
}

function readWhole(path: string, { most }: GetOptions): Uint8Array | null {
  let fd: number | undefined;
  try {
    fd = openSync(path, READING);
    const stat = fstatSync(fd);
    // A folder is no object: that of a chunk named "0" holds those named "0/1".
    if (stat.isDirectory()) return null;
    if (!stat.isFile()) throw notRegular(path);
    const { size } = stat;
    if (size > (most ?? MOST_WHOLE)) throw tooLarge(path, size, most === undefined ? {} : { most });
    return readFileSync(fd);
  } catch (error) {
    if (leadsNowhere(error) && !lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
    if (leadsNowhere(error)) throw brokenLink(path);
    if ((error as { code?: unknown }).code === "EISDIR") return null;
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

function brokenLink(path: string): GraticuleError {
  return new GraticuleError("not-found", "the link leads to a file that is not there", {
    file: path,
    hint: "of DataLad and git-annex, `datalad get` or `git annex get` fetches the content",
  });
}

/** Folders between two looks at the signal. */
const FOLDERS = 64;

async function* listFiles(prefix: string, { signal }: ReadOptions = {}): AsyncIterable<ObjectInfo> {
  let folders = 0;
  for (const files of walkFiles(pathOf(prefix))) {
    if (++folders % FOLDERS === 0) await setImmediate();
    signal?.throwIfAborted();
    for (const { path: url } of files) {
      const stat = statSync(url, { bigint: true, throwIfNoEntry: false });
      yield stat
        ? { url, size: Number(stat.size), version: versionOf(stat.size, stat.mtimeNs) }
        : { url, size: 0, version: "absent" };
    }
  }
}
