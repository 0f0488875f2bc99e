import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import type { ReadContext } from "graticule/plugin";
import { type Compressors, parquetMetadata, parquetReadObjects } from "hyparquet";
import { ZarrError } from "../error.js";
import { indexIn } from "../grid.js";
import { isObject, type Json, type JsonObject, member, requireObject } from "../json.js";
import { lengthsOf } from "../layout.js";
import { inlineBytes, type Reference, type ReferenceTable } from "./reference.js";

/** Tables that are kept decoded. */
const KEPT = 4;

/** A table's rows beyond this are no table of references. */
const MOST_ROWS = 1 << 22;

interface Row {
  readonly path?: string | null;
  readonly offset?: number | bigint | null;
  readonly size?: number | bigint | null;
  readonly raw?: Uint8Array | string | null;
}

/** Compression that Node itself undoes; Snappy is hyparquet's own. */
const COMPRESSORS: Compressors = {
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: length + 1 }),
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length + 1 }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length + 1 }),
};

/**
 * References in Parquet: `<array>/refs.<n>.parq`, each with the references of `record_size` chunks in row-major order
 * (fsspec's LazyReferenceMapper).
 *
 * @param document the folder's `.zmetadata`
 * @throws `malformed`
 */
export function parquetTable(folder: string, document: JsonObject, context: ReadContext): ReferenceTable {
  const metadata = requireObject(member(document, "metadata"), ".zmetadata");
  const perTable = member(document, "record_size");
  if (typeof perTable !== "number" || !Number.isSafeInteger(perTable) || perTable < 1 || perTable > MOST_ROWS)
    throw new ZarrError("malformed", ".zmetadata has no record_size that makes sense", { file: folder });
  const tables = new Map<string, Promise<readonly Row[] | null>>();
  const tableAt = (url: string) => {
    let table = tables.get(url);
    if (!table) {
      table = readTable(url, context);
      tables.set(url, table);
      table.catch(() => tables.delete(url));
      if (tables.size > KEPT) tables.delete(tables.keys().next().value as string);
    }
    return table;
  };
  return {
    metadataKeys: Object.keys(metadata),
    async find(key) {
      const known = member(metadata, key);
      if (known !== undefined) return { kind: "bytes", bytes: textOf(known) };
      const slash = key.lastIndexOf("/");
      const field = key.slice(0, Math.max(0, slash));
      const index = chunkNumber(member(metadata, `${field}/.zarray`), key.slice(slash + 1));
      if (index === null) return null;
      const url = `${folder}/${field}/refs.${Math.floor(index / perTable)}.parq`;
      const row = (await tableAt(url))?.[index % perTable];
      return row ? referenceIn(row, key) : null;
    },
  };
}

function chunkNumber(array: Json | undefined, name: string): number | null {
  if (!isObject(array) || !/^\d+(\.\d+)*$/.test(name)) return null;
  const shape = lengthsOf(member(array, "shape"), "shape", 0);
  const chunks = lengthsOf(member(array, "chunks"), "chunks", 0);
  if (shape.length === 0) return 0;
  const grid = shape.map((length, d) => Math.ceil(length / Math.max(1, chunks[d] ?? 1)));
  const at = name.split(".").map(Number);
  return at.length === grid.length ? indexIn(grid, at) : null;
}

function referenceIn({ path, offset, size, raw }: Row, key: string): Reference | null {
  if (raw !== null && raw !== undefined)
    return { kind: "bytes", bytes: typeof raw === "string" ? inlineBytes(raw) : unwrapBytes(raw) };
  if (path === null || path === undefined || path === "") return null;
  const [start, length] = [Number(offset ?? 0), Number(size ?? 0)];
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(length) || start < 0 || length < 0)
    throw new ZarrError("malformed", `the reference for ${key} has an impossible range`);
  return length === 0 ? { kind: "target", url: path } : { kind: "target", url: path, offset: start, length };
}

/** Bytes that are "base64:…" stand for what that says. */
function unwrapBytes(raw: Uint8Array): Uint8Array {
  const isText = Buffer.from(raw.subarray(0, 7)).toString("latin1") === "base64:";
  return isText ? inlineBytes(Buffer.from(raw).toString("latin1")) : raw;
}

/** Null: no such table, so that all its chunks are absent. */
async function readTable(url: string, context: ReadContext): Promise<readonly Row[] | null> {
  const bytes = await context.readObject(url);
  if (!bytes) return null;
  try {
    const file = new Uint8Array(bytes).buffer;
    const metadata = parquetMetadata(file);
    if (metadata.num_rows > MOST_ROWS) throw new Error(`it claims ${metadata.num_rows} rows`);
    const rows = await parquetReadObjects({
      file,
      metadata,
      compressors: COMPRESSORS,
      utf8: false,
      columns: columnsOf(metadata.schema),
    });
    return rows.map(plainRow);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ZarrError("malformed", `a table of references cannot be read: ${why.slice(0, 200)}`, { file: url, cause });
  }
}

function columnsOf(schema: readonly { readonly name: string }[]): string[] {
  return ["path", "offset", "size", "raw"].filter((name) => schema.some((column) => column.name === name));
}

function plainRow(row: Record<string, unknown>): Row {
  const { path, offset, size, raw } = row;
  return {
    path: path instanceof Uint8Array ? Buffer.from(path).toString("utf8") : typeof path === "string" ? path : null,
    offset: (offset as Row["offset"]) ?? null,
    size: (size as Row["size"]) ?? null,
    raw: raw instanceof Uint8Array || typeof raw === "string" ? raw : null,
  };
}

function textOf(json: Json): Uint8Array {
  return Buffer.from(typeof json === "string" ? json : JSON.stringify(json, (_, v) => (typeof v === "bigint" ? String(v) : v)));
}
