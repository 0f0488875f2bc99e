import { ZarrError } from "../error.js";
import { decodeHybrid } from "./hybrid.js";

/** A value of a column that a table of references has. */
export type Cell = Uint8Array | number | null;

/** Parquet's numbers for its types (parquet.thrift, Type). */
const INT32 = 1;
const INT64 = 2;
const BYTE_ARRAY = 6;

export interface PageColumn {
  readonly type: number;
  readonly isOptional: boolean;
}

/** Values of a page in `PLAIN`. @throws `truncated`, `malformed`, `unsupported` */
export function plainValues(bytes: Uint8Array, type: number, count: number): Cell[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = type === INT32 || type === BYTE_ARRAY ? 4 : type === INT64 ? 8 : 0;
  if (size === 0) throw new ZarrError("unsupported", `no reader for columns of Parquet's type ${type}`);
  if (count * size > bytes.length) throw new ZarrError("truncated", `a page of ${bytes.length} bytes cannot hold ${count} values`);
  const values: Cell[] = [];
  for (let i = 0, at = 0; i < count; i++) {
    if (type === INT32) values.push(view.getInt32(at, true));
    else if (type === INT64) values.push(Number(view.getBigInt64(at, true)));
    else {
      const end = at + 4 <= bytes.length ? at + 4 + view.getUint32(at, true) : Number.POSITIVE_INFINITY;
      if (end > bytes.length) throw new ZarrError("truncated", "a page ends inside a value");
      values.push(bytes.subarray(at + 4, end));
      at = end;
      continue;
    }
    at += size;
  }
  return values;
}

/** A page's values with its nulls, from its levels and what follows them. */
export function pageCells(
  values: Uint8Array,
  levels: Uint8Array | null,
  column: PageColumn,
  count: number,
  encoding: number,
  dictionary: readonly Cell[] | null,
): Cell[] {
  const defined = levels ? decodeHybrid(levels, 1, count) : null;
  const present = defined ? defined.reduce((sum, level) => sum + level, 0) : count;
  const some = encodedValues(values, column.type, present, encoding, dictionary);
  if (!defined) return some;
  let next = 0;
  return Array.from(defined, (level) => (level === 1 ? (some[next++] ?? null) : null));
}

function encodedValues(
  bytes: Uint8Array,
  type: number,
  count: number,
  encoding: number,
  dictionary: readonly Cell[] | null,
): Cell[] {
  if (count === 0) return [];
  switch (encoding) {
    case 0:
      return plainValues(bytes, type, count);
    case 2:
    case 8: {
      if (!dictionary) throw new ZarrError("malformed", "a page refers to a dictionary that is not there");
      const indices = decodeHybrid(bytes.subarray(1), bytes[0] ?? 0, count);
      return Array.from(indices, (index) => {
        const value = dictionary[index];
        if (value === undefined)
          throw new ZarrError("malformed", `a page names value ${index} of a dictionary of ${dictionary.length}`);
        return value;
      });
    }
    default:
      throw new ZarrError("unsupported", `no reader for Parquet's encoding ${encoding}`);
  }
}
