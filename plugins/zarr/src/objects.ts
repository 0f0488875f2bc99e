/** Where the bytes of one object of a store are. */
export type Place =
  | { readonly kind: "missing" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** `crc32`: of all its bytes; of a part nothing can be compared. */
  | { readonly kind: "range"; readonly url: string; readonly offset: number; readonly length: number; readonly crc32?: number }
  /** A whole object, which may turn out not to be there. */
  | { readonly kind: "object"; readonly url: string; readonly size?: number }
  /** Only the store itself can give its bytes (a deflated member of a zip). */
  | { readonly kind: "packed"; readonly key: string };

export const MISSING: Place = { kind: "missing" };

/** A store's objects by key ("g/x/0.0"): a folder, a zip file, or references into other files. */
export interface Objects {
  readonly container: "zarr" | "zip" | "kerchunk";
  /** The store's own address, for errors. */
  readonly url: string;
  /** The whole object; null where there is none. */
  get(key: string): Promise<Uint8Array | null>;
  /** Every key that is no chunk, at least. @throws `unsupported` where they cannot be listed */
  metadataKeys(): Promise<readonly string[]>;
  /** Where the objects are, asked for together so that what must be read for it is read together. */
  places(keys: readonly string[]): Promise<readonly Place[]>;
  /**
   * Keys of all that lies below a node, without the node's own; null where they cannot be known without asking for each. Absent: as
   * null.
   */
  keysBelow?(node: string): Promise<readonly string[] | null>;
  /** Bytes of all objects; null where counting them costs too much. Absent: the store is one file. */
  totalBytes?(): Promise<number | null>;
  /** Compares the container's own checksums, reading all of it; what is wrong, in words. Absent: it has none. */
  verify?(): Promise<readonly string[]>;
}

const METADATA = /(?:^|\/)(?:zarr\.json|\.zarray|\.zgroup|\.zattrs|\.zmetadata|\.nczarray|\.nczgroup|\.nczattr)$/;

/** Whether the key names an object of metadata. Most keys are chunks, which end in a digit. */
export function isMetadataKey(key: string): boolean {
  const last = key.charCodeAt(key.length - 1);
  return !(last >= 0x30 && last <= 0x39) && METADATA.test(key);
}

/** The key of an object below a node ("" is the root). */
export function keyBelow(node: string, name: string): string {
  return node === "" ? name : `${node}/${name}`;
}
