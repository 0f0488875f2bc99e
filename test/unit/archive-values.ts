import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodeKnown } from "../../src/archive/known-values.js";
import type { Archive, Piece, Segment, TableColumn, TableGroup } from "../../src/archive/model.js";
import { type ArchiveOptions, openArchive } from "../../src/archive/open-archive.js";
import { formatTimestamp } from "../../src/calendar/format-time.js";
import { decodeValues } from "../../src/convention/decode.js";
import { interpretDataset } from "../../src/convention/interpret.js";
import type { ArrayVariable } from "../../src/format/contract.js";
import { openDataset } from "../../src/format/open-dataset.js";
import { readBox } from "../../src/format/read-box.js";
import { readContext } from "../../src/format/read-context.js";
import { isSet } from "../../src/schema/bitmap.js";
import { sizeOf, stridesOf, wholeBox } from "../../src/schema/box.js";
import type { TypedArray } from "../../src/schema/typed-array.js";

export const SAMPLES = fileURLToPath(new URL("../../sample-data", import.meta.url));

export type Cell = number | string | null;

/** What xarray makes of the same files (see `sample-data/generators/archive.py`). */
export interface Expected {
  readonly sizes: Readonly<Record<string, number>>;
  readonly coordinates: Readonly<Record<string, readonly Cell[]>>;
  readonly data: Readonly<Record<string, { readonly dims: readonly string[]; readonly values: readonly Cell[] }>>;
  readonly [more: string]: unknown;
}

export function expectedOf(folder: string): Expected {
  return JSON.parse(readFileSync(`${SAMPLES}/${folder}/expected.json`, "utf8"));
}

export async function archiveOf(urls: readonly string[], options: ArchiveOptions = {}): Promise<Archive> {
  const context = readContext({ parallel: false });
  try {
    return await openArchive(urls, options, context);
  } finally {
    await context.close();
  }
}

export function columnOf(table: TableGroup | undefined, name: string): TableColumn {
  const column = table?.columns.find((candidate) => candidate.field.name === name);
  if (!column) throw new Error(`no column ${name} among ${table?.columns.map((other) => other.field.name)}`);
  return column;
}

/** A column of the table, from the plan or read cell by cell from the files; row-major over the column's axes. */
export async function valuesOf(archive: Archive, table: TableGroup | undefined, name: string): Promise<Cell[]> {
  if (!table) throw new Error("no table");
  const column = columnOf(table, name);
  const shape = column.axes.map((axis) => table.axes[axis]?.length as number);
  if (column.values) {
    const { values, validity } = decodeKnown(column.values, sizeOf(shape));
    return Array.from(values as ArrayLike<number | bigint | string | null>, (value, i) =>
      validity && !isSet(validity, i) ? null : cellOf(value, column),
    );
  }
  const out = new Array<Cell>(sizeOf(shape)).fill(null);
  for (const segment of table.segments) {
    const piece = segment.pieces[table.columns.indexOf(column)];
    if (piece) await fill(out, archive, table, column, segment, piece);
  }
  return out;
}

async function fill(
  out: Cell[],
  archive: Archive,
  table: TableGroup,
  column: TableColumn,
  segment: Segment,
  piece: Piece,
): Promise<void> {
  const cells = await readCells(archive.members[piece.member]?.url as string, piece);
  const lengths = table.axes.map((axis) => axis.length);
  const shape = column.axes.map((axis) => lengths[axis] as number);
  const strides = stridesOf(shape);
  for (let n = 0; n < out.length; n++) {
    const index = new Map(column.axes.map((axis, i) => [axis, Math.floor(n / (strides[i] as number)) % (shape[i] as number)]));
    const along = table.joined === null ? undefined : index.get(table.joined);
    if (along !== undefined && (along < segment.start || along >= segment.stop)) continue;
    const at = piece.axes.map((axis) =>
      axis === table.joined && along !== undefined
        ? (piece.offset as number) + (along - segment.start) * piece.step
        : (index.get(axis) as number),
    );
    const value = cells.at(at);
    out[n] = typeof value === "number" && piece.convert ? value * piece.convert.scale + piece.convert.offset : value;
  }
}

async function readCells(url: string, piece: Piece): Promise<{ at: (index: readonly number[]) => Cell }> {
  const context = readContext({ parallel: false });
  const dataset = await openDataset(url, { context });
  try {
    const variable = dataset.variables.find(({ path }) => path === piece.variable) as ArrayVariable;
    const meaning = interpretDataset(dataset).variables.get(piece.variable);
    const raw = await readBox(variable, wholeBox(variable.shape), context);
    const strides = stridesOf(variable.shape);
    const position = (index: readonly number[]): number => index.reduce((sum, i, d) => sum + i * (strides[d] as number), 0);
    if (variable.dtype.name === "char") {
      const width = piece.axes.length < variable.shape.length ? (variable.shape.at(-1) as number) : 1;
      const text = Buffer.from(raw as Uint8Array).toString("latin1");
      return { at: (index) => text.slice(position(index), position(index) + width).replace(/\0.*$/, "") };
    }
    if (!meaning) throw new Error("no meaning");
    const { values, validity } = decodeValues(raw as TypedArray, variable, meaning);
    return {
      at: (index) => (validity && !isSet(validity, position(index)) ? null : Number(values[position(index)])),
    };
  } finally {
    await dataset.close();
    await context.close();
  }
}

function cellOf(value: number | bigint | string | null, column: TableColumn): Cell {
  if (typeof value === "bigint") return column.field.type.kind === "timestamp" ? formatTimestamp(value) : Number(value);
  return value;
}
