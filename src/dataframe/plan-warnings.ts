import type { Archive } from "../archive/model.js";
import type { PhysicalPlan } from "../plan/run.js";
import type { CheckedRequest } from "./check-request.js";
import { megabytes } from "./share-memory.js";

/** Every worker holds a decoded chunk and what it makes of it: less memory than that cannot do. */
export function warnOfLargeChunks(archive: Archive, jobs: number, memory: number, warn: (text: string) => void): void {
  const pieces = archive.tables.flatMap((table) => table.segments.flatMap((segment) => segment.pieces));
  const largest = pieces.reduce((most, piece) => {
    const bytes = piece?.chunks ? piece.chunks.reduce((n, length) => n * length, piece.elementSize) : 0;
    return Math.max(most, bytes);
  }, 0);
  const need = jobs * 2 * largest;
  if (need > memory)
    warn(
      `chunks of ${megabytes(largest)} need about ${megabytes(need)} with ${jobs} workers, more than the ${megabytes(memory)} that --memory leaves`,
    );
}

/** A table that lacks a column is left as it is, and said to be. */
export function leftTables({ tables }: PhysicalPlan, { sortBy, partitionBy }: CheckedRequest): string[] {
  return tables.flatMap(({ group, order, partition }) => [
    ...(sortBy !== undefined && !order
      ? [`the rows of ${group.name} are not sorted: it lacks a column of --sort-by ${sortBy}`]
      : []),
    ...(partitionBy !== undefined && !partition
      ? [`the rows of ${group.name} are not parted: it lacks a column of --partition-by ${partitionBy}`]
      : []),
  ]);
}
