import { createHash } from "node:crypto";
import { asGraticuleError, isGraticuleError } from "../../errors.js";
import { parseOffsetIndex } from "../../parquet/read/page-index.js";
import { ParquetFile } from "../../parquet/read/parquet-file.js";
import type { DestinationLayout } from "../../sink/commit/layout.js";
import type { Part } from "../../sink/commit/snapshot.js";
import type { ByteSource, Store } from "../../store/contract.js";
import type { Difference } from "./result.js";

/** Bytes of a part that are read in one go. */
const PIECE = 8 << 20;

/** A part against the manifest: there, of its size and checksum, a whole Parquet file with its rows, its statistics readable. */
export async function checkPart(layout: DestinationLayout, part: Part, store: Store, signal?: AbortSignal): Promise<Difference[]> {
  const path = layout.part(part.path);
  const differs = (kind: Difference["kind"], message: string): Difference => ({ kind, path, message });
  let source: ByteSource;
  try {
    source = await store.open(path);
  } catch (error) {
    if (isGraticuleError(error, "not-found")) return [differs("missing", "the part is not there")];
    throw error;
  }
  try {
    if (source.size !== part.bytes) return [differs("size", `${source.size} bytes, where the manifest says ${part.bytes}`)];
    const found: Difference[] = [];
    const sum = await checksumOf(source, signal);
    if (sum !== part.sha256) found.push(differs("checksum", `SHA-256 ${sum}, where the manifest says ${part.sha256}`));
    found.push(...(await checkFooter(source, part, differs)));
    return found;
  } finally {
    await source.close();
  }
}

async function checksumOf(source: ByteSource, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("sha256");
  for (let offset = 0; offset < source.size; offset += PIECE) {
    const length = Math.min(PIECE, source.size - offset);
    hash.update(await source.readOne({ offset, length }, { ...(signal && { signal }) }));
  }
  return hash.digest("hex");
}

async function checkFooter(
  source: ByteSource,
  part: Part,
  differs: (kind: Difference["kind"], message: string) => Difference,
): Promise<Difference[]> {
  try {
    const file = await ParquetFile.open(source);
    const { rows, rowGroups } = file.metadata;
    const found: Difference[] = [];
    const counted = rowGroups.reduce((n, group) => n + group.rows, 0);
    if (rows !== part.rows || counted !== part.rows)
      found.push(differs("rows", `${rows} rows in its footer, where the manifest says ${part.rows}`));
    for (const [g, group] of rowGroups.entries())
      for (const { path, statistics, values, columnIndex, offsetIndex } of group.columns) {
        const name = `${path.join(".")} of row group ${g}`;
        if ((statistics?.nulls ?? 0) > values) found.push(differs("statistics", `${name} has more nulls than values`));
        const places = [columnIndex, offsetIndex].filter((place) => place !== undefined);
        const pieces = await file.pieces(places);
        if (pieces.includes(null)) found.push(differs("statistics", `the page index of ${name} lies behind the end of the file`));
        const offsets = offsetIndex && pieces.at(-1);
        if (offsets) parseOffsetIndex(offsets, group.rows);
      }
    return found;
  } catch (error) {
    if (isGraticuleError(error, "temporary") || isGraticuleError(error, "interrupted")) throw error;
    return [differs("unreadable", asGraticuleError(error).message)];
  }
}
