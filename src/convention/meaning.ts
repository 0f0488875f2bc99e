import type { TimeCoding } from "../calendar/time-units.js";
import type { NumericName } from "../schema/dtype.js";
import type { Packing } from "../schema/grid-batch.js";

/** What a variable is for (CF-1.12 chapters 2 to 7). */
export type Role = "data" | "coordinate" | "bounds" | "auxiliary" | "grid_mapping" | "cell_measure" | "quality";

export type Axis = "X" | "Y" | "Z" | "T";

/** Names of a variable's codes (CF-1.12 section 3.5). */
export interface Flags {
  readonly meanings: readonly string[];
  readonly values?: readonly (number | bigint)[];
  readonly masks?: readonly (number | bigint)[];
}

/** Limits that `valid_range`, `valid_min`, `valid_max` give. They do not mask. */
export interface ValidLimits {
  readonly validMin?: number | bigint;
  readonly validMax?: number | bigint;
  /** Whether the limits are on `stored` numbers or, where their type says so, on `decoded` ones. Present with a limit. */
  readonly validDomain?: "stored" | "decoded";
}

/** What a variable's attributes say. Plain data. */
export interface VariableMeaning extends ValidLimits {
  readonly path: string;
  readonly role: Role;
  readonly units?: string;
  readonly standardName?: string;
  readonly longName?: string;
  readonly axis?: Axis;
  /** Of a vertical coordinate: which way its values grow. */
  readonly positive?: "up" | "down";
  /** Type of the stored numbers after `_Unsigned` (an enum's base; `bool` as uint8); absent where they are no numbers. */
  readonly stored?: NumericName;
  /** Type of the decoded numbers. */
  readonly decoded?: Exclude<NumericName, "float16">;
  /** What `_Unsigned` says, where it changes the type. */
  readonly unsigned?: boolean;
  /** `_FillValue` and every `missing_value` as stored numbers (bigint for 64-bit integers). NaN is missing besides. */
  readonly missing: readonly (number | bigint)[];
  /** What netCDF writes where nothing was written; counted, never masked. Absent where a `_FillValue` is given. */
  readonly defaultFill?: number | bigint;
  readonly packing?: Packing;
  /** Of sequences: the same of the numbers that they are made of. */
  readonly items?: Pick<VariableMeaning, "stored" | "decoded" | "unsigned" | "missing" | "packing">;
  /** For every number with units "… since …": the coding, or why no date can honestly be given. */
  readonly time?: TimeCoding | { readonly error: string };
  /** Paths of the auxiliary coordinates that belong to it, in the order of the file. */
  readonly coordinates: readonly string[];
  readonly bounds?: string;
  readonly gridMapping?: string;
  /** CF's text, for instance `time: mean`. */
  readonly cellMethods?: string;
  readonly flags?: Flags;
  readonly warnings: readonly string[];
}

export interface DatasetMeaning {
  /** By path. */
  readonly variables: ReadonlyMap<string, VariableMeaning>;
  /** All warnings, with the variable they are about. */
  readonly warnings: readonly string[];
}

/** Whether times have dates. */
export function hasDates(time: VariableMeaning["time"]): time is TimeCoding {
  return time !== undefined && !("error" in time);
}
