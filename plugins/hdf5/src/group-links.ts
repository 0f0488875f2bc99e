import { recordsOfBTreeV2 } from "./btree-v2.js";
import { Cursor } from "./cursor.js";
import { malformed } from "./errors.js";
import { FractalHeap } from "./fractal-heap.js";
import { parseFilterPipeline } from "./messages/filter-pipeline.js";
import { type Link, parseLink } from "./messages/link.js";
import type { Address, MetadataFile } from "./model.js";
import { isShared, MESSAGE, type ObjectHeader } from "./object-header.js";
import { resolveShared } from "./shared-messages.js";
import { readSymbolTable } from "./symbol-table.js";

/** More links than this in one group are taken for damage. */
const MOST_LINKS = 1 << 22;

/** Whether the object can hold links. */
export function isGroup({ messages }: ObjectHeader): boolean {
  return messages.some((m) => m.type === MESSAGE.symbolTable || m.type === MESSAGE.linkInfo || m.type === MESSAGE.link);
}

/**
 * The links of a group, however it keeps them: by creation where the group tracks it, else by name, as netCDF and the HDF5
 * library iterate.
 */
export async function readLinks(file: MetadataFile, header: ObjectHeader): Promise<Link[]> {
  const links: Link[] = [];
  await checkFilters(file, header);
  for (const message of header.messages) {
    const cursor = new Cursor(message.body, message.offset, file.sizeOfOffsets, file.sizeOfLengths);
    if (message.type === MESSAGE.symbolTable) for (const link of await readSymbolTable(file, cursor)) links.push(link);
    else if (message.type === MESSAGE.link) links.push(parseLink(isShared(message) ? await resolveShared(file, message) : cursor));
    else if (message.type === MESSAGE.linkInfo) await readDenseLinks(file, parseLinkInfo(cursor), links);
    if (links.length > MOST_LINKS) throw malformed(`a group of ${links.length} links`, file.baseAddress + header.address);
  }
  const tracked = links.every((link) => link.creationOrder !== undefined);
  return links.sort((a, b) => (tracked ? (a.creationOrder as number) - (b.creationOrder as number) : compareNames(a.name, b.name)));
}

/** Groups may have filters for their dense storage; a damaged list of them spoils the group. */
async function checkFilters(file: MetadataFile, header: ObjectHeader): Promise<void> {
  const message = header.messages.find((m) => m.type === MESSAGE.filters);
  if (message) parseFilterPipeline(await resolveShared(file, message));
}

interface LinkInfo {
  readonly heap: Address;
  readonly byName: Address;
}

/** File format specification IV.A.2.c. */
function parseLinkInfo(cursor: Cursor): LinkInfo {
  const version = cursor.u8();
  if (version !== 0) throw malformed(`link info version ${version}`, cursor.offset);
  const flags = cursor.u8();
  if (flags & 1) cursor.skip(8);
  return { heap: cursor.address(), byName: cursor.address() };
}

/** Records of type 5 have the hash of the name and the heap's ID of the link message. */
async function readDenseLinks(file: MetadataFile, info: LinkInfo, links: Link[]): Promise<void> {
  if (info.heap === null || info.byName === null) return;
  const heap = await FractalHeap.open(file, info.heap);
  for await (const { type, bytes } of recordsOfBTreeV2(file, info.byName)) {
    if (type !== 5) throw malformed(`B-tree records of type ${type} for links`, file.baseAddress + info.byName);
    const object = await heap.object(bytes.subarray(4));
    links.push(parseLink(new Cursor(object, file.baseAddress + info.heap, file.sizeOfOffsets, file.sizeOfLengths)));
    if (links.length > MOST_LINKS) throw malformed(`a group of ${links.length} links`, file.baseAddress + info.heap);
  }
}

/** By bytes, as the library does: not by UTF-16. */
function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
