import { castChecked } from "../archive/cast-checked.js";
import type { Piece, TableColumn } from "../archive/model.js";
import { castNumbers } from "../archive/promote-types.js";
import { toMicroseconds } from "../calendar/timestamps.js";
import { decodeValues, maskValues, requireStored } from "../convention/decode.js";
import { itemsOf, joinSequences, meaningOfItems } from "../convention/items.js";
import { hasDates, type VariableMeaning } from "../convention/meaning.js";
import { outsideLimits } from "../convention/outside-limits.js";
import { asStored } from "../convention/stored-type.js";
import { GraticuleError } from "../errors.js";
import type { ArrayVariable } from "../format/contract.js";
import { type Bitmap, isSet, packBits } from "../schema/bitmap.js";
import type { ColumnType } from "../schema/field.js";
import type { GridColumn } from "../schema/grid-batch.js";
import { fixedLists, type Lists } from "../schema/lists.js";
import type { TypedArray } from "../schema/typed-array.js";

type Decoded = Pick<GridColumn, "data" | "validity" | "packing" | "outside">;

/**
 * Values of a file as those of a column: decoded, of the column's type and in its units.
 * @param values row-major; of a list column the items of all cells, or a list a cell
 */
export function decodeCells(
  values: TypedArray | readonly unknown[],
  variable: ArrayVariable,
  meaning: VariableMeaning,
  column: TableColumn,
  piece: Piece,
  cells: number,
): Decoded {
  const { type } = column.field;
  if (type.kind === "list") return { data: decodeLists(values, variable, meaning, column, type.item, piece, cells) };
  if (variable.dtype.name === "vlen") return { data: (values as readonly unknown[]).map(joinLetters) };
  return decodeValuesOf(values, variable, meaning, column, type, piece, true);
}

/** The letters of a sequence may have come as one text, or one by one. */
function joinLetters(letters: unknown): string {
  return Array.isArray(letters) ? letters.join("") : String(letters);
}

function decodeLists(
  values: TypedArray | readonly unknown[],
  variable: ArrayVariable,
  meaning: VariableMeaning,
  column: TableColumn,
  item: ColumnType,
  piece: Piece,
  cells: number,
): Lists {
  if (variable.dtype.name !== "vlen") {
    const { items, validity } = itemsOfLists(decodeValuesOf(values, variable, meaning, column, item, piece, false));
    return fixedLists(items, cells, validity);
  }
  const of = itemsOf(variable);
  const { offsets, items } = joinSequences(values as readonly ArrayLike<unknown>[], of);
  return { offsets, ...itemsOfLists(decodeValuesOf(items, of, meaningOfItems(meaning), column, item, piece, false)) };
}

function itemsOfLists({ data, validity }: Decoded): Pick<Lists, "items" | "validity"> {
  return { items: data as Lists["items"], ...(validity && { validity }) };
}

function decodeValuesOf(
  values: TypedArray | readonly unknown[],
  variable: ArrayVariable,
  meaning: VariableMeaning,
  column: TableColumn,
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
    return { data, ...limited(data, meaning, column, validity), ...(meaning.packing && { packing: meaning.packing }) };
  }
  const { values: decoded, validity: present } = decodeValues(numbers, variable, meaning);
  const own = column.validRange && mayStayPacked ? asStored(numbers, requireStored(variable, meaning)) : decoded;
  const masked = limited(own, meaning, column, present);
  const { validity } = masked;
  switch (type.kind) {
    case "timestamp":
      if (!hasDates(meaning.time))
        throw new GraticuleError("changed", "the times have no dates any more", { variable: variable.path });
      return { data: toMicroseconds(decoded, meaning.time, validity), ...masked };
    case "bool":
      return { data: decoded instanceof Uint8Array ? decoded : truths(decoded), ...masked };
    case "number": {
      const inUnits = piece.convert ? convert(decoded, piece.convert) : decoded;
      const { name } = column.field;
      const data = column.checked ? castChecked(inUnits, type.name, validity, name) : castNumbers(inUnits, type.name);
      return { data, ...masked };
    }
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

/** Which values count, and which lie outside of what their file calls valid. @param stored numbers before they are unpacked */
function limited(
  stored: TypedArray,
  meaning: VariableMeaning,
  { validRange }: TableColumn,
  validity: Bitmap | undefined,
): Pick<GridColumn, "validity" | "outside"> {
  const present = validity && validity.zeros > 0 ? { validity } : {};
  const outside = validRange ? outsideLimits(stored, meaning, validity) : null;
  if (!outside) return present;
  if (validRange === "report") return { ...present, outside: packBits(outside) };
  return { validity: packBits(outside.map((flag, i) => (flag === 1 || (validity && !isSet(validity, i)) ? 0 : 1))) };
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
