import * as arrow from "apache-arrow";
import {
  Bool,
  type Data,
  type DataType,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { isRealCalendar } from "../../calendar/calendar.js";
import { toMicroseconds } from "../../calendar/timestamps.js";
import { hasDates, type VariableMeaning } from "../../convention/meaning.js";
import type { Bitmap } from "../../schema/bitmap.js";
import { boxShape, sizeOf } from "../../schema/box.js";
import { arrayTypeOf, type TypedArray } from "../../schema/typed-array.js";
import { type ArrowStreamWriter, arrowStreamWriter } from "../../sink/arrow/stream-writer.js";
import { type Column, complexColumn, elementColumn } from "./arrow-elements.js";
import { type Cells, cellCountOf, cellsOf, jsonCells } from "./cells.js";
import type { AxisReader } from "./coordinates.js";
import type { Output } from "./output.js";
import type { CellBlock, CellSource } from "./read-cells.js";

/** An Arrow IPC stream with the columns of {@link writeCsv}; dates of real calendars are timestamps in microseconds, others numbers; missing is null. */
export async function writeArrow(
  source: CellSource,
  axes: readonly AxisReader[],
  meanings: readonly (VariableMeaning | null)[],
  output: Output,
): Promise<void> {
  const schemaOf = (columns: readonly Column[]): Schema => {
    const names = [...axes.map((axis) => axis.name), source.variable.name];
    const metadata = [...meanings, source.meaning].map((meaning) => metadataOf(meaning));
    return new Schema(columns.map(({ type }, i) => new Field(names[i] as string, type, true, metadata[i])));
  };
  let schema: Schema | undefined;
  let writer: ArrowStreamWriter | undefined;
  for await (const block of source.blocks()) {
    const columns = await columnsOf(block, axes);
    schema ??= schemaOf(columns);
    writer ??= arrowStreamWriter(arrow, schema);
    const length = sizeOf(boxShape(block.box));
    const data = makeData({
      type: new Struct(schema.fields),
      length,
      nullCount: 0,
      children: columns.map((column) => column.data),
    });
    for (const piece of writer.add(new RecordBatch(schema, data))) await output.write(piece);
  }
  writer ??= arrowStreamWriter(arrow, schemaOf(await columnsOf(emptyBlock(source), axes)));
  for (const piece of writer.finish()) await output.write(piece);
}

function emptyBlock({ box, variable, meaning }: CellSource): CellBlock {
  const none = box.map(({ start }) => ({ start, stop: start }));
  const { dtype } = variable;
  if (dtype.name === "complex64") return { box: none, cells: { kind: "complex", values: new Float32Array(0) } };
  if (dtype.name === "complex128") return { box: none, cells: { kind: "complex", values: new Float64Array(0) } };
  if (dtype.name === "vlen" || dtype.name === "compound")
    return { box: none, cells: cellsOf(variable, meaning, [], none, { raw: false }) };
  const type = meaning.decoded === undefined ? null : arrayTypeOf(meaning.decoded);
  const isText = variable.dtype.name === "char" || variable.dtype.name === "string" || type === null;
  return { box: none, cells: isText ? { kind: "texts", values: [] } : { kind: "numbers", values: new type(0) } };
}

async function columnsOf({ box, cells }: CellBlock, axes: readonly AxisReader[]): Promise<Column[]> {
  const shape = boxShape(box);
  const total = sizeOf(shape);
  const columns: Column[] = [];
  for (const [d, axis] of axes.entries()) {
    const range = box[d] as CellBlock["box"][number];
    const own = (await axis.read(range)) ?? { kind: "numbers" as const, values: indices(range.start, range.stop) };
    const inner = sizeOf(shape.slice(d + 1));
    columns.push(columnOf(own, (row) => Math.floor(row / inner) % (shape[d] as number), total));
  }
  columns.push(columnOf(cells, null, total));
  return columns;
}

function indices(start: number, stop: number): BigInt64Array {
  return BigInt64Array.from({ length: stop - start }, (_, i) => BigInt(start + i));
}

/** @param pick the cell of a row, where rows repeat cells */
function columnOf(cells: Cells, pick: ((row: number) => number) | null, length: number): Column {
  if (cells.kind === "numbers") return numberColumn(numberType(cells.values), cells.values, cells.validity, pick, length);
  if (cells.kind === "times" && isRealCalendar(cells.coding.calendar))
    return numberColumn(
      new TimestampMicrosecond(),
      toMicroseconds(cells.values, cells.coding, cells.validity),
      cells.validity,
      pick,
      length,
    );
  if (cells.kind === "times") return numberColumn(numberType(cells.values), cells.values, cells.validity, pick, length);
  if (cells.kind === "lists" && !pick) return listColumn(cells, length);
  if (cells.kind === "complex") return complexColumn(cells.values, pick, length);
  if (cells.kind === "elements") {
    const { values } = cells;
    return elementColumn(pick ? Array.from({ length }, (_, row) => values[pick(row)]) : values, cells.dtype);
  }
  const value = jsonCells(cells);
  const at = (row: number) => value(pick ? pick(row) : row);
  const type = cells.kind === "bools" ? new Bool() : new Utf8();
  const texts = Array.from({ length }, (_, row) => plainText(at(row)));
  const rows = cells.kind === "bools" ? Array.from({ length }, (_, row) => at(row) as boolean) : texts;
  return { type, data: vectorFromArray(rows as string[], type as Utf8).data[0] as Data };
}

function listColumn({ offsets, values }: Cells & { readonly kind: "lists" }, length: number): Column {
  const child = columnOf(values, null, cellCountOf(values));
  const type = new List(new Field("item", child.type, true));
  return { type, data: makeData({ type, length, nullCount: 0, valueOffsets: Int32Array.from(offsets), child: child.data }) };
}

function plainText(value: unknown): string | null {
  if (value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function numberColumn(
  type: DataType,
  values: TypedArray,
  validity: Bitmap | undefined,
  pick: ((row: number) => number) | null,
  length: number,
): Column {
  if (!pick) {
    const nulls = validity && validity.zeros > 0 ? { nullBitmap: validity.bits, nullCount: validity.zeros } : { nullCount: 0 };
    return { type, data: makeData({ type: type as Float64, length, data: values as Float64Array, ...nulls }) };
  }
  const repeated = new (values.constructor as new (length: number) => TypedArray)(length);
  const bits = validity && validity.zeros > 0 ? new Uint8Array((length + 7) >> 3) : undefined;
  let zeros = 0;
  for (let row = 0; row < length; row++) {
    const i = pick(row);
    repeated[row] = values[i] as never;
    if (!bits || !validity) continue;
    if (((validity.bits[i >> 3] as number) >> (i & 7)) & 1) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
    else zeros++;
  }
  const nulls = bits ? { nullBitmap: bits, nullCount: zeros } : { nullCount: 0 };
  return { type, data: makeData({ type: type as Float64, length, data: repeated as Float64Array, ...nulls }) };
}

function numberType(values: TypedArray): DataType {
  if (values instanceof Int8Array) return new Int8();
  if (values instanceof Uint8Array) return new Uint8();
  if (values instanceof Int16Array) return new Int16();
  if (values instanceof Uint16Array) return new Uint16();
  if (values instanceof Int32Array) return new Int32();
  if (values instanceof Uint32Array) return new Uint32();
  if (values instanceof BigInt64Array) return new Int64();
  if (values instanceof BigUint64Array) return new Uint64();
  return values instanceof Float32Array ? new Float32() : new Float64();
}

function metadataOf(meaning: VariableMeaning | null): Map<string, string> {
  if (!meaning) return new Map();
  const isTimestamp = hasDates(meaning.time) && isRealCalendar(meaning.time.calendar);
  const pairs: [string, string | undefined][] = [
    ["units", isTimestamp ? undefined : meaning.units],
    ["calendar", hasDates(meaning.time) && !isTimestamp ? meaning.time.calendar : undefined],
    ["standard_name", meaning.standardName],
    ["long_name", meaning.longName],
  ];
  return new Map(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
