import { cursorAt, verifyChecksum } from "../checked.js";
import { malformed } from "../errors.js";
import type { MetadataFile } from "../model.js";
import { type ArrayIndex, bitAt, type ElementFormat, elementFormat } from "./array-element.js";
import type { ChunkGrid } from "./chunk-grid.js";
import { Pages } from "./pages.js";

/** Signature, version, client. */
const BLOCK_PREFIX = 4 + 1 + 1;
const CHECKSUM = 4;

/**
 * Fixed arrays (file format specification III.D.1): one data block, in pages with a checksum each and a bitmap of those that
 * were written where it has more than 2^pageBits elements. Only the pages that are asked for are read.
 *
 * @throws `malformed`, `checksum`, `truncated`
 */
export async function openFixedArray(file: MetadataFile, address: number, grid: ChunkGrid): Promise<ArrayIndex> {
  const header = await cursorAt(file, address, 4 + 4 + file.sizeOfLengths + file.sizeOfOffsets + CHECKSUM);
  header.signature("FAHD");
  verifyChecksum(header.bytes, header.offset, "a fixed array's header");
  const [version, client, size, pageBits] = [header.u8(), header.u8(), header.u8(), header.u8()];
  if (version !== 0 || pageBits > 31) throw malformed(`version ${version} of a fixed array, pages of 2^${pageBits}`, header.offset);
  const count = header.length();
  const block = header.address();
  const format = elementFormat(file, client, size, grid, header.offset);
  const perPage = 2 ** pageBits;
  if (block === null) return { end: 0, element: () => null };
  const elementAt = count > perPage ? await openPaged(file, block, count, perPage, format) : openWhole(file, block, count, format);
  return {
    end: Number.POSITIVE_INFINITY,
    element(number) {
      if (number >= count) throw malformed(`chunk ${number} of a fixed array of ${count}`, header.offset);
      return elementAt(number);
    },
  };
}

function openWhole(file: MetadataFile, block: number, count: number, format: ElementFormat): ArrayIndex["element"] {
  const prefix = BLOCK_PREFIX + file.sizeOfOffsets;
  const pages = new Pages(format);
  const load = async () => {
    const cursor = await cursorAt(file, block, prefix + count * format.size + CHECKSUM);
    cursor.signature("FADB");
    verifyChecksum(cursor.bytes, cursor.offset, "a fixed array's data block");
    cursor.skip(prefix - 4);
    return cursor;
  };
  return (number) => pages.element(0, number, load);
}

async function openPaged(
  file: MetadataFile,
  block: number,
  count: number,
  perPage: number,
  format: ElementFormat,
): Promise<ArrayIndex["element"]> {
  const pageCount = Math.ceil(count / perPage);
  const prefix = BLOCK_PREFIX + file.sizeOfOffsets + Math.ceil(pageCount / 8) + CHECKSUM;
  const head = await cursorAt(file, block, prefix);
  head.signature("FADB");
  verifyChecksum(head.bytes, head.offset, "a fixed array's data block");
  head.skip(2 + file.sizeOfOffsets);
  const written = head.take(Math.ceil(pageCount / 8));
  const pageBytes = perPage * format.size + CHECKSUM;
  const pages = new Pages(format);
  const load = async (page: number) => {
    if (!bitAt(written, page)) return null;
    const elements = Math.min(perPage, count - page * perPage);
    const cursor = await cursorAt(file, block + prefix + page * pageBytes, elements * format.size + CHECKSUM);
    verifyChecksum(cursor.bytes, cursor.offset, `page ${page} of a fixed array`);
    return cursor;
  };
  return (number) => {
    const page = Math.floor(number / perPage);
    return pages.element(page, number % perPage, () => load(page));
  };
}
