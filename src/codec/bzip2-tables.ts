import type { BitSource } from "./bit-source.js";

/** Makes the error for damage of that kind. */
export type Damaged = (what: string) => Error;

export const MAX_CODE_BITS = 20;
/** Codes up to this length are found by one look into a table. */
export const LOOKUP_BITS = 10;

export interface HuffmanTable {
  /** By the next {@link LOOKUP_BITS} bits: 32 times the symbol and the code's length; 0 for longer codes. */
  readonly lookup: Uint16Array;
  /** Per length: the largest code of that length, the offset that turns a code into a position, and the symbols in order. */
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

/** A block's two to six Huffman tables, and which of them each group of symbols is coded with. */
export function readTables(
  bits: BitSource,
  symbolCount: number,
  damaged: Damaged,
): { tables: HuffmanTable[]; selectors: Uint8Array } {
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
  return { tables: order.map(() => tableOf(readLengths(bits, symbolCount, damaged))), selectors };
}

function readLengths(bits: BitSource, symbolCount: number, damaged: Damaged): Uint8Array {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.take(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_BITS) throw damaged(`a code of ${length} bits`);
      if (bits.isPastEnd) throw damaged("it ends inside its tables");
      if (bits.take(1) === 0) break;
      length += bits.take(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}

function tableOf(lengths: Uint8Array): HuffmanTable {
  const symbols = new Uint16Array(lengths.length);
  const lookup = new Uint16Array(1 << LOOKUP_BITS);
  const limit = new Int32Array(MAX_CODE_BITS + 2).fill(-1);
  const base = new Int32Array(MAX_CODE_BITS + 2);
  let position = 0;
  let code = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    base[length] = position - code;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[position++] = symbol;
      const spare = LOOKUP_BITS - length;
      if (spare >= 0) lookup.fill((symbol << 5) | length, code << spare, (code + 1) << spare);
      code++;
    }
    limit[length] = code - 1;
    code <<= 1;
  }
  return { lookup, limit, base, symbols };
}
