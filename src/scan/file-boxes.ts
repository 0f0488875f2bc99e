import type { Piece, Segment } from "../archive/model.js";
import type { ArrayVariable } from "../format/contract.js";
import type { Box, Range } from "../schema/box.js";
import { groupRuns, type Runs, spanOf } from "./runs.js";

/** A part of a table's grid that is read into one batch. */
export interface BatchArea {
  /** Per axis of the table: from the first wanted index to the last. */
  readonly box: Box;
  /** Per axis: wanted indices, at least one. */
  readonly runs: readonly Runs[];
}

/** A box of a variable to be read, in the file's own order and direction, and its place in the piece of the area's box. */
export interface FileBoxes {
  /** Of everything that is read together; what no box covers is not wanted. Letters of texts are a last dimension. */
  readonly span: Box;
  readonly boxes: readonly Box[];
  /** Per dimension of the file: whether the table runs the other way. */
  readonly reversed: readonly boolean[];
}

/** Bytes between two runs of a block that are read rather than skipped. */
const SMALL_GAP = 1 << 16;
/** More boxes than this cost more than what they leave out. */
const MOST_BOXES = 4096;

/** Where the cells of an area lie in a variable: few boxes, without whole chunks that nobody wants. */
export function fileBoxesOf(
  piece: Piece,
  variable: ArrayVariable,
  segment: Segment,
  joined: number | null,
  area: BatchArea,
): FileBoxes {
  const strides = byteStrides(variable);
  const perDimension = variable.shape.map((length, d): Range[] => {
    const axis = piece.axes[d];
    if (axis === undefined) return [{ start: 0, stop: length }];
    const runs = area.runs[axis] as Runs;
    const inFile = axis === joined && piece.offset !== null ? toFile(runs, piece.offset, piece.step, segment.start) : [...runs];
    const chunk = variable.chunks?.[d];
    const near = (gap: Range): boolean => {
      if (chunk === undefined) return (gap.stop - gap.start) * (strides[d] as number) < SMALL_GAP;
      return Math.floor(gap.stop / chunk) <= Math.floor((gap.start - 1) / chunk) + 1;
    };
    return groupRuns(inFile, near).map(spanOf);
  });
  const span = perDimension.map(spanOf);
  const isMany = perDimension.reduce((n, groups) => n * groups.length, 1) > MOST_BOXES;
  const boxes = isMany ? [span] : product(perDimension);
  return { span, boxes, reversed: variable.shape.map((_, d) => piece.step === -1 && piece.axes[d] === joined && joined !== null) };
}

/** Runs of the joined axis as the file counts it, ascending there. */
function toFile(runs: Runs, offset: number, step: 1 | -1, start: number): Range[] {
  if (step === 1) return runs.map((run) => ({ start: offset + run.start - start, stop: offset + run.stop - start }));
  return runs.map((run) => ({ start: offset - (run.stop - 1 - start), stop: offset - (run.start - start) + 1 })).reverse();
}

function byteStrides(variable: ArrayVariable): number[] {
  const strides = new Array<number>(variable.shape.length);
  let step = variable.dtype.size;
  for (let d = variable.shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= variable.shape[d] as number;
  }
  return strides;
}

function product(perDimension: readonly (readonly Range[])[]): Box[] {
  return perDimension.reduce<Range[][]>((boxes, groups) => boxes.flatMap((box) => groups.map((group) => [...box, group])), [[]]);
}
