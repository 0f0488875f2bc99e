import type { Role } from "../../convention/meaning.js";
import type { ErrorJSON } from "../../errors.js";
import type { Json } from "./attribute-json.js";

/** What `inspect --json` prints; see docs/reference. */
export interface InspectDocument {
  readonly path: string;
  readonly format: string;
  readonly container: string;
  readonly version: number | string;
  /** Of a store of many objects their sum; absent where they would have to be counted on a server. */
  readonly bytes?: number;
  /** Of the root group, as stored. */
  readonly attributes: Readonly<Record<string, Json>>;
  readonly dimensions: Readonly<Record<string, { readonly length: number; readonly unlimited: boolean }>>;
  readonly groups: readonly string[];
  /** Names by which groups may be asked for besides their paths: FITS's EXTNAME, where several share it with EXTVER behind a comma. */
  readonly group_titles?: Readonly<Record<string, string>>;
  /** Of the other groups, where they have any. */
  readonly group_attributes?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly variables: Readonly<Record<string, VariableDocument>>;
  readonly extent: Extent;
  readonly warnings: readonly string[];
  /** The first damage that was met; the exit code is its. */
  readonly error?: ErrorJSON;
}

export interface VariableDocument {
  readonly dtype: string;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  /** No value at all, where a scalar would have one. */
  readonly empty?: true;
  readonly chunks: readonly number[] | null;
  readonly codecs: readonly string[];
  readonly attributes: Readonly<Record<string, Json>>;
  readonly role: Role;
  readonly access: string;
  readonly units?: string;
  readonly standard_name?: string;
  readonly alias_of?: string;
  readonly enum?: Readonly<Record<string, number | string>>;
  readonly fields?: Readonly<Record<string, string>>;
  readonly time?: TimeDocument;
  readonly stored?: { readonly sha256: string };
  readonly decoded?: Readonly<Record<string, number | string>>;
  readonly strings?: Readonly<Record<string, number | string>>;
  readonly vlen?: { readonly rows: number; readonly total: number; readonly max: number };
  readonly unsupported?: string;
  readonly error?: ErrorJSON;
}

export interface TimeDocument {
  readonly units: string;
  readonly calendar?: string;
  readonly first?: string;
  readonly last?: string;
  /** Why no date can honestly be given. */
  readonly error?: string;
}

export interface Extent {
  readonly lon?: readonly [Json, Json];
  readonly lat?: readonly [Json, Json];
  readonly time?: readonly [string, string];
}
