import type { DatasetHeader, MetadataFile } from "../model.js";

/** A dataset and what reading its values takes. */
export interface StoredDataset {
  readonly file: MetadataFile;
  readonly header: DatasetHeader;
  readonly sources: Sources;
}

/** The datasets that virtual ones of a file take their values from. */
export interface Sources {
  /**
   * Null where there is no such file, or no such dataset in it: its part then reads as fill.
   * @param file "." is the file itself
   * @throws `malformed` and the like where the file is there and damaged; `permission`
   */
  open(file: string, path: string): Promise<StoredDataset | null>;
}
