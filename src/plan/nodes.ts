import type { Expr } from "../expr/nodes.js";
import type { CodecName, EncodingName } from "../parquet/format.js";
import type { Range } from "../schema/box.js";
import type { GeometryKind } from "./geometry.js";
import type { PartitionKey } from "./partition-keys.js";
import type { SortKey } from "./sort-keys.js";

export const PLAN_VERSION = 1;

/** Runs of indices kept along one axis, ascending and disjoint (two where a box wraps); null: all. */
export type AxisSelection = readonly Range[] | null;

export interface SinkSpec {
  readonly format: "parquet" | "arrow";
  /** Directory, or one file where it ends in `.parquet` (`.arrow`). */
  readonly dest: string;
  readonly compression: { readonly codec: CodecName; readonly level?: number };
  readonly rowGroupRows: number;
  /** Of the rows of a row group, before they are encoded; where given, it decides in place of `rowGroupRows`. */
  readonly rowGroupBytes?: number;
  /** By output column; others are encoded as their values are. */
  readonly encodings?: Readonly<Record<string, EncodingName>>;
  /** Of the data pages' layout; absent: 1. */
  readonly pageVersion?: 1 | 2;
  /** Output columns with a Bloom filter in every row group. */
  readonly bloomFilters?: readonly string[];
  /** How parts lie in the destination; absent: plainly. */
  readonly layout?: "hats" | "huggingface";
  /** A geometry column (GeoParquet): a point for each cell, or its outline. */
  readonly geo?: GeometryKind;
  readonly mode: "create" | "append" | "overwrite";
}

/** What is wanted, one tree per table. Plain JSON: printable, hashable, postable to a worker or another engine. */
export type LogicalNode =
  | {
      readonly op: "scan";
      readonly table: string;
      /** Columns read, null: all. */
      readonly columns: readonly string[] | null;
      /** Filters that the scan has taken over, with how far it honours them. */
      readonly claimed: readonly { readonly predicate: Expr; readonly claim: "exact" | "inexact" }[];
      /** Per axis of the table, from exact coordinate filters; null until `extract-slices` ran. */
      readonly selection: readonly AxisSelection[] | null;
    }
  | { readonly op: "filter"; readonly input: LogicalNode; readonly predicate: Expr }
  | {
      readonly op: "project";
      readonly input: LogicalNode;
      readonly columns: readonly { readonly name: string; readonly source: string }[];
    }
  | { readonly op: "rechunk"; readonly input: LogicalNode; readonly order: "array" }
  | { readonly op: "sort"; readonly input: LogicalNode; readonly keys: readonly SortKey[] }
  | {
      readonly op: "write";
      readonly input: LogicalNode;
      readonly sink: SinkSpec;
      readonly path: string;
      readonly partition?: readonly PartitionKey[];
    };

export interface LogicalPlan {
  readonly kind: "graticule-plan";
  readonly version: typeof PLAN_VERSION;
  readonly roots: readonly LogicalNode[];
}
