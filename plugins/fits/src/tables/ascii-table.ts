import type { ArrayVariable, Attribute, DType } from "graticule/plugin";
import type { Hdu } from "../hdu.js";
import type { HduContents } from "../images/image.js";
import { BlockVariable, RowVariable } from "../variable.js";
import { parseIntegers, parseReals } from "./ascii-numbers.js";
import { type Column, describeColumn, nameColumns } from "./column.js";
import { contentsOf, describeField, lostField, piecesOf, type Table, tableOf } from "./table.js";

/** Fields of up to so many characters fit 32 bits. */
const MAX_INT32_WIDTH = 9;

interface AsciiColumn extends Column {
  readonly letter: string;
  /** The d of Fw.d. */
  readonly decimals: number;
}

/** The columns of a TABLE (FITS 4.0, section 7.2): text at TBCOLn in every row, numbers in Fortran's forms. */
export function asciiTableOf(hdu: Hdu, file: string): HduContents {
  const { columns: count, ...table } = tableOf(hdu, file);
  const warnings: string[] = [];
  const names = nameColumns(hdu.header, count, (text) => warnings.push(text));
  const variables = names.map((name, i) => variableOf(table, columnOf(table, name, i + 1)));
  return contentsOf(table, variables, warnings);
}

function columnOf({ hdu: { header }, rowLength }: Table, name: string, number: number): AsciiColumn {
  const format = header.text(`TFORM${number}`) ?? "";
  const match = /^\s*([AIFED])(\d+)(?:\.(\d+))?\s*$/i.exec(format);
  const begin = header.integer(`TBCOL${number}`);
  const described = { number, name, format, ...describeColumn(header, number) };
  const width = Number(match?.[2] ?? 0);
  const letter = (match?.[1] ?? "A").toUpperCase();
  const offset = typeof begin === "number" ? begin - 1 : -1;
  const decimals = Math.min(width, Number(match?.[3] ?? 0));
  const column = { ...described, letter, decimals, offset, width };
  if (!match || (width === 0 && letter !== "A")) return { ...column, problem: `TFORM${number} is ${JSON.stringify(format)}` };
  if (offset < 0 || offset + width > rowLength)
    return {
      ...column,
      problem: `TBCOL${number} is ${String(begin)}, TFORM${number} ${format}, a row has ${rowLength} characters`,
    };
  return column;
}

function variableOf(table: Table, column: AsciiColumn): ArrayVariable {
  if (column.problem !== undefined) return lostField(table, column);
  const described = describeField(table, column, []);
  const place = { url: table.file, offset: table.hdu.dataOffset + column.offset, stride: table.rowLength, length: column.width };
  if (column.letter === "A") return textColumn(table, column, described);
  const { scale = 1, zero = 0 } = column.scaling;
  const isScaled = scale !== 1 || Number(zero) !== 0;
  const packing: [string, Attribute][] = isScaled
    ? [
        ["scale_factor", { dtype: "float64", values: [scale] }],
        ["add_offset", { dtype: "float64", values: [Number(zero)] }],
      ]
    : [];
  // A number that is unquoted in TNULL was meant as text.
  const nullText = column.nullText ?? (column.scaling.blank === undefined ? undefined : String(column.scaling.blank));
  const rowBytes = Math.max(column.width, 16);
  if (column.letter !== "I") {
    const description = { ...described, dtype: FLOAT64, attributes: new Map([...column.attributes, ...packing]) };
    return new RowVariable(description, rowBytes, async (start, count, context) =>
      parseReals(await context.readPieces(piecesOf(place, start, count)), column.width, column.decimals, nullText, {
        ...place,
        start,
      }),
    );
  }
  const isLong = column.width > MAX_INT32_WIDTH;
  const missing = isLong ? -(2n ** 63n) : -(2 ** 31);
  const fill: [string, Attribute][] =
    nullText === undefined ? [] : [["_FillValue", { dtype: isLong ? "int64" : "int32", values: [missing] }]];
  const description = {
    ...described,
    dtype: isLong ? INT64 : INT32,
    attributes: new Map([...column.attributes, ...packing, ...fill]),
  };
  return new RowVariable(description, rowBytes, async (start, count, context) => {
    const bytes = await context.readPieces(piecesOf(place, start, count));
    return parseIntegers(bytes, column.width, isLong, nullText, { ...place, start });
  });
}

const FLOAT64: DType = { name: "float64", size: 8, byteOrder: "little" };
const INT32: DType = { name: "int32", size: 4, byteOrder: "little" };
const INT64: DType = { name: "int64", size: 8, byteOrder: "little" };

function textColumn(table: Table, column: AsciiColumn, described: ReturnType<typeof describeField>): ArrayVariable {
  const { file, hdu, rowLength } = table;
  const text = { variable: false, padding: "nul-or-space", charset: "ascii" } as const;
  const description = { ...described, dtype: { name: "string", size: column.width, text } as const, attributes: column.attributes };
  if (column.width === 0) return new RowVariable(description, 1, async (_, count) => new Array<string>(count).fill(""));
  return new BlockVariable(description, { url: file, offset: hdu.dataOffset + column.offset, recordStride: rowLength });
}
