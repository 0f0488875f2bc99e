import type { Probe } from "./contract.js";

const SIGNATURES: readonly { readonly hex: string; readonly offset?: number; readonly what: string; readonly isData?: true }[] = [
  { hex: "504b0304", what: "a ZIP archive" },
  { hex: "504b0506", what: "an empty ZIP archive" },
  { hex: "7573746172", offset: 257, what: "a tar archive" },
  { hex: "1f8b", what: "gzip data" },
  { hex: "425a68", what: "bzip2 data" },
  { hex: "fd377a585a00", what: "xz data" },
  { hex: "28b52ffd", what: "zstd data" },
  { hex: "377abcaf271c", what: "a 7-Zip archive" },
  { hex: "894844460d0a1a0a", what: "HDF5" },
  { hex: "434446", what: "netCDF classic" },
  { hex: "0e031301", what: "HDF4", isData: true },
  { hex: "cdf30001", what: "NASA CDF (which is not netCDF)", isData: true },
  { hex: "cdf26002", what: "NASA CDF (which is not netCDF)", isData: true },
  { hex: "53494d504c4520203d", what: "FITS", isData: true },
  { hex: "47524942", what: "GRIB", isData: true },
  { hex: "42554652", what: "BUFR", isData: true },
  { hex: "49492a00", what: "TIFF" },
  { hex: "4d4d002a", what: "TIFF" },
  { hex: "50415231", what: "Parquet (use `graticule query` on it)" },
  { hex: "4152524f5731", what: "an Arrow file" },
  { hex: "25504446", what: "PDF" },
  { hex: "89504e47", what: "a PNG image" },
  { hex: "ffd8ff", what: "a JPEG image" },
  { hex: "7f454c46", what: "a Linux program" },
];

/** The scientific format of content that nobody claims, which a plugin could read; null where it is none of those known here. */
export async function dataFormatOf(probe: Probe): Promise<string | null> {
  const head = await probe.peek(0, 512);
  return signatureOf(head, (signature) => signature.isData === true)?.what ?? null;
}

function signatureOf(head: Uint8Array, wanted: (signature: (typeof SIGNATURES)[number]) => boolean) {
  return SIGNATURES.find((signature) => {
    const { hex, offset = 0 } = signature;
    return wanted(signature) && Buffer.from(hex, "hex").equals(head.subarray(offset, offset + hex.length / 2));
  });
}

/** What content that nobody claims looks like, in words for an error message. */
export async function describeContent(probe: Probe): Promise<string> {
  if (probe.size === 0) return "the file is empty (0 bytes)";
  const head = await probe.peek(0, 512);
  const signature = signatureOf(head, () => true);
  if (signature) return `it looks like ${signature.what}`;
  if (head.every((byte) => byte === 0))
    return `it begins with ${head.length} zero bytes, as a transfer that was never finished does`;
  const text = textOf(head);
  if (text === null) return `its first bytes are ${Buffer.from(head.subarray(0, 16)).toString("hex")}`;
  const start = text.trimStart();
  if (/^(<!doctype html|<html|<head|<body)/i.test(start))
    return "it looks like an HTML page, as servers send in place of a file that is missing or needs a login";
  if (/^<\?xml|^<[A-Za-z]/.test(start)) return `it looks like XML: ${shorten(start)}`;
  if (/^version https:\/\/git-lfs/.test(start)) return "it is a Git LFS pointer: the file itself was not fetched";
  if (/^[[{]/.test(start)) return `it looks like JSON: ${shorten(start)}`;
  if (/^netcdf\s+\S+\s*\{/.test(start)) return "it looks like CDL, the text form of netCDF: `ncgen` makes a file of it";
  return `it looks like text: ${shorten(start)}`;
}

function textOf(bytes: Uint8Array): string | null {
  const odd = bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));
  return odd ? null : Buffer.from(bytes).toString("utf8");
}

function shorten(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? "";
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
