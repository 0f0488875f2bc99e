import type { Piece, Segment, TableColumn } from "../archive/model.js";
import { charCells } from "../convention/text.js";
import { GraticuleError } from "../errors.js";
import type { ArrayVariable, ReadContext, Values } from "../format/contract.js";
import { readBox } from "../format/read-box.js";
import { scatter } from "../format/scatter.js";
import { type Box, boxShape, sizeOf } from "../schema/box.js";
import type { GridColumn } from "../schema/grid-batch.js";
import type { ReusableMemory } from "../schema/reusable-memory.js";
import type { TypedArray } from "../schema/typed-array.js";
import { decodeCells } from "./decode-cells.js";
import { type BatchArea, type FileBoxes, fileBoxesOf } from "./file-boxes.js";
import type { OpenMember, ScanResources } from "./member-cache.js";
import { reorder } from "./reorder.js";

/**
 * A column's values over the box of an area: decoded to the column's type, in the table's order and direction. Cells of the box
 * that the area does not want may hold anything. Integers of up to 16 bits stay packed where nothing but unpacking is to be done.
 * The column's axes are those of the file's variable: fewer than the table's where its cells are the same along the joined axis.
 */
export async function readPiece(
  column: TableColumn,
  piece: Piece,
  segment: Segment,
  joined: number | null,
  area: BatchArea,
  resources: ScanResources,
  memory?: ReusableMemory,
): Promise<GridColumn> {
  const member = await resources.member(piece.member);
  try {
    const variable = variableOf(member, piece.variable);
    const meaning = member.meaning.variables.get(piece.variable);
    if (!meaning) throw new GraticuleError("internal", `${piece.variable} was not interpreted`, { variable: piece.variable });
    const where = fileBoxesOf(piece, variable, segment, joined, area);
    const raw = await readBoxes(variable, where, member.context, memory);
    const values = arrange(raw, variable, piece, where, column.role === "data" ? fillCharacter(variable) : undefined);
    const cells = sizeOf(boxShape(where.span).slice(0, piece.axes.length));
    const axes = [...piece.axes].sort((a, b) => a - b);
    return { field: column.field, axes, ...decodeCells(values, variable, meaning, column, piece, cells) };
  } finally {
    member.release();
  }
}

export function variableOf(member: OpenMember, path: string): ArrayVariable {
  const found = member.dataset.variables.find((variable) => variable.path === path);
  if (found) return found;
  throw new GraticuleError("changed", `the file has no variable ${path} any more`, {
    file: member.dataset.source.url,
    variable: path,
    hint: "plan again: run the same command anew",
  });
}

async function readBoxes(
  variable: ArrayVariable,
  { span, boxes }: FileBoxes,
  context: ReadContext,
  memory: ReusableMemory | undefined,
): Promise<Values> {
  const [only, ...others] = boxes;
  if (others.length === 0 && only) return readBox(variable, only, context, memory);
  let target: TypedArray | unknown[] | null = null;
  for (const box of boxes) {
    const values = await readBox(variable, box, context);
    target ??= emptyLike(values, sizeOf(boxShape(span)));
    copyInto(target, values, box, span);
  }
  if (!target) throw new GraticuleError("internal", "an area without boxes is read", { variable: variable.path });
  return target as Values;
}

function emptyLike(values: Values, size: number): TypedArray | unknown[] {
  if (ArrayBuffer.isView(values)) return new ((values as TypedArray).constructor as new (n: number) => TypedArray)(size);
  return new Array<unknown>(size).fill(values[0]);
}

function copyInto(target: TypedArray | unknown[], values: Values, box: Box, span: Box): void {
  if (ArrayBuffer.isView(values)) {
    const [from, to] = [values as Float64Array, target as Float64Array];
    scatter((s, n, t) => to.set(from.subarray(s, s + n), t), box, span, box, 1);
    return;
  }
  const [from, to] = [values as readonly unknown[], target as unknown[]];
  scatter(
    (s, n, t) => {
      for (let i = 0; i < n; i++) to[t + i] = from[s + i];
    },
    box,
    span,
    box,
    1,
  );
}

function fillCharacter({ attributes }: ArrayVariable): string | undefined {
  const fill = attributes.get("_FillValue")?.values[0];
  return typeof fill === "string" ? fill : undefined;
}

/** Letters become texts, the dimensions of the table come in its order; those of a cell's list stay behind them. */
function arrange(
  raw: Values,
  variable: ArrayVariable,
  piece: Piece,
  { span, reversed }: FileBoxes,
  fill: string | undefined,
): TypedArray | readonly unknown[] {
  const rank = piece.axes.length;
  const whole = boxShape(span);
  const order = piece.axes.map((_, d) => d).sort((a, b) => (piece.axes[a] as number) - (piece.axes[b] as number));
  const isLetters = variable.dtype.name === "char";
  const shape = isLetters ? whole.slice(0, Math.max(rank, whole.length - 1)) : whole;
  const width = sizeOf(whole.slice(shape.length));
  const values: TypedArray | readonly unknown[] = isLetters
    ? charCells(raw as Uint8Array, width, fill)
    : (raw as TypedArray | readonly unknown[]);
  const own = isLetters && width === 0 ? new Array<string>(sizeOf(shape)).fill("") : values;
  return reorder(own, shape, [...order, ...shape.slice(rank).map((_, k) => rank + k)], reversed.slice(0, shape.length));
}
