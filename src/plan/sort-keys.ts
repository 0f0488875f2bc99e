import { GraticuleError } from "../errors.js";

/** What rows are sorted by. Missing values come last, whichever way a column goes. */
export type SortKey =
  | { readonly kind: "column"; readonly column: string; readonly descending: boolean }
  /** Along a Hilbert curve over two columns: what lies close together stays close together. */
  | { readonly kind: "hilbert"; readonly x: string; readonly y: string };

const NAME = String.raw`(?:"(?:[^"]|"")+"|[^\s,()"]+)`;
const CURVE = new RegExp(String.raw`^hilbert\s*\(\s*(${NAME})\s*,\s*(${NAME})\s*\)$`, "i");
const COLUMN = new RegExp(String.raw`^(${NAME})(?:\s+(asc|desc))?$`, "i");
/** Longer lists are no wish of a person. */
const MOST_KEYS = 32;

/** Reads `a, b desc` and `hilbert(lon, lat)`. @throws `usage` */
export function parseSortKeys(text: string): readonly SortKey[] {
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  if (parts.length > MOST_KEYS) throw unreadable(text, `more than ${MOST_KEYS} columns`);
  return parts.map((part): SortKey => {
    const curve = CURVE.exec(part);
    if (curve) return { kind: "hilbert", x: plain(curve[1] as string), y: plain(curve[2] as string) };
    const column = COLUMN.exec(part);
    if (!column) throw unreadable(text, part === "" ? "a column is missing" : `"${part}"`);
    return { kind: "column", column: plain(column[1] as string), descending: column[2]?.toLowerCase() === "desc" };
  });
}

export function columnsOfKey(key: SortKey): readonly string[] {
  return key.kind === "column" ? [key.column] : [key.x, key.y];
}

export function printSortKey(key: SortKey): string {
  return key.kind === "hilbert" ? `hilbert(${key.x}, ${key.y})` : `${key.column}${key.descending ? " desc" : ""}`;
}

function plain(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function unreadable(text: string, what: string): GraticuleError {
  return new GraticuleError("usage", `--sort-by ${text}: ${what}`, {
    hint: 'write columns with commas between them, as in "lat desc, time", or "hilbert(lon, lat)"',
  });
}
