import type { ColumnBounds } from "../expr/bounds.js";
import { type Statistics, TYPE } from "../parquet/read/metadata.js";
import type { ColumnIndex } from "../parquet/read/page-index.js";
import type { Leaf } from "../parquet/read/schema-tree.js";

/** Least and greatest value as a file stores them. */
interface StoredBounds {
  readonly min?: Uint8Array;
  readonly max?: Uint8Array;
}

/**
 * What a row group's statistics prove of a column. `min_value` and `max_value` count where the file says that they are in the
 * order of the type; the older `min` and `max` for signed numbers, whose order was never in doubt.
 */
export function chunkBounds(leaf: Leaf, statistics: Statistics | undefined, values: number, isOrdered: boolean): ColumnBounds {
  if (!statistics) return {};
  const { min, max, oldMin, oldMax, nulls } = statistics;
  const stored: StoredBounds =
    isOrdered && (min || max)
      ? { ...(min && { min }), ...(max && { max }) }
      : isSigned(leaf)
        ? { ...(oldMin && { min: oldMin }), ...(oldMax && { max: oldMax }) }
        : {};
  return { ...valueBounds(leaf, stored), ...nullBounds(leaf, nulls, values) };
}

/** The same of a page. @param rows that it has */
export function pageBounds(leaf: Leaf, index: ColumnIndex, page: number, rows: number, isOrdered: boolean): ColumnBounds {
  if (index.nullPages[page]) return { hasValues: false };
  const [min, max] = [index.min[page], index.max[page]];
  const own = isOrdered && min && max ? valueBounds(leaf, { min, max }) : {};
  return { ...own, ...nullBounds(leaf, index.nulls?.[page], rows) };
}

/** NaN counts as null for expressions, and statistics do not count it. */
function nullBounds({ type }: Leaf, nulls: number | undefined, values: number): ColumnBounds {
  if (nulls === undefined) return {};
  if (nulls === values && values > 0) return { hasValues: false };
  const hasNaN = type.kind === "number" && type.name.startsWith("float");
  return nulls === 0 && !hasNaN ? { hasNulls: false } : {};
}

function isSigned({ physical, type }: Leaf): boolean {
  if (type.kind === "number") return type.name !== "float16" && !type.name.startsWith("uint");
  return (physical === TYPE.INT32 || physical === TYPE.INT64) && type.kind !== "null";
}

function valueBounds(leaf: Leaf, { min, max }: StoredBounds): ColumnBounds {
  const { type, physical } = leaf;
  if (type.kind === "string") return { ...textBound("minText", min), ...textBound("maxText", max) };
  if (physical === TYPE.INT96 || type.kind === "bool") return {};
  const [low, high] = [min && numberOf(leaf, min), max && numberOf(leaf, max)];
  // Writers have put NaN there, and then the other bound is worth as little.
  if (Number.isNaN(low) || Number.isNaN(high)) return {};
  return {
    ...(low !== undefined && { min: low - slack(low) }),
    ...(high !== undefined && { max: high + slack(high) }),
  };
}

/** Numbers beyond 2⁵³ are rounded on the way to a double, and decimals are divided. */
function slack(value: number): number {
  if (!Number.isFinite(value)) return 0;
  return Number.isInteger(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? 0 : Math.abs(value) * 2 ** -50;
}

/** A bound that may have been cut within a character. */
function textBound(side: "minText" | "maxText", bytes: Uint8Array | undefined): ColumnBounds {
  if (!bytes) return {};
  const text = Buffer.from(bytes).toString("utf8");
  if (!text.includes("\ufffd")) return { [side]: text };
  return side === "minText" ? { minText: text.slice(0, text.indexOf("\ufffd")) } : {};
}

/** A plain-encoded number in the unit of expressions; undefined where it is none. */
function numberOf({ type, physical }: Leaf, bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = physical === TYPE.INT32 || physical === TYPE.FLOAT ? 4 : physical === TYPE.INT64 || physical === TYPE.DOUBLE ? 8 : 0;
  if (size === 0 || bytes.length !== size) return undefined;
  switch (type.kind) {
    case "number":
      if (type.name === "float32") return view.getFloat32(0, true);
      if (type.name === "float64") return view.getFloat64(0, true);
      if (type.name === "uint64") return Number(view.getBigUint64(0, true));
      return size === 8
        ? Number(view.getBigInt64(0, true))
        : type.name.startsWith("u")
          ? view.getUint32(0, true)
          : view.getInt32(0, true);
    case "date":
      return view.getInt32(0, true) * 86_400_000_000;
    case "timestamp": {
      const value = Number(view.getBigInt64(0, true));
      return type.unit === "ms" ? value * 1000 : type.unit === "ns" ? value / 1000 : value;
    }
    case "decimal":
      return (size === 8 ? Number(view.getBigInt64(0, true)) : view.getInt32(0, true)) / 10 ** type.scale;
    default:
      return undefined;
  }
}
