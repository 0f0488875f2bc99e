import { COMPUTED } from "../archive/computed-variable.js";
import { findSegment } from "../archive/find-segment.js";
import type { Piece } from "../archive/model.js";
import type { ArrayVariable } from "../format/contract.js";
import type { Box } from "../schema/box.js";
import { readColumnsOf, rowsOf } from "./areas.js";
import { areasWithinMemory } from "./cut-areas.js";
import { fileBoxesOf } from "./file-boxes.js";
import type { OpenMember, ScanResources } from "./member-cache.js";
import { variableOf } from "./read-piece.js";
import { isRepeated, readKey, type ScanTask } from "./read-slabs.js";
import type { ScanTable } from "./scan-table.js";
import { wantedColumns } from "./wanted-columns.js";

/** One thing that reading a task does, without doing it. */
export type PlannedRead =
  | { readonly kind: "rows"; readonly rows: number; readonly cells: number }
  | {
      readonly kind: "box";
      readonly column: number;
      readonly member: OpenMember;
      readonly variable: ArrayVariable;
      readonly box: Box;
    };

/** What {@link readSlabs} would read, box by box, in the same order. */
export async function* walkReads(
  table: ScanTable,
  task: ScanTask,
  resources: ScanResources,
): AsyncGenerator<PlannedRead, void, undefined> {
  const { group } = table;
  const columns = wantedColumns(table);
  const last = new Map<number, string>();
  let before = -1;
  for (const slab of task.slabs) {
    const at = findSegment(group, slab);
    const segment = group.segments[at];
    if (!segment) return;
    if (at !== before) last.clear();
    before = at;
    const wanted = readColumnsOf(group, segment, columns);
    for await (const area of areasWithinMemory(table, segment, slab, columns, resources)) {
      yield { kind: "rows", rows: rowsOf(area), cells: area.box.reduce((n, range) => n * (range.stop - range.start), 1) };
      for (const column of wanted) {
        const piece = segment.pieces[column] as Piece;
        const key = readKey(piece, area);
        if (isRepeated(piece, group.axes.length) && last.get(column) === key) continue;
        last.set(column, key);
        const member = await resources.member(piece.member);
        try {
          const variable = variableOf(member, piece.variable);
          if (variable.access === COMPUTED) continue;
          for (const box of fileBoxesOf(piece, variable, segment, group.joined, area).boxes)
            yield { kind: "box", column, member, variable, box };
        } finally {
          member.release();
        }
      }
    }
  }
}
