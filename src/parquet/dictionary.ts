import type { Bitmap } from "../schema/bitmap.js";
import type { Packing } from "../schema/grid-batch.js";
import { ReusableMemory } from "../schema/reusable-memory.js";
import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import { unpack } from "../schema/unpack.js";

/** Distinct values and, per row, the position of its value among them. */
export interface Dictionary {
  /** In the column's own type. */
  readonly values: TypedArray;
  readonly indices: Uint16Array | Uint32Array;
  /** Whether the values ascend, or descend, from the first to the last. */
  readonly isMonotonic: boolean;
}

/** Where more distinct values appear than this, a dictionary no longer pays. */
const MAX_ENTRIES = 65536;

type SmallArray = Int8Array | Uint8Array | Int16Array | Uint16Array;

const indexMemory = new ReusableMemory();

/** Of a dictionary that is used up before the next one is made. */
function indicesFor(count: number, entries: number): Uint16Array | Uint32Array {
  if (entries <= MAX_ENTRIES) return new Uint16Array(indexMemory.take(2 * count).buffer, 0, count);
  return new Uint32Array(indexMemory.take(4 * count).buffer, 0, count);
}

/**
 * Codes of 8 or 16 bits: a table in place of a hash; only the codes that occur are unpacked, never the column. The entries are in
 * the order of their codes, so that equal neighbours in the data stay near in the indices and pages compress better.
 *
 * @param isMonotonic whether the order of the codes is that of the values
 */
export function tableDictionary(
  codes: SmallArray,
  packing: Packing | undefined,
  validity?: Bitmap,
  isMonotonic = true,
): Dictionary {
  const unsigned = codes.BYTES_PER_ELEMENT === 1 ? Uint8Array : Uint16Array;
  const slots = new unsigned(codes.buffer as ArrayBuffer, codes.byteOffset, codes.length);
  const all = codes.BYTES_PER_ELEMENT === 1 ? 256 : 65536;
  const used = new Uint8Array(all);
  if (validity && validity.zeros > 0) markValid(slots, validity, used);
  else for (let i = 0; i < slots.length; i++) used[slots[i] as number] = 1;
  const isSigned = codes instanceof Int8Array || codes instanceof Int16Array;
  const least = isSigned ? -all / 2 : 0;
  const positions = new Uint16Array(all);
  const distinct: number[] = [];
  for (let code = least; code < least + all; code++) {
    const slot = code & (all - 1);
    if (used[slot] === 1) positions[slot] = distinct.push(code) - 1;
  }
  // Readers differ on how an empty dictionary is unpacked.
  if (distinct.length === 0) distinct.push(0);
  const indices = indicesFor(codes.length, distinct.length);
  for (let i = 0; i < slots.length; i++) indices[i] = positions[slots[i] as number] as number;
  const values = new (codes.constructor as new (values: readonly number[]) => TypedArray)(distinct);
  return { values: packing ? unpack(values, packing) : values, indices, isMonotonic };
}

/** Without a branch: whether a value is there is as good as random where coasts are. */
function markValid(slots: Uint8Array | Uint16Array, { bits }: Bitmap, used: Uint8Array): void {
  const mark = (slot: number, flag: number): void => {
    used[slot] = (used[slot] as number) | flag;
  };
  const whole = slots.length & ~7;
  for (let i = 0; i < whole; i += 8) {
    const flags = bits[i >> 3] as number;
    mark(slots[i] as number, flags & 1);
    mark(slots[i + 1] as number, (flags >> 1) & 1);
    mark(slots[i + 2] as number, (flags >> 2) & 1);
    mark(slots[i + 3] as number, (flags >> 3) & 1);
    mark(slots[i + 4] as number, (flags >> 4) & 1);
    mark(slots[i + 5] as number, (flags >> 5) & 1);
    mark(slots[i + 6] as number, (flags >> 6) & 1);
    mark(slots[i + 7] as number, flags >> 7);
  }
  for (let i = whole; i < slots.length; i++) mark(slots[i] as number, ((bits[i >> 3] as number) >> (i & 7)) & 1);
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
  const indices = indicesFor(values.length, limit);
  const rows = index(words, values.length, size >> 2, limit, indices);
  if (!rows) return null;
  const type = values.constructor as new (length: number) => TypedArray;
  const distinct = new type(rows.length);
  for (const [i, row] of rows.entries()) distinct[i] = values[row] as never;
  const isShort = rows.length <= MAX_ENTRIES && indices instanceof Uint32Array;
  return { values: distinct, indices: isShort ? new Uint16Array(indices) : indices, isMonotonic: false };
}

function wordsOf(values: TypedArray): Uint32Array {
  const bytes = bytesOf(values);
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}

/** Distinct values among those that are looked at; a few hash to the same and count once. */
function sampleDistinct(words: Uint32Array, count: number, width: number): number {
  const step = Math.max(1, Math.floor(count / SAMPLE));
  const seen = new Uint8Array(SAMPLE * 16);
  let distinct = 0;
  for (let i = 0; i < count; i += step) {
    const low = words[i * width] as number;
    const high = width === 2 ? (words[i * 2 + 1] as number) : 0;
    const slot = ((Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 16) & (seen.length - 1);
    distinct += 1 - (seen[slot] as number);
    seen[slot] = 1;
  }
  return distinct;
}

/** Fills `indices`; gives for each distinct value the row it first stood in, or null past `limit`. Open addressing. */
function index(
  words: Uint32Array,
  count: number,
  width: number,
  limit: number,
  indices: Uint16Array | Uint32Array,
): number[] | null {
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
