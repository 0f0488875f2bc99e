import { ZarrError } from "../error.js";

/** A member of a zip file, as the central directory has it (APPNOTE.TXT 4.3.12). */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  /** Of the local header, which the bytes follow. */
  readonly headerOffset: number;
}

/** Reads `length` bytes at an offset of the file. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

const END = 0x06054b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;
const LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const ENTRY_LENGTH = 46;

interface Extent {
  readonly offset: number;
  readonly length: number;
}

/**
 * The central directory's entries by name; of several with one name the last, as Zarr's writers mean it.
 *
 * @throws `truncated` where the end of the file is absent, `malformed`
 */
export async function readDirectory(url: string, size: number, readAt: ReadAt): Promise<Map<string, ZipEntry>> {
  const { offset, length } = await findDirectory(url, size, readAt);
  const bytes = await readAt(offset, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; at < length; ) {
    if (at + ENTRY_LENGTH > length || view.getUint32(at, true) !== ENTRY) throw damaged(url, offset + at, "no entry stands there");
    const end = at + ENTRY_LENGTH + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (end > length) throw damaged(url, offset + at, "an entry passes its end");
    const entry = entryAt(view, bytes, at);
    if (entry.headerOffset + 30 > size || entry.packedSize > size)
      throw damaged(url, offset + at, `${entry.name} lies past the end`);
    entries.set(entry.name, entry);
    at = end;
  }
  return entries;
}

function entryAt(view: DataView, bytes: Uint8Array, at: number): ZipEntry {
  const nameLength = view.getUint16(at + 28, true);
  const name = bytes.subarray(at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength);
  const fields = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  const extra = at + ENTRY_LENGTH + nameLength;
  const [size, packedSize, headerOffset] = widen(fields, view, extra, extra + view.getUint16(at + 30, true));
  return {
    name: Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString("utf8"),
    method: view.getUint16(at + 10, true),
    isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
    crc32: view.getUint32(at + 16, true),
    packedSize: packedSize as number,
    size: size as number,
    headerOffset: headerOffset as number,
  };
}

/** Fields of all ones stand, in order, in the zip64 extra field (APPNOTE.TXT 4.5.3). */
function widen(fields: readonly number[], view: DataView, extra: number, end: number): number[] {
  for (let at = extra; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const stop = Math.min(end, at + 4 + view.getUint16(at + 2, true));
    let next = at + 4;
    return fields.map((field) => {
      if (field !== 0xffffffff || next + 8 > stop) return field;
      next += 8;
      return Number(view.getBigUint64(next - 8, true));
    });
  }
  return [...fields];
}

async function findDirectory(url: string, size: number, readAt: ReadAt): Promise<Extent> {
  const length = Math.min(size, END_LENGTH + LONGEST_COMMENT);
  const tail = await readAt(size - length, length);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = length - END_LENGTH; at >= 0; at--) {
    if (view.getUint32(at, true) !== END || at + END_LENGTH + view.getUint16(at + 20, true) > length) continue;
    const isWide = at >= 20 && view.getUint32(at - 20, true) === LOCATOR;
    const extent = isWide
      ? await readWideEnd(url, size, Number(view.getBigUint64(at - 12, true)), readAt)
      : { offset: view.getUint32(at + 16, true), length: view.getUint32(at + 12, true) };
    if (extent.offset + extent.length > size - length + at)
      throw damaged(url, size - length + at, "it lies past the end of the file");
    return extent;
  }
  throw new ZarrError("truncated", "the zip file has no end: its directory of members is not there", {
    file: url,
    offset: size,
    hint: "the file is cut short: fetch it again",
  });
}

async function readWideEnd(url: string, size: number, offset: number, readAt: ReadAt): Promise<Extent> {
  if (offset + 56 > size) throw damaged(url, offset, "its zip64 record lies past the end of the file");
  const record = await readAt(offset, 56);
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  if (view.getUint32(0, true) !== END_64) throw damaged(url, offset, "its zip64 record is not there");
  return { offset: Number(view.getBigUint64(48, true)), length: Number(view.getBigUint64(40, true)) };
}

function damaged(file: string, offset: number, why: string): ZarrError {
  return new ZarrError("malformed", `the zip file's directory is damaged: ${why}`, { file, offset });
}
