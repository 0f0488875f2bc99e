import { verifyChecksum } from "../checked.js";
import { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";
import type { MetadataFile } from "../model.js";
import type { Mapping } from "./model.js";
import { parseSelection } from "./selection.js";

const FILE_SHARED = 1;
const DATASET_SHARED = 2;
const SAME_FILE = 4;

/**
 * The mappings of a virtual dataset, an object of the global heap (file format specification III.F.1). Version 1 (HDF5 2.0)
 * names what stands in an earlier entry by its number.
 *
 * @throws `malformed`, `checksum`, `truncated`
 */
export async function readMappings(file: MetadataFile, address: number, index: number): Promise<readonly Mapping[]> {
  const block = await file.heapObject(address, index);
  const offset = file.baseAddress + address;
  if (block.length < 5) throw malformed(`the mappings of a virtual dataset in ${block.length} bytes`, offset);
  verifyChecksum(block, offset, "the mappings of a virtual dataset");
  const cursor = new Cursor(block.subarray(0, block.length - 4), offset, file.sizeOfOffsets, file.sizeOfLengths);
  const version = cursor.u8();
  if (version > 1) throw malformed(`version ${version} of the mappings of a virtual dataset`, offset);
  const count = cursor.length();
  if (count > cursor.remaining) throw malformed(`${count} mappings in ${cursor.remaining} bytes`, offset);
  const mappings: Mapping[] = [];
  const earlier = (): Mapping => {
    const number = cursor.length();
    const found = mappings[number];
    if (!found) throw malformed(`mapping ${mappings.length} takes a name from mapping ${number}`, cursor.here);
    return found;
  };
  for (let i = 0; i < count; i++) {
    const flags = version === 0 ? 0 : cursor.u8();
    const name = flags & SAME_FILE ? "." : flags & FILE_SHARED ? earlier().file : cursor.terminated();
    const dataset = flags & DATASET_SHARED ? earlier().dataset : cursor.terminated();
    mappings.push({ file: name, dataset, source: parseSelection(cursor), virtual: parseSelection(cursor) });
  }
  return mappings;
}

/** The name with a block's number in place of each `%b`; `%%` is one percent sign. @throws `malformed` */
export function nameOfBlock(name: string, block: number): string {
  return name.replace(/%(.?)/gsu, (whole, what: string) => {
    if (what === "b") return String(block);
    if (what === "%") return "%";
    throw malformed(`the name ${JSON.stringify(name)} of a source has the unknown specifier ${JSON.stringify(whole)}`);
  });
}

/** Whether the name differs from block to block. */
export function namesBlocks({ file, dataset }: Mapping): boolean {
  return /%b/.test(file.replaceAll("%%", "")) || /%b/.test(dataset.replaceAll("%%", ""));
}
