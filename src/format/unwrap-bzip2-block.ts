import type { BitReader } from "./unwrap-bits.js";
import { wrappingError } from "./unwrap-error.js";

/** Bytes that one block can take at most as stored: 900 kB of symbols of at most 20 bits, and its tables. */
const BLOCK_BITS = 8 * ((900_000 * 20) / 8 + (1 << 17));
const MAX_CODE_BITS = 20;
/** Symbols coded with one table before the next is chosen. */
const GROUP = 50;

/**
 * One block after its magic number and CRC: Huffman codes, move to front, run lengths, the inverse Burrows-Wheeler transform,
 * and the outer run lengths. @param capacity bytes of a block before the outer run lengths
 */
export async function decodeBzip2Block(
  bits: BitReader,
  capacity: number,
  file: string,
): Promise<{ bytes: Uint8Array; crc: number }> {
  await bits.need(BLOCK_BITS);
  const damaged = (what: string) => wrappingError("malformed", file, `a bzip2 block is damaged: ${what}`);
  if (bits.take(1) === 1) throw wrappingError("malformed", file, "a bzip2 block of the old, randomised kind");
  const origin = bits.take(24);
  const alphabet = readAlphabet(bits);
  if (alphabet.length === 0) throw damaged("it uses no byte at all");
  const { tables, selectors } = readTables(bits, alphabet.length + 2, damaged);
  const { block, counts, size } = readSymbols(bits, alphabet, tables, selectors, capacity, damaged);
  if (origin >= size) throw damaged(`it begins at ${origin} of ${size}`);
  return undoTransform(block, counts, size, origin);
}

function readAlphabet(bits: BitReader): Uint8Array {
  const used: number[] = [];
  const rows = bits.take(16);
  for (let row = 0; row < 16; row++) {
    if (!(rows & (0x8000 >> row))) continue;
    const columns = bits.take(16);
    for (let column = 0; column < 16; column++) if (columns & (0x8000 >> column)) used.push(16 * row + column);
  }
  return Uint8Array.from(used);
}

interface HuffmanTable {
  /** Per length: the largest code of that length, the offset that turns a code into a position, and the symbols in order. */
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

type Damaged = (what: string) => Error;

function readTables(bits: BitReader, symbolCount: number, damaged: Damaged): { tables: HuffmanTable[]; selectors: Uint8Array } {
  const tableCount = bits.take(3);
  const selectorCount = bits.take(15);
  if (tableCount < 2 || tableCount > 6 || selectorCount === 0) throw damaged(`${tableCount} tables, ${selectorCount} selectors`);
  const order = Array.from({ length: tableCount }, (_, i) => i);
  const selectors = new Uint8Array(selectorCount);
  for (let i = 0; i < selectorCount; i++) {
    let at = 0;
    while (bits.take(1) === 1) if (++at >= tableCount) throw damaged("a selector of a table that is not there");
    const [chosen] = order.splice(at, 1) as [number];
    order.unshift(chosen);
    selectors[i] = chosen;
  }
  const tables: HuffmanTable[] = [];
  for (let t = 0; t < tableCount; t++) {
    const lengths = new Uint8Array(symbolCount);
    let length = bits.take(5);
    for (let symbol = 0; symbol < symbolCount; symbol++) {
      for (;;) {
        if (length < 1 || length > MAX_CODE_BITS) throw damaged(`a code of ${length} bits`);
        if (bits.take(1) === 0) break;
        length += bits.take(1) === 0 ? 1 : -1;
      }
      lengths[symbol] = length;
    }
    tables.push(tableOf(lengths));
  }
  return { tables, selectors };
}

function tableOf(lengths: Uint8Array): HuffmanTable {
  const symbols = new Uint16Array(lengths.length);
  const limit = new Int32Array(MAX_CODE_BITS + 2).fill(-1);
  const base = new Int32Array(MAX_CODE_BITS + 2);
  let position = 0;
  let code = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    base[length] = position - code;
    for (let symbol = 0; symbol < lengths.length; symbol++)
      if (lengths[symbol] === length) {
        symbols[position++] = symbol;
        code++;
      }
    limit[length] = code - 1;
    code <<= 1;
  }
  return { limit, base, symbols };
}

/** Undoes Huffman coding, the inner run lengths and move to front. */
function readSymbols(
  bits: BitReader,
  alphabet: Uint8Array,
  tables: readonly HuffmanTable[],
  selectors: Uint8Array,
  capacity: number,
  damaged: Damaged,
): { block: Uint32Array; counts: Uint32Array; size: number } {
  const block = new Uint32Array(capacity);
  const counts = new Uint32Array(256);
  const front = Uint8Array.from(alphabet);
  const end = alphabet.length + 1;
  let size = 0;
  let run = 0;
  let weight = 1;
  let left = 0;
  let group = 0;
  let table = tables[0] as HuffmanTable;
  for (;;) {
    if (left === 0) {
      if (group >= selectors.length) throw damaged("more symbols than its selectors cover");
      table = tables[selectors[group++] as number] as HuffmanTable;
      left = GROUP;
    }
    left--;
    const symbol = readSymbol(bits, table, damaged);
    if (symbol <= 1) {
      run += weight << symbol;
      weight *= 2;
      if (run > capacity) throw damaged("a run longer than the block");
      continue;
    }
    if (run > 0) {
      if (size + run > capacity) throw damaged("more bytes than a block holds");
      const byte = front[0] as number;
      block.fill(byte, size, size + run);
      counts[byte] = (counts[byte] as number) + run;
      size += run;
      run = 0;
      weight = 1;
    }
    if (symbol === end) return { block, counts, size };
    if (size >= capacity) throw damaged("more bytes than a block holds");
    const at = symbol - 1;
    const byte = front[at] as number;
    front.copyWithin(1, 0, at);
    front[0] = byte;
    block[size++] = byte;
    counts[byte] = (counts[byte] as number) + 1;
  }
}

function readSymbol(bits: BitReader, table: HuffmanTable, damaged: Damaged): number {
  let code = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    code = (code << 1) | bits.take(1);
    if (code <= (table.limit[length] as number)) {
      const symbol = table.symbols[code + (table.base[length] as number)];
      if (symbol !== undefined) return symbol;
    }
  }
  throw damaged("a code that no symbol has");
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let crc = i << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/** The inverse Burrows-Wheeler transform, then the outer run lengths: four equal bytes are followed by a count of further ones. */
function undoTransform(block: Uint32Array, counts: Uint32Array, size: number, origin: number): { bytes: Uint8Array; crc: number } {
  let sum = 0;
  const starts = counts.map((count) => {
    const start = sum;
    sum += count;
    return start;
  });
  for (let i = 0; i < size; i++) {
    const byte = (block[i] as number) & 0xff;
    const to = starts[byte] as number;
    starts[byte] = to + 1;
    block[to] = (block[to] as number) | (i << 8);
  }
  let out = new Uint8Array(2 * size + 256);
  let filled = 0;
  let crc = 0xffffffff;
  let entry = (block[origin] as number) >>> 8;
  let last = -1;
  let equal = 0;
  for (let i = 0; i < size; i++) {
    const value = block[entry] as number;
    const byte = value & 0xff;
    entry = value >>> 8;
    let repeat = 1;
    let write = byte;
    if (equal === 4) {
      repeat = byte;
      write = last;
      equal = 0;
      last = -1;
    } else {
      equal = byte === last ? equal + 1 : 1;
      last = byte;
    }
    if (filled + repeat > out.length) {
      const larger = new Uint8Array(2 * out.length + repeat);
      larger.set(out.subarray(0, filled));
      out = larger;
    }
    for (let k = 0; k < repeat; k++) {
      out[filled++] = write;
      crc = ((crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ write) & 0xff] as number)) >>> 0;
    }
  }
  return { bytes: out.subarray(0, filled), crc: ~crc >>> 0 };
}
