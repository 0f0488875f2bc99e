import type { ByteSource, ErrorJSON } from "graticule/plugin";
import { CUT_SHORT, FitsError } from "./error.js";
import { type Hdu, layoutOf } from "./hdu.js";
import { FileWindow } from "./header/file-window.js";
import { BLOCK, type HeaderText, readHeader } from "./header/read-header.js";

/** How far the next header is looked for where it does not stand where it should. */
const MAX_SEARCH = 64 << 20;
const MAX_REMOTE_SEARCH = 4 << 20;
const SEARCH_PIECE = 1 << 20;

const HEADER_START = "XTENSION= '";

/** More HDUs than any file has. */
const MAX_HDUS = 1 << 17;

export interface FoundHdus {
  readonly hdus: readonly Hdu[];
  readonly warnings: readonly string[];
}

/**
 * Reads the headers and nothing else. Where one is damaged, or data are not where it says, the next header is looked for at
 * behind it, so that the rest stays readable.
 *
 * @throws `malformed` where the file does not begin with SIMPLE
 */
export async function findHdus(source: ByteSource, signal?: AbortSignal): Promise<FoundHdus> {
  const window = new FileWindow(source, signal);
  const start = Buffer.from(await window.peek(0, 9)).toString("latin1");
  if (!start.startsWith("SIMPLE  ="))
    throw new FitsError("malformed", `a FITS file begins with "SIMPLE  ="; found ${JSON.stringify(start)}`, {
      file: source.url,
      offset: 0,
    });
  const hdus: Hdu[] = [];
  const warnings: string[] = [];
  let at = 0;
  while (at < source.size && hdus.length < MAX_HDUS) {
    signal?.throwIfAborted();
    if (hdus.length > 0 && !(await isHeader(window, at))) {
      const found = await searchHeader(window, at);
      if (found === null) {
        noteRemains(source.size - at, hdus.length, warnings);
        break;
      }
      warnings.push(
        `${found - at} bytes from ${at} on are neither data of HDU ${hdus.length - 1} nor a header: its axes are wrong, or what lies there is`,
      );
      at = found;
    }
    const text = await readHeader(window, at);
    const hdu = hduOf(text, hdus.length, source);
    hdus.push(hdu);
    if (text.oddCards > 0) warnings.push(`the header of HDU ${hdu.index} has ${text.oddCards} cards with control characters`);
    at = await nextOffset(hdu, text, window, warnings);
  }
  if (hdus[0]?.header.value("SIMPLE") === false)
    warnings.push("SIMPLE is F: the file says of itself that it departs from the standard");
  return { hdus, warnings };
}

function hduOf(text: HeaderText, index: number, source: ByteSource): Hdu {
  const { header, offset, end, ending } = text;
  const layout = layoutOf(header, index === 0);
  const base = { index, header, headerOffset: offset, dataOffset: end, kind: layout.kind };
  const wrong = (code: ErrorJSON["code"], message: string, at: number): Hdu => ({
    ...base,
    dataLength: null,
    axes: [],
    bitpix: 8,
    error: { code, message, file: source.url, offset: at, ...(code === "truncated" && { hint: CUT_SHORT }) },
  });
  if (ending === "cut") return wrong("truncated", `the header of HDU ${index} ends with the file, without END`, source.size);
  if (ending === "open") return wrong("malformed", `the header of HDU ${index} has no END`, end);
  if ("problem" in layout) return wrong("malformed", `HDU ${index}: ${layout.problem}`, offset);
  const { axes, bitpix, dataLength } = layout;
  const hdu = { ...base, axes, bitpix, dataLength };
  if (end + dataLength <= source.size) return hdu;
  const message = `HDU ${index} has ${dataLength} bytes of data from ${end} on; the file ends at ${source.size}`;
  return { ...hdu, error: { code: "truncated", message, file: source.url, offset: source.size, hint: CUT_SHORT } };
}

async function nextOffset(hdu: Hdu, text: HeaderText, window: FileWindow, warnings: string[]): Promise<number> {
  const { size } = window.source;
  if (hdu.dataLength !== null && !hdu.error) return text.end + Math.ceil(hdu.dataLength / BLOCK) * BLOCK;
  const found = await searchHeader(window, Math.max(text.end, text.offset + HEADER_START.length));
  if (found === null) return size;
  warnings.push(`HDU ${hdu.index} is damaged; the next header is found at ${found}`);
  return found;
}

/** What is behind the last HDU: special records, padding, rubbish. It is ignored. */
function noteRemains(bytes: number, hdus: number, warnings: string[]): void {
  if (bytes >= BLOCK) warnings.push(`${bytes} bytes behind HDU ${hdus - 1} are no HDU and are ignored`);
}

async function isHeader(window: FileWindow, offset: number): Promise<boolean> {
  return Buffer.from(await window.peek(offset, 9)).toString("latin1") === "XTENSION=";
}

/** Also where it does not lie on a block boundary, because bytes were lost or put in. */
async function searchHeader(window: FileWindow, from: number): Promise<number | null> {
  const { size, isRemote } = window.source;
  const stop = Math.min(size, from + (isRemote ? MAX_REMOTE_SEARCH : MAX_SEARCH));
  for (let at = from; at + BLOCK <= stop; ) {
    const piece = await window.peek(at, Math.min(SEARCH_PIECE, stop - at), SEARCH_PIECE);
    const found = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).indexOf(HEADER_START, 0, "latin1");
    if (found >= 0) return at + found;
    at += Math.max(1, piece.length - HEADER_START.length);
  }
  return null;
}
