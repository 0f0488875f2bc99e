/** One dimension of a regular hyperslab: `count` blocks of `block` elements, `stride` apart. Infinity: unlimited. */
export interface Slab {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
  readonly block: number;
}

/** Elements of a dataspace; their order is row-major. */
export type Selection =
  | { readonly kind: "none" }
  | { readonly kind: "all" }
  | { readonly kind: "slabs"; readonly slabs: readonly Slab[] }
  /** Boxes that do not overlap: first and last corner, both inside. */
  | {
      readonly kind: "blocks";
      readonly rank: number;
      readonly blocks: readonly (readonly [readonly number[], readonly number[]])[];
    };

/** Which elements of a source dataset stand where in a virtual one. */
export interface Mapping {
  /** "." is the file itself; `%b` stands for a block's number. */
  readonly file: string;
  readonly dataset: string;
  readonly source: Selection;
  readonly virtual: Selection;
}
