import type { ByteSink } from "./byte-sink.js";

/** A file or an object that is there. */
export interface FoundFile {
  /** Below the folder that was listed; whole where one file was asked for. */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds of the store's clock. */
  readonly modified: number;
  /** Of an object. */
  readonly etag?: string;
}

/** Bytes that are kept and that nobody sees. */
export type StagedPart = StagedFile | StagedUpload;

/** A file of its own, under the run's `staging/`. */
export interface StagedFile {
  readonly kind: "file";
  readonly name: string;
}

/** A multipart upload to the part's place that is not completed. */
export interface StagedUpload {
  readonly kind: "upload";
  readonly id: string;
  /** ETags of its pieces in order, numbered from 1. */
  readonly pieces: readonly string[];
}

/** A multipart upload that was begun, and neither completed nor given up. */
export interface OpenUpload {
  /** Where its object would lie. */
  readonly path: string;
  readonly id: string;
  /** Milliseconds of the store's clock. */
  readonly begun: number;
}

/** The bytes of one part that nobody sees yet. Errors name where it lies. */
export interface PartOutput extends ByteSink {
  /** Waits where more has been written than should lie in memory. */
  ready(): Promise<void>;
  /** Until then it can be given up. @returns where it is staged, and its SHA-256 in hex */
  finish(): Promise<{ readonly staged: StagedPart; readonly sha256: string }>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** Where a part is kept until it is committed, and where it lies then. Only one of them is used, whichever the store is good at. */
export interface PartPlace {
  /** Folder and name of a staged file. */
  readonly staging: string;
  readonly name: string;
  /** Null: it is never placed as it is. */
  readonly target: string | null;
}

/**
 * A place to write to. Paths are those of the file system, or `s3://bucket/key`; folders are given without a slash at the end.
 *
 * @throws `permission`, `not-found` (no such bucket), `temporary` (asking again can help), each with the path
 */
export interface OutputStore {
  readonly kind: "disk" | "s3";
  /** Whole text of a file; null where there is none. */
  read(path: string): Promise<string | null>;
  /** In one step: the old file or the new one. @param isDurable whether it must outlive a power cut */
  write(path: string, text: string, isDurable?: boolean): Promise<void>;
  /** As `write`, readable by the owner alone where files have owners. */
  writePrivate(path: string, text: string): Promise<void>;
  /** As `write`, where nothing is yet. @returns false where something is. Of two at once both may succeed on a store that cannot tell. */
  create(path: string, text: string): Promise<boolean>;
  /** An empty file, and for no moment anything beside it. */
  touch(path: string): Promise<void>;
  stat(path: string): Promise<FoundFile | null>;
  /** Files at any depth below a folder, by path; none where there is no folder. */
  list(folder: string): Promise<FoundFile[]>;
  /** Folders must be there before files are; on S3 there are none. */
  makeFolder(path: string): Promise<void>;
  /** Brings a folder's entries to the disk. */
  syncFolder(path: string): Promise<void>;
  /** Also of what is not there. */
  remove(paths: readonly string[]): Promise<void>;
  removeFolder(path: string): Promise<void>;
  openPart(place: PartPlace): Promise<PartOutput>;
  /**
   * Puts a part in its place; what an earlier call has put there is recognised. What else stands there is replaced only where
   * `replaces` says so.
   * @throws `conflict` where the part is no longer what was staged, or something else stands in its place
   */
  place(part: StagedPart & { readonly bytes: number }, place: PartPlace, replaces?: boolean): Promise<void>;
  /** Open uploads to paths that begin so. */
  uploads(prefix: string): Promise<OpenUpload[]>;
  abort(upload: Pick<OpenUpload, "path" | "id">): Promise<void>;
}
