import type { Litter } from "../../sink/commit/find-litter.js";

/** Where the dataset is not what it should be. */
export interface Difference {
  /**
   * Of the manifest: `missing`, `size`, `checksum`, `unreadable` (no whole Parquet file), `rows`, `statistics`, `pointer` (LATEST names
   * another snapshot), `success`. Of the sources: `source` (gone or changed), `value`, `count`.
   */
  readonly kind:
    | "missing"
    | "size"
    | "checksum"
    | "unreadable"
    | "rows"
    | "statistics"
    | "pointer"
    | "success"
    | "source"
    | "value"
    | "count";
  readonly path: string;
  readonly message: string;
  /** Of a value. */
  readonly column?: string;
  /** Of a value: the first row of the part that differs. */
  readonly row?: number;
}

/** What `verify --json` prints. */
export interface VerifyResult {
  readonly dest: string;
  readonly snapshot: number;
  readonly parts: number;
  readonly rows: number;
  readonly bytes: number;
  readonly differences: readonly Difference[];
  /** What `gc` would remove. */
  readonly litter: readonly { readonly kind: Litter["kind"]; readonly path: string; readonly bytes: number }[];
  /** Files at the destination that graticule did not write. */
  readonly foreign: readonly string[];
  /** The run that `resume` would finish. */
  readonly unfinished: string | null;
  /** What was compared with the sources, where that was asked for. */
  readonly source?: { readonly parts: number; readonly rows: number; readonly cells: number };
  readonly seconds: number;
}
