import type { Packing } from "../schema/grid-batch.js";
import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import { unpack } from "../schema/unpack.js";

/** Distinct values and, per row, the position of its value among them. */
export interface Dictionary {
  /** In the column's own type. */
  readonly values: TypedArray;
  readonly indices: Uint16Array | Uint32Array;
}

/** Where more distinct values appear than this, a dictionary no longer pays. */
const MAX_ENTRIES = 65536;

type SmallArray = Int8Array | Uint8Array | Int16Array | Uint16Array;

/** Codes of 8 or 16 bits: a table in place of a hash; only the codes that occur are unpacked, never the column. */
export function tableDictionary(codes: SmallArray, packing: Packing | undefined): Dictionary {
  const bias = codes instanceof Int8Array ? 128 : codes instanceof Int16Array ? 32768 : 0;
  const positions = new Int32Array(codes.BYTES_PER_ELEMENT === 1 ? 256 : 65536).fill(-1);
  const used: number[] = [];
  for (let i = 0; i < codes.length; i++) {
    const slot = (codes[i] as number) + bias;
    if ((positions[slot] as number) < 0) positions[slot] = used.push(0) - 1;
  }
  // Sorted, so that equal neighbours in the data stay near in the indices and pages compress better.
  let next = 0;
  for (let slot = 0; slot < positions.length; slot++) {
    if ((positions[slot] as number) < 0) continue;
    positions[slot] = next;
    used[next++] = slot - bias;
  }
  const indices = new Uint16Array(codes.length);
  for (let i = 0; i < codes.length; i++) indices[i] = positions[(codes[i] as number) + bias] as number;
  const distinct = new (codes.constructor as new (values: readonly number[]) => TypedArray)(used);
  return { values: packing ? unpack(distinct, packing) : distinct, indices };
}

/** Values looked at before a hash is begun. */
const SAMPLE = 4096;

/**
 * A dictionary by hashing bit patterns, or null where a sample or the whole says that it does not pay.
 *
 * @param always whether it pays or not
 */
export function hashDictionary(values: TypedArray, always: true): Dictionary;
export function hashDictionary(values: TypedArray): Dictionary | null;
export function hashDictionary(values: TypedArray, always = false): Dictionary | null {
  const size = values.BYTES_PER_ELEMENT;
  if (size !== 4 && size !== 8) return null;
  const words = wordsOf(values);
  if (!always && values.length > 4 * SAMPLE && sampleDistinct(words, values.length, size >> 2) > SAMPLE / 2) return null;
  const limit = always ? Math.max(1, values.length) : Math.min(MAX_ENTRIES, Math.max(16, values.length >> 1));
  const indices = new Uint32Array(values.length);
  const rows = index(words, values.length, size >> 2, limit, indices);
  if (!rows) return null;
  const type = values.constructor as new (length: number) => TypedArray;
  const distinct = new type(rows.length);
  for (const [i, row] of rows.entries()) distinct[i] = values[row] as never;
  return { values: distinct, indices };
}

function wordsOf(values: TypedArray): Uint32Array {
  const bytes = bytesOf(values);
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}

function sampleDistinct(words: Uint32Array, count: number, width: number): number {
  const step = Math.max(1, Math.floor(count / SAMPLE));
  const seen = new Set<number>();
  for (let i = 0; i < count; i += step)
    seen.add(width === 1 ? (words[i] as number) : (words[2 * i] as number) * 2 ** 21 + ((words[2 * i + 1] as number) >>> 11));
  return seen.size;
}

/** Fills `indices`; gives for each distinct value the row it first stood in, or null past `limit`. Open addressing. */
function index(words: Uint32Array, count: number, width: number, limit: number, indices: Uint32Array): number[] | null {
  const mask = 2 ** Math.ceil(Math.log2(limit * 2)) - 1;
  const slots = new Int32Array(mask + 1).fill(-1);
  const rows: number[] = [];
  for (let i = 0; i < count; i++) {
    const low = words[i * width] as number;
    const high = width === 2 ? (words[i * 2 + 1] as number) : 0;
    let slot = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    for (;;) {
      const entry = slots[slot] as number;
      if (entry < 0) {
        if (rows.length === limit) return null;
        slots[slot] = rows.push(i) - 1;
        indices[i] = rows.length - 1;
        break;
      }
      const row = rows[entry] as number;
      if (words[row * width] === low && (width === 1 || words[row * 2 + 1] === high)) {
        indices[i] = entry;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  return rows;
}
