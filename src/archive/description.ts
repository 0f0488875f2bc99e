import type { TimeCoding } from "../calendar/time-units.js";
import type { TimeColumnKind } from "../calendar/timestamps.js";
import type { ErrorJSON } from "../errors.js";
import type { ColumnType } from "../schema/field.js";
import type { KnownColumn } from "./known-values.js";
import type { Member } from "./model.js";

/** What a variable is for a table. */
export type TableRole = "data" | "coordinate" | "auxiliary" | "scalar" | "bounds" | "grid_mapping";

/** A variable as tables see it: after decoding, and of text without the dimension of its letters. */
export interface VariableDescription {
  /** Full path in its file. */
  readonly path: string;
  readonly name: string;
  /** Path of its group, "/" for the root. */
  readonly group: string;
  readonly role: TableRole;
  /** Full paths and names of its dimensions. */
  readonly dims: readonly string[];
  readonly dimNames: readonly string[];
  readonly shape: readonly number[];
  readonly type: ColumnType;
  /** Of lists that are all alike: the dimensions that were one after the other in the cell. */
  readonly listShape?: readonly number[];
  /** Where it is a part of a variable: that variable's path, and other names by which it may be asked for. */
  readonly partOf?: { readonly path: string; readonly names: readonly string[] };
  /** Of a field: the name of its compound. */
  readonly within?: string;
  readonly axis?: "X" | "Y" | "Z" | "T";
  /** Of numbers in "… since …". `coding` is absent where no date can honestly be given. */
  readonly time?: { readonly units: string; readonly calendar: string; readonly coding?: TimeCoding };
  /** Of a time that is no coordinate: how far its values are dates. */
  readonly timeKind?: TimeColumnKind;
  readonly units?: string;
  readonly standardName?: string;
  readonly longName?: string;
  /** Attributes as stored, as text: of what is a column. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly chunks: readonly number[] | null;
  readonly elementSize: number;
  /** Of scalars: whether it places the file (named as a coordinate, a time, or with an axis), or is only a value. */
  readonly places?: boolean;
  /** Of scalars: whether some variable names it in `coordinates`; it then belongs to those alone. */
  readonly isNamed?: boolean;
  /** Of data: paths of the scalars that it names. */
  readonly named?: readonly string[];
  /** Of grid mappings and bounds: what footers say of them. */
  readonly metadata?: string;
  /** Of bounds of few values: the same with them. */
  readonly metadataWithValues?: string;
}

/** Decoded values of a coordinate or a scalar; equal ones are shared between the files. */
export interface Coordinate extends KnownColumn {
  readonly length: number;
  /** 64-bit integers are among them that no double holds. */
  readonly isWide?: true;
  /** Equal for equal values, missing ones and texts included, whatever the number type that holds them. */
  readonly digest: string;
  /** The same after rounding to float32; of text and times the same as `digest`. */
  readonly digest32: string;
}

/** What is to be known of a variable, or why it is in no table. */
export interface VariableRemark {
  readonly path: string;
  readonly text: string;
  readonly isLeftOut: boolean;
}

/** What an archive keeps of a file: nothing that holds it open, and no data. */
export interface FileDescription {
  readonly member: Member;
  readonly variables: readonly VariableDescription[];
  /** By path: of every coordinate variable, every scalar, and times beside a coordinate that is none. */
  readonly values: ReadonlyMap<string, Coordinate>;
  /** Dimensions that can grow. */
  readonly unlimited: ReadonlySet<string>;
  /** Attributes of the root group as text: text as it is, else JSON. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly remarks: readonly VariableRemark[];
  /** Damage that leaves the rest readable. */
  readonly damage?: ErrorJSON;
}
