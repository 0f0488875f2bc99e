import type { Box } from "../schema/box.js";
import type { Segment, TableGroup } from "./model.js";

/** Position of the segment that a box of the table's cells lies in: segments follow each other along the joined axis. */
export function findSegment({ joined, segments }: Pick<TableGroup, "joined" | "segments">, box: Box): number {
  const start = joined === null ? 0 : (box[joined]?.start ?? 0);
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle] as Segment).start <= start) low = middle;
    else high = middle - 1;
  }
  return low;
}
