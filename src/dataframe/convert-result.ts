import type { PhysicalPlan } from "../plan/run.js";
import type { OutsideCounts } from "../sink/count-outside.js";
import { outputFields } from "../sink/describe-table.js";
import type { ColumnEncodings } from "../sink/encoding-tally.js";

/** One table of the output. */
export interface ConvertedTable {
  readonly name: string;
  /** Relative to the destination; "" where the table is all of it. */
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly bytes: number;
  readonly parts: number;
  /** By column: what its values are encoded as; several where row groups differ. Absent of a dry run, and of what was there before. */
  readonly encodings?: ColumnEncodings;
  /** With `validRange: "report"`, by column: rows whose value lies outside of what the files call valid. Columns without any do not stand here. */
  readonly outside_valid?: OutsideCounts;
}

/** What `convert --json` prints. With `dry_run`, all of it is what is expected. */
export interface ConvertResult {
  readonly dest: string;
  readonly dry_run?: true;
  readonly tables: readonly ConvertedTable[];
  readonly reads: {
    /** Files whose values are read. */
    readonly files: number;
    /** Stored chunks that are decoded, and what fetching them takes. It depends on the plan alone: opening files and walking their
     * indexes, which each worker does for itself, comes on top. */
    readonly chunks: number;
    /** Chunks of the wanted variables that were not read. */
    readonly pruned: number;
    readonly requests: number;
    readonly bytes: number;
    /** What the run read beside them, of a run that took place: headers, chunk indexes, coordinates, chunks that a plugin reads itself. */
    readonly besides?: { readonly requests: number; readonly bytes: number };
  };
  /** Largest resident memory, bytes. */
  readonly peak_memory: number;
  readonly seconds: number;
  readonly warnings: readonly string[];
}

/** The run's tables with what became of them. */
export function tablesOf(
  plan: PhysicalPlan,
  parts: readonly { readonly table: string; readonly rows: number; readonly bytes: number }[],
  more: (table: number) => Pick<ConvertedTable, "encodings" | "outside_valid"> = () => ({}),
): ConvertedTable[] {
  return plan.tables.map((table, at) => {
    const own = parts.filter((part) => part.table === table.group.name);
    return {
      name: table.group.name,
      path: table.path,
      rows: own.reduce((n, part) => n + part.rows, 0),
      columns: outputFields(table).map((field) => field.name),
      bytes: own.reduce((n, part) => n + part.bytes, 0),
      parts: own.length,
      ...more(at),
    };
  });
}
