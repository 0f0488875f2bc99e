import type { ReadContext } from "graticule/plugin";
import { isTagged, ZarrError } from "../error.js";
import { indexIn } from "../grid.js";
import { isObject, type Json, type JsonObject, jsonText, member, requireObject } from "../json.js";
import { lengthsOf } from "../layout.js";
import type { Cell } from "../parquet/decode-page.js";
import { readTable } from "../parquet/read-table.js";
import { inlineBytes, type Reference, type ReferenceTable } from "./reference.js";

/** Tables that are kept decoded. */
const KEPT = 4;

/** A table's rows beyond this are no table of references. */
const MOST_ROWS = 1 << 22;

interface Row {
  readonly path: Cell;
  readonly offset: Cell;
  readonly size: Cell;
  readonly raw: Cell;
}

const COLUMNS = ["path", "offset", "size", "raw"] as const;

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
  const tables = new Map<string, Promise<((index: number) => Row) | null>>();
  const tableAt = (url: string) => {
    let table = tables.get(url);
    if (!table) {
      table = rowsAt(url, context);
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
      const rowAt = await tableAt(url);
      return rowAt && referenceIn(rowAt(index % perTable), key);
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
  if (raw instanceof Uint8Array) return { kind: "bytes", bytes: unwrapBytes(raw) };
  if (!(path instanceof Uint8Array) || path.length === 0) return null;
  const url = Buffer.from(path).toString("utf8");
  const [start, length] = [Number(offset ?? 0), Number(size ?? 0)];
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(length) || start < 0 || length < 0)
    throw new ZarrError("malformed", `the reference for ${key} has an impossible range`);
  return length === 0 ? { kind: "target", url } : { kind: "target", url, offset: start, length };
}

/** Bytes that are "base64:…" stand for what that says. */
function unwrapBytes(raw: Uint8Array): Uint8Array {
  const isText = Buffer.from(raw.subarray(0, 7)).toString("latin1") === "base64:";
  return isText ? inlineBytes(Buffer.from(raw).toString("latin1")) : raw;
}

/** Null: no such table, so that all its chunks are absent. */
async function rowsAt(url: string, context: ReadContext): Promise<((index: number) => Row) | null> {
  const bytes = await context.readObject(url);
  if (!bytes) return null;
  try {
    const table = await readTable(bytes, COLUMNS, MOST_ROWS, context);
    const [path, offset, size, raw] = COLUMNS.map((name) => table.get(name) ?? []);
    const cell = (column: readonly Cell[] | undefined, index: number) => column?.[index] ?? null;
    return (index) => ({ path: cell(path, index), offset: cell(offset, index), size: cell(size, index), raw: cell(raw, index) });
  } catch (error) {
    if (!isTagged(error)) throw error;
    throw new ZarrError(error.tag, error.message, { file: url, cause: error });
  }
}

function textOf(json: Json): Uint8Array {
  return Buffer.from(typeof json === "string" ? json : jsonText(json));
}
