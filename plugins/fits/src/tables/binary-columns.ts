import type { Hdu } from "../hdu.js";
import { type Column, describeColumn, nameColumns } from "./column.js";

/** TFORM of a binary table: repeat count, letter, the rest (FITS 4.0, table 18). */
export interface BinaryFormat {
  readonly repeat: number;
  readonly letter: string;
  readonly rest: string;
  /** Bytes in the row. */
  readonly width: number;
}

export interface BinaryColumn extends Column {
  readonly parsed: BinaryFormat;
}

const ELEMENT_SIZES: Readonly<Record<string, number>> = {
  L: 1,
  B: 1,
  I: 2,
  J: 4,
  K: 8,
  A: 1,
  E: 4,
  D: 8,
  C: 8,
  M: 16,
  P: 8,
  Q: 16,
};

/** Undefined where the format is none of the standard's. */
export function parseBinaryFormat(text: string): BinaryFormat | undefined {
  const match = /^\s*(\d*)\s*([LXBIJKAEDCMPQ])(.*)$/i.exec(text);
  if (!match) return undefined;
  const letter = (match[2] as string).toUpperCase();
  const rest = (match[3] as string).trim();
  // Many write A12 where they mean 12A.
  const swapped = match[1] === "" && letter === "A" && /^\d+$/.test(rest);
  const repeat = swapped ? Number(rest) : match[1] === "" ? 1 : Number(match[1]);
  const width = letter === "X" ? Math.ceil(repeat / 8) : repeat * (ELEMENT_SIZES[letter] as number);
  return Number.isSafeInteger(width) ? { repeat, letter, rest: swapped ? "" : rest, width } : undefined;
}

/** The columns of a BINTABLE, with what is wrong about those that cannot be read. */
export function binaryColumns(hdu: Hdu, count: number, warn: (text: string) => void): BinaryColumn[] {
  const { header } = hdu;
  const rowLength = hdu.axes[0] as number;
  const names = nameColumns(header, count, warn);
  const columns: BinaryColumn[] = [];
  let offset = 0;
  let lost: string | undefined;
  for (let n = 1; n <= count; n++) {
    const format = header.text(`TFORM${n}`) ?? "";
    const parsed = parseBinaryFormat(format);
    if (!parsed) lost ??= `TFORM${n} is ${JSON.stringify(format)}: where the fields from there on lie is not known`;
    const width = parsed?.width ?? 0;
    if (offset + width > rowLength)
      lost ??= `column ${n} (${format}) ends at byte ${offset + width} of rows of ${rowLength}: NAXIS1 or a TFORM is wrong`;
    columns.push({
      number: n,
      name: names[n - 1] as string,
      format,
      parsed: parsed ?? { repeat: 1, letter: "B", rest: "", width: 0 },
      offset,
      width,
      ...describeColumn(header, n),
      ...(lost !== undefined && { problem: lost }),
    });
    offset += width;
  }
  if (lost === undefined && offset < rowLength) warn(`the columns take ${offset} of the ${rowLength} bytes of a row`);
  return columns;
}
