import { cursorAt, defined } from "./checked.js";
import type { Cursor } from "./cursor.js";
import { malformed } from "./errors.js";
import { nameIn, readLocalHeap } from "./local-heap.js";
import type { Link } from "./messages/link.js";
import type { MetadataFile } from "./model.js";

const DEEPEST = 32;
const SOFT_LINK = 2;

/** The links of an old group: a B-tree of version 1 over symbol nodes, names in a local heap (III.A.1, III.B, IV.A.2.r). */
export async function readSymbolTable(file: MetadataFile, message: Cursor): Promise<Link[]> {
  const tree = defined(message.address(), "a group's B-tree");
  const names = await readLocalHeap(file, defined(message.address(), "a group's names"));
  const links: Link[] = [];
  await walk(file, tree, null, names, links, new Set());
  return links;
}

async function walk(
  file: MetadataFile,
  address: number,
  level: number | null,
  names: Cursor,
  links: Link[],
  seen: Set<number>,
): Promise<void> {
  const where = file.baseAddress + address;
  if (seen.has(address)) throw malformed("a group's B-tree that contains itself", where);
  seen.add(address);
  const { sizeOfOffsets, sizeOfLengths } = file;
  const head = await cursorAt(file, address, 8 + 2 * sizeOfOffsets);
  head.signature("TREE");
  const type = head.u8();
  const own = head.u8();
  const used = head.u16();
  if (type !== 0) throw malformed(`a B-tree of type ${type} for a group`, where);
  if (own > DEEPEST || (level !== null && own !== level)) throw malformed(`a B-tree node at level ${own}`, where);
  const keys = await cursorAt(file, address + head.bytes.length, used * (sizeOfLengths + sizeOfOffsets) + sizeOfLengths);
  for (let i = 0; i < used; i++) {
    keys.skip(sizeOfLengths);
    const child = defined(keys.address(), "a child of a group's B-tree");
    if (own > 0) await walk(file, child, own - 1, names, links, seen);
    else await readNode(file, child, names, links, seen);
  }
}

async function readNode(file: MetadataFile, address: number, names: Cursor, links: Link[], seen: Set<number>): Promise<void> {
  const where = file.baseAddress + address;
  if (seen.has(address)) throw malformed("a symbol node that is used twice", where);
  seen.add(address);
  const head = await cursorAt(file, address, 8);
  head.signature("SNOD");
  const version = head.u8();
  if (version !== 1) throw malformed(`symbol node version ${version}`, where);
  head.skip(1);
  const count = head.u16();
  const entries = await cursorAt(file, address + 8, count * (2 * file.sizeOfOffsets + 24));
  for (let i = 0; i < count; i++) links.push(readEntry(entries, names));
}

function readEntry(cursor: Cursor, names: Cursor): Link {
  const name = nameIn(names, cursor.uint(cursor.sizeOfOffsets));
  if (name === "") throw malformed("a link without a name", cursor.here);
  const address = cursor.address();
  const cached = cursor.u32();
  cursor.skip(4);
  const scratch = cursor.sub(16);
  if (cached === SOFT_LINK) return { name, target: { kind: "soft", path: nameIn(names, scratch.u32()) } };
  return { name, target: { kind: "hard", address: defined(address, `what the link ${name} leads to`) } };
}
