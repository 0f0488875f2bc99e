/** A file beside the dataset. */
export interface Document {
  /** Under `<dest>.graticule/`. */
  readonly path: string;
  readonly content: string;
}

/** What documents tell of the place that they describe. */
export interface DocumentedPlace {
  readonly dest: string;
  /** One file in place of a folder of parts. */
  readonly single: boolean;
}
