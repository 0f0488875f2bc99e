import { boxShape, sizeOf } from "../../schema/box.js";
import type { Json } from "../inspect/attribute-json.js";
import { jsonCells } from "./cells.js";
import type { AxisReader } from "./coordinates.js";
import { jsonText } from "./number-json.js";
import { type Output, PIECE_LENGTH } from "./output.js";
import type { CellBlock, CellSource } from "./read-cells.js";

/** RFC 4180: a heading, then one row per cell, coordinates (or indices) before the value; a missing value is an empty field. */
export async function writeCsv(source: CellSource, axes: readonly AxisReader[], output: Output): Promise<void> {
  await output.write(`${[...axes.map((axis) => axis.name), source.variable.name].map(field).join(",")}\n`);
  for await (const block of source.blocks()) await writeBlock(block, axes, output);
}

async function writeBlock({ box, cells }: CellBlock, axes: readonly AxisReader[], output: Output): Promise<void> {
  const labels = await Promise.all(axes.map((axis, d) => labelsOf(axis, box[d] as CellBlock["box"][number])));
  const shape = boxShape(box);
  const value = jsonCells(cells);
  const index = shape.map(() => 0);
  const total = sizeOf(shape);
  let piece = "";
  for (let i = 0; i < total; i++) {
    for (let d = 0; d < index.length; d++) piece += `${labels[d]?.[index[d] as number]},`;
    piece += `${field(value(i))}\n`;
    for (let d = index.length - 1; d >= 0; d--) {
      index[d] = (index[d] as number) + 1;
      if ((index[d] as number) < (shape[d] as number)) break;
      index[d] = 0;
    }
    if (piece.length >= PIECE_LENGTH) {
      await output.write(piece);
      piece = "";
    }
  }
  await output.write(piece);
}

async function labelsOf(axis: AxisReader, { start, stop }: CellBlock["box"][number]): Promise<string[]> {
  const cells = await axis.read({ start, stop });
  if (!cells) return Array.from({ length: stop - start }, (_, i) => String(start + i));
  const value = jsonCells(cells);
  return Array.from({ length: stop - start }, (_, i) => field(value(i)));
}

function field(value: Json): string {
  if (value === null) return "";
  const text = typeof value === "string" ? value : jsonText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
