import type { ErrorJSON } from "graticule/plugin";
import { FitsError } from "../error.js";
import type { Hdu } from "../hdu.js";
import { type BinaryColumn, binaryColumns } from "../tables/binary-columns.js";
import { type HeapPlace, heapOf } from "../tables/heap.js";
import { tableOf } from "../tables/table.js";
import { type PixelMeaning, pixelMeaningOf } from "./missing-pixels.js";

/** An image that lies in the rows of a table, a tile a row (FITS 4.0, section 10.1). */
export interface TileLayout {
  readonly hdu: Hdu;
  readonly file: string;
  readonly rowLength: number;
  readonly rows: number;
  readonly heap: HeapPlace;
  /** Lower-case names to columns; of the names below those that are there. */
  readonly columns: ReadonlyMap<string, BinaryColumn>;
  readonly bitpix: number;
  readonly pixels: PixelMeaning;
  /** Of the image and of a tile, as in ZNAXISn and ZTILEn: the first varies fastest. */
  readonly axes: readonly number[];
  readonly tile: readonly number[];
  readonly compression: string;
  readonly quantization: string;
  /** ZDITHER0 less 1. */
  readonly seed: number;
  /** ZNAMEi to ZVALi, in upper case. */
  readonly parameters: ReadonlyMap<string, number>;
}

export function isTiledImage({ kind, header }: Hdu): boolean {
  return kind === "table" && header.isTrue("ZIMAGE");
}

const BITPIX = [8, 16, 32, 64, -32, -64];
const MAX_AXES = 999;

/** Larger tiles than this are nothing that any writer makes; they are held in memory whole. */
const MAX_TILE_PIXELS = 1 << 26;

/** @throws `malformed`, `unsupported` */
export function tileLayoutOf(hdu: Hdu, file: string): TileLayout {
  const { header } = hdu;
  const wrong = (message: string, tag: ErrorJSON["code"] = "malformed") =>
    new FitsError(tag, `the compressed image of HDU ${hdu.index}: ${message}`, { file, offset: hdu.headerOffset });
  const { columns: count, ...table } = tableOf(hdu, file);
  const bitpix = header.number("ZBITPIX") ?? 0;
  if (!BITPIX.includes(bitpix)) throw wrong(`ZBITPIX is ${String(header.value("ZBITPIX"))}`);
  const rank = header.number("ZNAXIS") ?? -1;
  if (!Number.isInteger(rank) || rank < 0 || rank > MAX_AXES) throw wrong(`ZNAXIS is ${String(header.value("ZNAXIS"))}`);
  const length = (keyword: string, standard?: number): number => {
    const value = header.has(keyword) ? header.integer(keyword) : standard;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw wrong(`${keyword} is ${String(header.value(keyword))}`);
  };
  const axes = Array.from({ length: rank }, (_, i) => length(`ZNAXIS${i + 1}`));
  const tile = axes.map((axis, i) => Math.max(1, Math.min(axis, length(`ZTILE${i + 1}`, i === 0 ? axis : 1))));
  const pixels = tile.reduce((product, n) => product * n, 1);
  if (pixels > MAX_TILE_PIXELS) throw wrong(`its tiles have ${pixels} pixels each`, "unsupported");
  const tiles = axes.reduce((product, n, i) => product * Math.ceil(n / (tile[i] as number)), 1);
  if (tiles > table.rows) throw wrong(`it has ${tiles} tiles, and ${table.rows} rows for them`);
  const heap = heapOf(table);
  if (typeof heap === "string") throw wrong(heap);
  const named = binaryColumns(hdu, count, () => undefined).filter((column) => column.problem === undefined);
  const columns = new Map(named.map((column) => [column.name.toLowerCase(), column] as const));
  if (!["compressed_data", "gzip_compressed_data", "uncompressed_data"].some((name) => columns.has(name)))
    throw wrong("it has no column COMPRESSED_DATA");
  return {
    hdu,
    file,
    rowLength: table.rowLength,
    rows: table.rows,
    heap,
    columns,
    bitpix,
    pixels: pixelMeaningOf(hdu, bitpix, columns),
    axes,
    tile,
    compression: compressionOf(header.text("ZCMPTYPE") ?? ""),
    quantization: (header.text("ZQUANTIZ") ?? "NO_DITHER").trim(),
    seed: (header.number("ZDITHER0") ?? 1) - 1,
    parameters: parametersOf(hdu),
  };
}

/** Names that were used before the standard had them. */
export function compressionOf(text: string): string {
  const name = text.trim().toUpperCase();
  return name === "RICE_ONE" ? "RICE_1" : name;
}

function parametersOf({ header }: Hdu): ReadonlyMap<string, number> {
  const parameters = new Map<string, number>();
  for (let i = 1; header.has(`ZNAME${i}`) && i <= MAX_AXES; i++) {
    const value = header.number(`ZVAL${i}`);
    const name = header.text(`ZNAME${i}`)?.trim().toUpperCase();
    if (name !== undefined && value !== undefined) parameters.set(name, value);
  }
  return parameters;
}
