import type { Piece, TableColumn } from "../archive/model.js";
import { castNumbers } from "../archive/promote-types.js";
import { toMicroseconds } from "../calendar/timestamps.js";
import { decodeValues, maskValues } from "../convention/decode.js";
import { itemsOf, joinSequences, meaningOfItems } from "../convention/items.js";
import { hasDates, type VariableMeaning } from "../convention/meaning.js";
import { GraticuleError } from "../errors.js";
import type { ArrayVariable } from "../format/contract.js";
import type { ColumnType } from "../schema/field.js";
import type { GridColumn } from "../schema/grid-batch.js";
import { fixedLists, type Lists } from "../schema/lists.js";
import type { TypedArray } from "../schema/typed-array.js";

type Decoded = Pick<GridColumn, "data" | "validity" | "packing">;

/**
 * Values of a file as those of a column: decoded, of the column's type and in its units.
 * @param values row-major; of a list column the items of all cells, or a list a cell
 */
export function decodeCells(
  values: TypedArray | readonly unknown[],
  variable: ArrayVariable,
  meaning: VariableMeaning,
  { field: { type } }: TableColumn,
  piece: Piece,
  cells: number,
): Decoded {
  if (type.kind === "list") return { data: decodeLists(values, variable, meaning, type.item, piece, cells) };
  if (variable.dtype.name === "vlen") return { data: (values as readonly unknown[]).map(joinLetters) };
  return decodeValuesOf(values, variable, meaning, type, piece, true);
}

/** The letters of a sequence may have come as one text, or one by one. */
function joinLetters(letters: unknown): string {
  return Array.isArray(letters) ? letters.join("") : String(letters);
}

function decodeLists(
  values: TypedArray | readonly unknown[],
  variable: ArrayVariable,
  meaning: VariableMeaning,
  item: ColumnType,
  piece: Piece,
  cells: number,
): Lists {
  if (variable.dtype.name !== "vlen") {
    const { items, validity } = itemsOfLists(decodeValuesOf(values, variable, meaning, item, piece, false));
    return fixedLists(items, cells, validity);
  }
  const of = itemsOf(variable);
  const { offsets, items } = joinSequences(values as readonly ArrayLike<unknown>[], of);
  return { offsets, ...itemsOfLists(decodeValuesOf(items, of, meaningOfItems(meaning), item, piece, false)) };
}

function itemsOfLists({ data, validity }: Decoded): Pick<Lists, "items" | "validity"> {
  return { items: data as Lists["items"], ...(validity && { validity }) };
}

function decodeValuesOf(
  values: TypedArray | readonly unknown[],
  variable: ArrayVariable,
  meaning: VariableMeaning,
  type: ColumnType,
  piece: Piece,
  mayStayPacked: boolean,
): Decoded {
  if (!ArrayBuffer.isView(values)) {
    if (type.kind === "string")
      return { data: (values as readonly unknown[]).map((text) => (text === null ? null : String(text))) };
    throw new GraticuleError("unsupported", `${variable.dtype.name} values cannot be read into a ${type.kind} column`, {
      variable: variable.path,
    });
  }
  const numbers = values as TypedArray;
  if (mayStayPacked && isLeftPacked(numbers, meaning, type, piece)) {
    const { values: data, validity } = maskValues(numbers, variable, meaning);
    return { data, ...(validity && { validity }), ...(meaning.packing && { packing: meaning.packing }) };
  }
  const { values: decoded, validity } = decodeValues(numbers, variable, meaning);
  const masked = validity && validity.zeros > 0 ? { validity } : {};
  switch (type.kind) {
    case "timestamp":
      if (!hasDates(meaning.time))
        throw new GraticuleError("changed", "the times have no dates any more", { variable: variable.path });
      return { data: toMicroseconds(decoded, meaning.time, validity), ...masked };
    case "bool":
      return { data: decoded instanceof Uint8Array ? decoded : truths(decoded), ...masked };
    case "number":
      return { data: castNumbers(piece.convert ? convert(decoded, piece.convert) : decoded, type.name), ...masked };
    default:
      throw new GraticuleError("unsupported", `${variable.dtype.name} values cannot be read into a ${type.kind} column`, {
        variable: variable.path,
      });
  }
}

/** What an enumeration of true and false holds besides counts as true, as in C. */
function truths(values: TypedArray): Uint8Array {
  const out = new Uint8Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(values[i]) === 0 ? 0 : 1;
  return out;
}

function isLeftPacked(values: TypedArray, meaning: VariableMeaning, type: ColumnType, piece: Piece): boolean {
  const isNarrow = values.BYTES_PER_ELEMENT <= 2 && meaning.stored !== "float16";
  return isNarrow && !piece.convert && type.kind === "number" && meaning.packing?.target === type.name;
}

function convert(values: TypedArray, { scale, offset }: NonNullable<Piece["convert"]>): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(values[i]) * scale + offset;
  return out;
}
