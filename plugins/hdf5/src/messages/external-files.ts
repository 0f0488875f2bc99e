import { defined } from "../checked.js";
import type { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";
import { nameIn, readLocalHeap } from "../local-heap.js";
import type { ExternalSlot, MetadataFile } from "../model.js";

/** Names and slots of external raw data (file format specification IV.A.2.h); the names lie in a local heap. */
export async function readExternalFiles(file: MetadataFile, cursor: Cursor): Promise<ExternalSlot[]> {
  const version = cursor.u8();
  if (version !== 1) throw malformed(`external file list version ${version}`, cursor.offset);
  cursor.skip(3 + 2);
  const used = cursor.u16();
  const names = await readLocalHeap(file, defined(cursor.address(), "the names of external files"));
  return Array.from({ length: used }, () => {
    const at = cursor.length();
    return { name: nameIn(names, at), offset: cursor.length(), size: cursor.lengthOrUnlimited() ?? Number.POSITIVE_INFINITY };
  });
}
