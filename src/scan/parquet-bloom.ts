import type { Expr, Literal } from "../expr/nodes.js";
import { conjunctsOf } from "../expr/walk.js";
import { BLOOM_HEADER, mightContain, parseBloomHeader } from "../parquet/read/bloom-check.js";
import { TYPE } from "../parquet/read/metadata.js";
import type { ParquetFile } from "../parquet/read/parquet-file.js";
import type { Leaf } from "../parquet/read/schema-tree.js";
import type { ReadOptions } from "../store/contract.js";

/** Larger filters cost more than what they may save. */
const LARGEST = 4 << 20;

/**
 * Whether Bloom filters leave a row group in: of every term `column = value` or `column IN (…)`, one of the values must be in the
 * column's filter, where it has one.
 */
export async function bloomMightMatch(
  file: ParquetFile,
  group: number,
  where: Expr,
  leafOf: (column: string) => Leaf | undefined,
  options: ReadOptions = {},
): Promise<boolean> {
  for (const term of conjunctsOf(where)) {
    const wanted = wantedValues(term);
    const leaf = wanted && leafOf(wanted.column);
    if (!wanted || !leaf) continue;
    const encoded = wanted.literals.map((literal) => plainValues(leaf, literal));
    if (encoded.includes(null)) continue;
    const filter = await loadFilter(file, group, leaf, options);
    if (filter && !(encoded as Uint8Array[][]).some((values) => values.some((value) => mightContain(filter, value)))) return false;
  }
  return true;
}

function wantedValues(term: Expr): { readonly column: string; readonly literals: readonly Literal[] } | null {
  if (term.op === "in") return term.arg.op === "column" ? { column: term.arg.name, literals: term.list } : null;
  if (term.op !== "compare" || term.kind !== "=") return null;
  const [column, literal] = term.left.op === "column" ? [term.left, term.right] : [term.right, term.left];
  return column.op === "column" && literal.op === "literal" ? { column: column.name, literals: [literal.literal] } : null;
}

async function loadFilter(file: ParquetFile, group: number, leaf: Leaf, options: ReadOptions): Promise<Uint8Array | null> {
  const place = file.rowGroup(group).columns[leaf.index]?.bloomFilter;
  if (!place || place.offset <= 0) return null;
  const room = file.source.size - place.offset;
  const asked = Math.min(room, place.length ?? BLOOM_HEADER);
  if (asked <= 0 || asked > LARGEST) return null;
  const [head] = await file.pieces([{ offset: place.offset, length: asked }], options);
  const header = head && parseBloomHeader(head);
  if (!header || header.length > Math.min(LARGEST, room - header.headerLength)) return null;
  const { headerLength, length } = header;
  if (head.length >= headerLength + length) return head.subarray(headerLength, headerLength + length);
  const [whole] = await file.pieces([{ offset: place.offset + headerLength, length }], options);
  return whole ?? null;
}

/** A value's plain encoding, as it went into the filter: of zero among floats both; null where it has none. */
function plainValues({ physical, type }: Leaf, literal: Literal): Uint8Array[] | null {
  if (type.kind === "string") return literal.type === "string" ? [Buffer.from(literal.value)] : null;
  const whole = wholeOf(literal);
  if (type.kind === "timestamp" && type.unit === "us" && physical === TYPE.INT64)
    return literal.type === "timestamp" ? [int64(BigInt(literal.micros))] : null;
  if (type.kind !== "number") return null;
  switch (type.name) {
    case "float32":
    case "float64": {
      const value = literal.type === "float64" || literal.type === "int64" ? Number(literal.value) : Number.NaN;
      if (Number.isNaN(value)) return null;
      const bytes = (number: number): Uint8Array =>
        new Uint8Array((type.name === "float32" ? Float32Array : Float64Array).of(number).buffer);
      return value === 0 ? [bytes(0), bytes(-0)] : [bytes(value)];
    }
    case "float16":
      return null;
    case "int64":
    case "uint64":
      return whole === null ? null : [int64(whole)];
    default:
      return whole === null ? null : [new Uint8Array(Int32Array.of(Number(BigInt.asIntN(32, whole))).buffer)];
  }
}

function wholeOf(literal: Literal): bigint | null {
  if (literal.type === "int64") return BigInt(literal.value);
  return literal.type === "float64" && Number.isSafeInteger(literal.value) ? BigInt(literal.value) : null;
}

function int64(value: bigint): Uint8Array {
  return new Uint8Array(BigInt64Array.of(BigInt.asIntN(64, value)).buffer);
}
