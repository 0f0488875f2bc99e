import { itemsOf, meaningOfItems } from "../convention/items.js";
import type { VariableMeaning } from "../convention/meaning.js";
import type { ArrayVariable } from "../format/contract.js";
import { sizeOf } from "../schema/box.js";
import { isBooleanEnum, isNumericName } from "../schema/dtype.js";
import type { ColumnType } from "../schema/field.js";

/**
 * The dimensions of a variable that the cells of a table run over: without those of a cell's own value (unless the variable has no
 * others), and of text without that of its letters.
 * @param letters as `letterDimensions` has them
 */
export function cellRankOf(variable: ArrayVariable, letters: ReadonlySet<string>): number {
  const { dims, dimPaths, dtype } = variable;
  const own = dims.length - (variable.cellDims ?? 0);
  if (own > 0 && own < dims.length) return own;
  const last = dimPaths.at(-1);
  return dtype.name === "char" && last !== undefined && letters.has(last) ? dims.length - 1 : dims.length;
}

/** The shape of the list that a cell holds; null where it holds one value. @param rank as {@link cellRankOf} has it */
export function listShapeOf({ shape, dtype }: ArrayVariable, rank: number): readonly number[] | null {
  const inner = shape.slice(rank, dtype.name === "char" ? Math.max(rank, shape.length - 1) : shape.length);
  return inner.length > 0 ? inner : null;
}

/** The type after decoding; null for what has none. Times are numbers here: what they become depends on the other files. */
export function columnTypeOf(variable: ArrayVariable, meaning: VariableMeaning, rank: number): ColumnType | null {
  const { name } = variable.dtype;
  const shape = listShapeOf(variable, rank);
  const isSequence = name === "vlen";
  const item = valueTypeOf(itemsOf(variable), meaningOfItems(meaning));
  if (item === null || (isSequence && shape)) return null;
  if (shape) return { kind: "list", item, size: sizeOf(shape) };
  // A sequence of letters is a text.
  return isSequence && itemsOf(variable).dtype.name !== "char" ? { kind: "list", item } : item;
}

function valueTypeOf({ dtype }: ArrayVariable, meaning: VariableMeaning): ColumnType | null {
  const { name } = dtype;
  if (name === "char" || name === "string") return { kind: "string" };
  if (name === "bool" || isBooleanEnum(dtype)) return { kind: "bool" };
  if ((isNumericName(name) || name === "enum") && meaning.decoded) return { kind: "number", name: meaning.decoded };
  return null;
}
