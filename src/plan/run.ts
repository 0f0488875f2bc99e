import type { Member, Outsider, TableGroup } from "../archive/model.js";
import type { Expr } from "../expr/nodes.js";
import type { SortedColumn } from "../parquet/file-layout.js";
import type { Box } from "../schema/box.js";
import type { GeometryPlan } from "./geometry.js";
import type { AxisSelection, SinkSpec } from "./nodes.js";
import type { PartitionKey } from "./partition-keys.js";
import type { SkyPlan } from "./sky.js";
export const PHYSICAL_PLAN_VERSION = 1;

/** What cells of some axes are ordered by: positions in `TableGroup.columns`. */
export type OrderKey =
  | { readonly kind: "column"; readonly column: number; readonly descending: boolean }
  /** `isGlobe`: degrees east and north; else the curve covers what there is. */
  | { readonly kind: "hilbert"; readonly x: number; readonly y: number; readonly isGlobe: boolean };

/** Axes whose cells come out one after the other, as one axis of the output. Without keys: as they are. */
export interface OrderGroup {
  /** Ascending. */
  readonly axes: readonly number[];
  readonly keys: readonly OrderKey[];
}

/** A part of the rows that is put into order in memory. */
export interface OrderedBlock {
  /** Per group of the table's order: which of its cells, as they come out. */
  readonly ranges: Box;
  /** How many of the task's slabs are read for it; those of the blocks follow each other. */
  readonly slabs: number;
}

/** A table of the run: the grid, what of it is kept, and what its rows look like. */
export interface TablePlan {
  readonly group: TableGroup;
  /** Folder under the destination; "" where it is the only table. */
  readonly path: string;
  /** Output columns in order: their position in `group.columns` and their name in the output. */
  readonly output: readonly { readonly column: number; readonly name: string }[];
  /** Per axis: runs of kept indices; null: all. */
  readonly selection: readonly AxisSelection[];
  /** What slices could not decide; cells where it is not true are dropped. */
  readonly residual: Expr | null;
  /** What cells in row-major order are sorted by: positions in `output`. Absent: nothing is promised. */
  readonly sorted?: readonly SortedColumn[];
  /** Rows come out in nested loops over these, the first one outermost; every axis is in one. Absent: as tasks and slabs go. */
  readonly order?: readonly OrderGroup[];
  /** A column behind the others, made of some of them. */
  readonly geometry?: GeometryPlan;
  /** Folders that rows are parted into; absent: none. */
  readonly partition?: readonly PartitionKey[];
  /** Columns that are read for that, whether or not they are in the output too. */
  readonly also?: readonly { readonly column: number; readonly name: string }[];
  /** Rows are laid out by their places on the sky (HATS). */
  readonly sky?: SkyPlan;
  /** Rows of a row group at most, where that follows from bytes. */
  readonly rowGroupRows?: number;
}

/** One part of the output: idempotent, runnable on its own. */
export interface Task {
  readonly id: number;
  /** Position in `tables`. */
  readonly table: number;
  /** In the table's index space, row-major slabs in storage order, each inside one segment; not yet cut by `selection`. */
  readonly slabs: readonly Box[];
  /** Of a table with an order. */
  readonly blocks?: readonly OrderedBlock[];
  /** Rows before the residual. */
  readonly rows: number;
}

/** Immutable list of tasks; resuming = running those without a marker. Plain JSON. */
export interface PhysicalPlan {
  readonly kind: "graticule-run";
  readonly version: typeof PHYSICAL_PLAN_VERSION;
  /** Hash of recipe, inputs with version, options and plan version: not of the tool's version. */
  readonly runId: string;
  readonly members: readonly Member[];
  readonly tables: readonly TablePlan[];
  readonly tasks: readonly Task[];
  readonly sink: SinkSpec;
  readonly warnings: readonly string[];
  /** What the user asked for, as data, and what of the inputs is in no table. Absent in what earlier versions wrote. */
  readonly recipe?: unknown;
  readonly leftOut?: readonly Outsider[];
}
