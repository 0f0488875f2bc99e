import type { BitSource } from "./bit-source.js";
import { type Damaged, type HuffmanTable, LOOKUP_BITS, MAX_CODE_BITS, readTables } from "./bzip2-tables.js";
import { undoTransform } from "./bzip2-transform.js";

/** Bytes that one block can take at most as stored: 900 kB of symbols of at most 20 bits, and its tables. */
export const BLOCK_BITS = 8 * ((900_000 * 20) / 8 + (1 << 17));
/** Symbols coded with one table before the next is chosen. */
const GROUP = 50;

/**
 * One block of bzip2 after its magic number and CRC: Huffman codes, move to front, run lengths, the inverse Burrows-Wheeler
 * transform, and the outer run lengths.
 *
 * @param capacity bytes of a block before the outer run lengths
 */
export function decodeBzip2Block(bits: BitSource, capacity: number, damaged: Damaged): { bytes: Uint8Array; crc: number } {
  if (bits.take(1) === 1) throw damaged("it is of the old, randomised kind");
  const origin = bits.take(24);
  const alphabet = readAlphabet(bits);
  if (alphabet.length === 0) throw damaged("it uses no byte at all");
  const { tables, selectors } = readTables(bits, alphabet.length + 2, damaged);
  const { block, counts, size } = readSymbols(bits, alphabet, tables, selectors, capacity, damaged);
  if (bits.isPastEnd) throw damaged("it ends too early");
  if (origin >= size) throw damaged(`it begins at ${origin} of ${size}`);
  return undoTransform(block, counts, size, origin);
}

function readAlphabet(bits: BitSource): Uint8Array {
  const used: number[] = [];
  const rows = bits.take(16);
  for (let row = 0; row < 16; row++) {
    if (!(rows & (0x8000 >> row))) continue;
    const columns = bits.take(16);
    for (let column = 0; column < 16; column++) if (columns & (0x8000 >> column)) used.push(16 * row + column);
  }
  return Uint8Array.from(used);
}

let reused = new Uint32Array(0);

/** Undoes Huffman coding, the inner run lengths and move to front. The result is overwritten by the next block's. */
function readSymbols(
  bits: BitSource,
  alphabet: Uint8Array,
  tables: readonly HuffmanTable[],
  selectors: Uint8Array,
  capacity: number,
  damaged: Damaged,
): { block: Uint32Array; counts: Uint32Array; size: number } {
  if (reused.length < capacity) reused = new Uint32Array(capacity);
  const block = reused;
  const counts = new Uint32Array(256);
  const front = Uint8Array.from(alphabet);
  const end = alphabet.length + 1;
  const { bytes } = bits;
  let { at, held, heldBits } = bits;
  let size = 0;
  let run = 0;
  let weight = 1;
  let left = 0;
  let group = 0;
  let { lookup, limit, base, symbols } = tables[0] as HuffmanTable;
  let problem: string | undefined;
  for (;;) {
    if (left === 0) {
      if (group >= selectors.length) {
        problem = "more symbols than its selectors cover";
        break;
      }
      ({ lookup, limit, base, symbols } = tables[selectors[group++] as number] as HuffmanTable);
      left = GROUP;
    }
    left--;
    while (heldBits < MAX_CODE_BITS) {
      held = (held << 8) | (at < bytes.length ? (bytes[at] as number) : 0);
      at++;
      heldBits += 8;
    }
    const entry = lookup[(held >>> (heldBits - LOOKUP_BITS)) & ((1 << LOOKUP_BITS) - 1)] as number;
    let symbol = entry >> 5;
    if (entry > 0) heldBits -= entry & 31;
    else {
      let length = LOOKUP_BITS + 1;
      while (length <= MAX_CODE_BITS && ((held >>> (heldBits - length)) & ((1 << length) - 1)) > (limit[length] as number))
        length++;
      if (length > MAX_CODE_BITS) {
        problem = "a code that no symbol has";
        break;
      }
      symbol = symbols[((held >>> (heldBits - length)) & ((1 << length) - 1)) + (base[length] as number)] ?? end + 1;
      heldBits -= length;
      if (symbol > end) {
        problem = "a code that no symbol has";
        break;
      }
    }
    if (symbol <= 1) {
      run += weight << symbol;
      weight *= 2;
      if (run > capacity) {
        problem = "a run longer than the block";
        break;
      }
      continue;
    }
    if (run > 0) {
      if (size + run > capacity) {
        problem = "more bytes than a block holds";
        break;
      }
      const byte = front[0] as number;
      block.fill(byte, size, size + run);
      counts[byte] = (counts[byte] as number) + run;
      size += run;
      run = 0;
      weight = 1;
    }
    if (symbol === end) break;
    if (size >= capacity) {
      problem = "more bytes than a block holds";
      break;
    }
    let place = symbol - 1;
    const byte = front[place] as number;
    for (; place > 0; place--) front[place] = front[place - 1] as number;
    front[0] = byte;
    block[size++] = byte;
    counts[byte] = (counts[byte] as number) + 1;
  }
  bits.at = at;
  bits.held = held;
  bits.heldBits = heldBits;
  if (problem !== undefined) throw damaged(problem);
  return { block, counts, size };
}
