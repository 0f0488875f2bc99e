import type { Attributes } from "graticule/plugin";
import type { ExternalType } from "./external-type.js";

export type Version = 1 | 2 | 5;

export interface HeaderDimension {
  readonly name: string;
  /** 0 for the record dimension. */
  readonly length: number;
}

export interface HeaderVariable {
  readonly name: string;
  /** Positions in the list of dimensions, outermost first. */
  readonly dimensions: readonly number[];
  readonly attributes: Attributes;
  readonly type: ExternalType;
  /** `vsize`: redundant, and unable to hold large sizes. */
  readonly declaredBytes: number;
  /** Where its values begin; as stored, so perhaps negative or beyond 2⁵³. */
  readonly begin: number;
  /** Where `begin` is stored. */
  readonly beginOffset: number;
}

/** What the header says, before anything is concluded from it. */
export interface Header {
  readonly version: Version;
  readonly records: number | "streaming";
  readonly dimensions: readonly HeaderDimension[];
  readonly attributes: Attributes;
  readonly variables: readonly HeaderVariable[];
  /** Bytes. */
  readonly length: number;
  readonly notes: readonly string[];
}
