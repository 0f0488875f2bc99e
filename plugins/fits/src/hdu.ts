import type { ErrorJSON } from "graticule/plugin";
import type { Header } from "./header/header.js";

/** One header and its data, as far as they could be made out. */
export interface Hdu {
  readonly index: number;
  readonly header: Header;
  readonly headerOffset: number;
  readonly dataOffset: number;
  /** Bytes of the data without padding; null where the header does not say. */
  readonly dataLength: number | null;
  readonly kind: HduKind;
  /** NAXIS1 … NAXISn: the first varies fastest. */
  readonly axes: readonly number[];
  readonly bitpix: number;
  /** Why none of its data can be believed, or why they are not all there (`truncated`). */
  readonly error?: ErrorJSON;
}

export type HduKind = "image" | "groups" | "table" | "ascii-table" | "other";

const BITPIX = [8, 16, 32, 64, -32, -64];

/** NAXIS goes up to 999; more than these no reader allocates for. */
const MAX_AXES = 999;

/** What the mandatory keywords say (FITS 4.0, sections 4.4.1, 6 and 7), or what is wrong with them. */
export type Layout =
  | { readonly kind: HduKind; readonly axes: readonly number[]; readonly bitpix: number; readonly dataLength: number }
  | { readonly kind: HduKind; readonly problem: string };

export function layoutOf(header: Header, isPrimary: boolean): Layout {
  const kind = kindOf(header, isPrimary);
  const bitpix = header.number("BITPIX");
  if (bitpix === undefined || !BITPIX.includes(bitpix)) return { kind, problem: `BITPIX is ${shown(header, "BITPIX")}` };
  const naxis = header.number("NAXIS");
  if (naxis === undefined || !Number.isInteger(naxis) || naxis < 0 || naxis > MAX_AXES)
    return { kind, problem: `NAXIS is ${shown(header, "NAXIS")}` };
  const axes: number[] = [];
  for (let n = 1; n <= naxis; n++) {
    const length = sizeOf(header, `NAXIS${n}`);
    if (length === undefined) return { kind, problem: `NAXIS${n} is ${shown(header, `NAXIS${n}`)}` };
    axes.push(length);
  }
  // Of a primary HDU these have a meaning only for random groups.
  const counts = !isPrimary || kind === "groups";
  const pcount = counts && header.has("PCOUNT") ? sizeOf(header, "PCOUNT") : 0;
  const gcount = counts && header.has("GCOUNT") ? sizeOf(header, "GCOUNT") : 1;
  if (pcount === undefined || gcount === undefined)
    return { kind, problem: `PCOUNT is ${shown(header, "PCOUNT")} and GCOUNT ${shown(header, "GCOUNT")}` };
  const own = kind === "groups" ? axes.slice(1) : axes;
  const cells = own.length === 0 ? 0 : own.reduce((product, length) => product * length, 1);
  const dataLength = (Math.abs(bitpix) / 8) * gcount * (pcount + cells);
  if (!Number.isSafeInteger(dataLength)) return { kind, problem: `the axes ${axes.join(" × ")} hold more than any file` };
  return { kind, axes, bitpix, dataLength };
}

function kindOf(header: Header, isPrimary: boolean): HduKind {
  if (isPrimary) return header.isTrue("GROUPS") && header.value("NAXIS1") === 0 ? "groups" : "image";
  switch (header.text("XTENSION")?.toUpperCase()) {
    case "IMAGE":
    case "IUEIMAGE":
      return "image";
    case "BINTABLE":
    case "A3DTABLE":
      return "table";
    case "TABLE":
      return "ascii-table";
    default:
      return "other";
  }
}

/** A length: whole, not negative, exact. */
function sizeOf(header: Header, keyword: string): number | undefined {
  const value = header.integer(keyword);
  return typeof value === "number" && value >= 0 && Number.isSafeInteger(value) ? value : undefined;
}

function shown(header: Header, keyword: string): string {
  return header.has(keyword) ? JSON.stringify(String(header.value(keyword))) : "absent";
}

/** The name that users know an HDU by. */
export function nameOf({ header }: Hdu): string | undefined {
  const name = header.text("EXTNAME")?.trim();
  return name === "" ? undefined : name;
}
