import type { Piece, Segment } from "../archive/model.js";
import { isNeverStored, LARGE_BOX, partsOf } from "../format/cut-missing.js";
import { type Box, boxShape, sizeOf } from "../schema/box.js";
import { areasOf, readColumnsOf } from "./areas.js";
import { type BatchArea, fileBoxesOf } from "./file-boxes.js";
import type { ScanResources } from "./member-cache.js";
import { variableOf } from "./read-piece.js";
import { clipRuns, spanOf } from "./runs.js";
import type { ScanTable } from "./scan-table.js";

/** Bytes of a part's columns together. */
const PART = 32 << 20;

/**
 * The areas of a slab, as {@link areasOf} has them. One that is large because its chunks are, none of which was ever stored, comes
 * in parts, one after the other in row-major order.
 */
export async function* areasWithinMemory(
  table: ScanTable,
  segment: Segment,
  slab: Box,
  columns: readonly number[],
  resources: ScanResources,
): AsyncIterable<BatchArea> {
  for (const area of areasOf(slab, table.selection)) {
    const bytes = await missingBytes(table, segment, area, columns, resources);
    if (bytes === null) yield area;
    else
      for (const part of partsOf(area.box, bytes, PART)) {
        const runs = area.runs.map((own, axis) => clipRuns(own, part[axis] as Box[number]));
        if (runs.every((own) => own.length > 0)) yield { box: runs.map(spanOf), runs };
      }
  }
}

/** Bytes of a cell, of the large columns together; null where no column is large, or one that is has been stored. */
async function missingBytes(
  { group }: ScanTable,
  segment: Segment,
  area: BatchArea,
  columns: readonly number[],
  resources: ScanResources,
): Promise<number | null> {
  const cells = sizeOf(boxShape(area.box));
  let bytes = 0;
  for (const at of readColumnsOf(group, segment, columns)) {
    const piece = segment.pieces[at] as Piece;
    const type = group.columns[at]?.field.type;
    const items = type?.kind === "list" ? (type.size ?? 1) : 1;
    if (cells * items * piece.elementSize <= LARGE_BOX) continue;
    const member = await resources.member(piece.member);
    try {
      const variable = variableOf(member, piece.variable);
      const { boxes } = fileBoxesOf(piece, variable, segment, group.joined, area);
      const size = boxes.reduce((n, box) => n + sizeOf(boxShape(box)), 0) * variable.dtype.size;
      if (size <= LARGE_BOX) continue;
      for (const box of boxes) if (!(await isNeverStored(variable, box, member.context))) return null;
      bytes += items * Math.max(variable.dtype.size, piece.elementSize);
    } finally {
      member.release();
    }
  }
  return bytes === 0 ? null : bytes;
}
