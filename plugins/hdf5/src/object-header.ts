import { cursorAt, defined, verifyChecksum } from "./checked.js";
import type { Cursor } from "./cursor.js";
import { malformed } from "./errors.js";
import type { MetadataFile } from "./model.js";

/** Types of header messages (file format specification IV.A.2). */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  oldFill: 0x04,
  fill: 0x05,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  sharedTable: 0x0f,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
  referenceCount: 0x16,
} as const;

export interface HeaderMessage {
  readonly type: number;
  readonly flags: number;
  readonly body: Uint8Array;
  /** Offset of the body in the file. */
  readonly offset: number;
  readonly creationIndex?: number;
}

export interface ObjectHeader {
  readonly address: number;
  readonly version: number;
  readonly messages: readonly HeaderMessage[];
}

const MOST_BLOCKS = 1 << 14;
const MOST_BYTES = 1 << 28;
const SHARED = 0x02;
const SHAREABLE = 0x40;
const FAIL_IF_UNKNOWN = 0x80;
const LAST_KNOWN_TYPE = 0x18;
const CAN_BE_SHARED: readonly number[] = [
  MESSAGE.dataspace,
  MESSAGE.datatype,
  MESSAGE.oldFill,
  MESSAGE.fill,
  MESSAGE.filters,
  MESSAGE.attribute,
];

/**
 * All messages of an object header with its continuations (file format specification IV.A.1).
 * @throws `malformed`, `checksum`, `truncated`
 */
export async function readObjectHeader(file: MetadataFile, address: number): Promise<ObjectHeader> {
  const head = await file.read(address, 4);
  const isNew = String.fromCharCode(...head) === "OHDR";
  const messages = isNew ? await readNew(file, address) : await readOld(file, address);
  for (const message of messages) check(message, isNew);
  return { address, version: isNew ? 2 : 1, messages };
}

export function isShared(message: HeaderMessage): boolean {
  return (message.flags & SHARED) !== 0;
}

/** What the library refuses too. */
function check({ type, flags, offset }: HeaderMessage, isNew: boolean): void {
  if (type > LAST_KNOWN_TYPE && flags & FAIL_IF_UNKNOWN) throw malformed(`a header message of the unknown type ${type}`, offset);
  if (type <= LAST_KNOWN_TYPE && flags & (SHARED | SHAREABLE) && !CAN_BE_SHARED.includes(type))
    throw malformed(`a message of type ${type} that is marked as shared, which such messages cannot be`, offset);
  if (type === MESSAGE.referenceCount && !isNew)
    throw malformed("a reference count message in an object header of version 1", offset);
}

async function readOld(file: MetadataFile, address: number): Promise<HeaderMessage[]> {
  const prefix = await cursorAt(file, address, 16);
  const version = prefix.u8();
  if (version !== 1) throw malformed(`no object header here: version ${version}`, prefix.offset);
  prefix.skip(1);
  const declared = prefix.u16();
  prefix.skip(4);
  const blocks = new Blocks(file, address + 16, prefix.u32());
  const messages: HeaderMessage[] = [];
  for (let block = await blocks.next(); block; block = await blocks.next()) {
    while (block.remaining >= 8 && messages.length < declared) {
      const type = block.u16();
      const size = block.u16();
      const flags = block.u8();
      block.skip(3);
      if (size % 8 !== 0) throw malformed(`a header message of ${size} bytes, which is no multiple of 8`, block.here);
      const offset = block.here;
      const body = block.take(size);
      if (type === MESSAGE.continuation) blocks.add(body, offset);
      messages.push({ type, flags, body, offset });
    }
  }
  if (messages.length < declared)
    throw malformed(`an object header with ${messages.length} messages where it declares ${declared}`, prefix.offset);
  return messages;
}

async function readNew(file: MetadataFile, address: number): Promise<HeaderMessage[]> {
  const most = 4 + 1 + 1 + 16 + 4 + 8;
  const available = Math.min(most, file.source.size - file.baseAddress - address);
  const prefix = await cursorAt(file, address, available);
  prefix.skip(4);
  const version = prefix.u8();
  if (version !== 2) throw malformed(`object header version ${version}`, prefix.here);
  const flags = prefix.u8();
  if (flags & 0x20) prefix.skip(16);
  if (flags & 0x10) prefix.skip(4);
  const size = prefix.uint(1 << (flags & 3));
  const tracked = (flags & 0x04) !== 0;
  const blocks = new Blocks(file, address, prefix.position + size + 4);
  const messages: HeaderMessage[] = [];
  for (let first = true, block = await blocks.next(); block; first = false, block = await blocks.next()) {
    verifyChecksum(block.bytes, block.offset, "an object header");
    if (first) block.skip(prefix.position);
    else block.signature("OCHK");
    const body = block.sub(block.remaining - 4);
    readNewMessages(body, tracked, messages, blocks);
  }
  return messages;
}

/** Up to a gap too small for a message. */
function readNewMessages(block: Cursor, tracked: boolean, messages: HeaderMessage[], blocks: Blocks): void {
  while (block.remaining >= (tracked ? 6 : 4)) {
    const type = block.u8();
    const size = block.u16();
    const flags = block.u8();
    const creationIndex = tracked ? block.u16() : undefined;
    const offset = block.here;
    const body = block.take(size);
    if (type === MESSAGE.continuation) blocks.add(body, offset);
    messages.push({ type, flags, body, offset, ...(creationIndex !== undefined && { creationIndex }) });
  }
}

/** The blocks of one header in order, each once. */
class Blocks {
  readonly #waiting: { address: number; length: number }[] = [];
  readonly #seen = new Set<number>();
  #bytes = 0;

  constructor(
    readonly file: MetadataFile,
    address: number,
    length: number,
  ) {
    this.#push(address, length);
  }

  add(body: Uint8Array, offset: number): void {
    const { sizeOfOffsets, sizeOfLengths } = this.file;
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    if (body.length < sizeOfOffsets + sizeOfLengths) throw malformed("a continuation without an address", offset);
    const address = unsigned(view, 0, sizeOfOffsets);
    const length = unsigned(view, sizeOfOffsets, sizeOfLengths);
    if (address === null || length === null) throw malformed("a continuation that leads out of any file", offset);
    this.#push(defined(address, "a continuation"), length);
  }

  async next(): Promise<Cursor | undefined> {
    const block = this.#waiting.shift();
    return block && cursorAt(this.file, block.address, block.length);
  }

  #push(address: number, length: number): void {
    const where = this.file.baseAddress + address;
    if (this.#seen.has(address)) throw malformed("an object header that continues in itself", where);
    this.#seen.add(address);
    this.#bytes += length;
    if (this.#seen.size > MOST_BLOCKS || this.#bytes > MOST_BYTES)
      throw malformed(`an object header of ${this.#bytes} bytes`, where);
    this.#waiting.push({ address, length });
  }
}

function unsigned(view: DataView, at: number, size: number): number | null {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + view.getUint8(at + i);
  return Number.isSafeInteger(value) ? value : null;
}
