import type { ArrayVariable, Attribute, DType } from "graticule/plugin";
import type { Hdu } from "../hdu.js";
import type { HduContents } from "../images/image.js";
import { describeNumbers, NUMBERS } from "../numbers.js";
import { BlockVariable, type Description, RowVariable } from "../variable.js";
import { type BinaryColumn, binaryColumns } from "./binary-columns.js";
import { unpackBits } from "./bits.js";
import { isScaled, scalePairs } from "./complex-numbers.js";
import { contentsOf, describeField, fieldPlace, lostField, piecesOf, type Table, tableOf } from "./table.js";
import { varyingColumn } from "./varying-column.js";
import { LOGICAL_NULL } from "./varying-elements.js";

/** The columns of a BINTABLE (FITS 4.0, section 7.3). */
export function binaryTableOf(hdu: Hdu, file: string): HduContents {
  const { columns: count, ...table } = tableOf(hdu, file);
  const warnings: string[] = [];
  const columns = binaryColumns(hdu, count, (text) => warnings.push(text));
  return contentsOf(
    table,
    columns.map((column) => variableOf(table, column)),
    warnings,
  );
}

function variableOf(table: Table, column: BinaryColumn): ArrayVariable {
  if (column.problem !== undefined) return lostField(table, column);
  const { letter } = column.parsed;
  switch (letter) {
    case "P":
    case "Q":
      return varyingColumn(table, column);
    case "X":
      return bitColumn(table, column);
    case "A":
      return textColumn(table, column);
    case "L":
      return stored(table, column, { name: "bool", size: 1, coding: "letters" }, [LOGICAL_NULL]);
    case "C":
    case "M": {
      if (isScaled(column.scaling)) return scaledComplex(table, column);
      const [name, size] = letter === "C" ? (["complex64", 8] as const) : (["complex128", 16] as const);
      return stored(table, column, { name, size, byteOrder: "big" });
    }
    default: {
      const { dtype, attributes } = describeNumbers(NUMBERS[letter] ?? "uint8", column.scaling, { single: false });
      return stored(table, column, dtype, attributes);
    }
  }
}

/** Values that lie in the row as they are. */
function stored(
  table: Table,
  column: BinaryColumn,
  dtype: DType,
  attributes: readonly (readonly [string, Attribute])[] = [],
  inner = innerShape(column),
): ArrayVariable {
  const description: Description = {
    ...describeField(table, column, inner),
    dtype,
    attributes: new Map([...column.attributes, ...attributes]),
  };
  const { hdu, file, rowLength } = table;
  return new BlockVariable(description, { url: file, offset: hdu.dataOffset + column.offset, recordStride: rowLength });
}

/** TSCAL multiplies both parts, TZERO is real (FITS 4.0, section 7.3.2): given as they mean, in doubles, for CF has no such packing. */
function scaledComplex(table: Table, column: BinaryColumn): ArrayVariable {
  const { letter, width } = column.parsed;
  const dtype: DType = { name: "complex128", size: 16, byteOrder: "little" };
  const description = { ...describeField(table, column, innerShape(column)), dtype, attributes: column.attributes };
  const cells = productOf(innerShape(column));
  const size = letter === "C" ? 8 : 16;
  const place = { ...fieldPlace(table, column), length: cells * size };
  return new RowVariable(description, Math.max(table.rowLength, 2 * width), async (start, count, context) =>
    scalePairs(await context.readPieces(piecesOf(place, start, count)), size, column.scaling),
  );
}

/** C order; a TDIM that the field is too small for says nothing. */
function innerShape({ parsed: { repeat }, dimensions }: BinaryColumn): number[] {
  if (dimensions && productOf(dimensions) <= repeat) return dimensions.toReversed();
  return repeat === 1 ? [] : [repeat];
}

function productOf(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1);
}

/** One text a field; several where TDIM says so, or the substring convention `rAw` of FITS 4.0's appendix does. */
function textColumn(table: Table, column: BinaryColumn): ArrayVariable {
  const { repeat, rest } = column.parsed;
  const [length, inner] = textShape(column, repeat, rest);
  const dtype: DType = { name: "string", size: length, text: { variable: false, padding: "nul-or-space", charset: "ascii" } };
  if (length > 0) return stored(table, column, dtype, [], inner);
  const description = { ...describeField(table, column, inner), dtype, attributes: column.attributes };
  return new RowVariable(description, 1, async (_, count) => new Array<string>(count * productOf(inner)).fill(""));
}

function textShape({ dimensions }: BinaryColumn, repeat: number, rest: string): [length: number, inner: number[]] {
  const [length, ...others] = dimensions ?? [];
  if (length !== undefined && productOf(dimensions ?? []) <= repeat) return [length, others.toReversed()];
  const part = /^:?(?:SSTR)?(\d+)(?:\/\d+)?$/i.exec(rest)?.[1];
  const width = part === undefined ? repeat : Number(part);
  return width > 0 && width < repeat ? [width, [Math.floor(repeat / width)]] : [repeat, []];
}

function bitColumn(table: Table, column: BinaryColumn): ArrayVariable {
  const { repeat, width } = column.parsed;
  const inner = innerShape(column);
  const perRow = productOf(inner);
  const description: Description = {
    ...describeField(table, column, inner),
    dtype: { name: "bool", size: 1 },
    attributes: column.attributes,
  };
  const place = fieldPlace(table, column);
  return new RowVariable(description, Math.max(repeat, table.rowLength), async (start, count, context) => {
    const bytes = await context.readPieces(piecesOf(place, start, count));
    return unpackBits(bytes, width, count, perRow);
  });
}
