import type { ArrayVariable, Dimension, Pieces } from "graticule/plugin";
import { FitsError } from "../error.js";
import type { Hdu } from "../hdu.js";
import { dimensionsOf, type HduContents } from "../images/image.js";
import { type Description, LostVariable } from "../variable.js";
import { type Column, MAX_COLUMNS } from "./column.js";

/** A table whose mandatory keywords are sound. */
export interface Table {
  readonly hdu: Hdu;
  readonly file: string;
  readonly rowLength: number;
  readonly rows: number;
}

/** @throws `malformed` where a table is not two-dimensional, or does not say how many columns it has */
export function tableOf(hdu: Hdu, file: string): Table & { readonly columns: number } {
  const [rowLength, rows, ...others] = hdu.axes;
  const columns = hdu.header.integer("TFIELDS");
  const wrong = (message: string) => new FitsError("malformed", `HDU ${hdu.index}: ${message}`, { file, offset: hdu.headerOffset });
  if (rowLength === undefined || rows === undefined || others.length > 0)
    throw wrong(`a table has two axes, this one ${hdu.axes.length}`);
  if (typeof columns !== "number" || columns < 0 || columns > MAX_COLUMNS)
    throw wrong(`TFIELDS is ${String(hdu.header.value("TFIELDS"))}`);
  return { hdu, file, rowLength, rows, columns };
}

/** What all columns have in common: the path, and the rows before the dimensions of their own. */
export function describeField(
  { hdu, file, rows }: Table,
  column: Pick<Column, "name" | "problem" | "offset">,
  inner: readonly number[],
): Omit<Description, "dtype" | "attributes"> {
  const group = `/${hdu.index}`;
  const names = inner.map((_, d) => `${column.name}_axis${inner.length - d}`);
  const error =
    column.problem === undefined
      ? hdu.error
      : ({ code: "malformed", message: column.problem, file, offset: hdu.headerOffset } as const);
  return {
    path: `${group}/${column.name}`,
    name: column.name,
    dims: ["row", ...names],
    dimPaths: [`${group}/row`, ...names.map((name) => `${group}/${name}`)],
    shape: [rows, ...inner],
    ...(inner.length > 0 && { cellDims: inner.length }),
    ...(error && { error }),
  };
}

/** A column that is listed, with the reason why it cannot be read. */
export function lostField(table: Table, column: Column): ArrayVariable {
  return new LostVariable({
    ...describeField(table, column, []),
    dtype: { name: "opaque", size: Math.max(1, column.width) },
    attributes: column.attributes,
  });
}

export function contentsOf({ hdu, rows }: Table, variables: readonly ArrayVariable[], warnings: readonly string[]): HduContents {
  const row: Dimension = { path: `/${hdu.index}/row`, name: "row", length: rows, unlimited: false };
  const others = variables.flatMap((variable) => dimensionsOf(variable).slice(1));
  return { variables, dimensions: [row, ...others], warnings: warnings.map((text) => `HDU ${hdu.index}: ${text}`) };
}

/** A field of every row. */
export interface FieldPlace extends Omit<Pieces, "count"> {}

/** The field of `count` rows from `start` on. */
export function piecesOf(place: FieldPlace, start: number, count: number): Pieces {
  return { ...place, offset: place.offset + start * place.stride, count };
}

export function fieldPlace(
  { hdu, file, rowLength }: Table,
  { offset, width }: { readonly offset: number; readonly width: number },
) {
  return { url: file, offset: hdu.dataOffset + offset, stride: rowLength, length: width };
}
