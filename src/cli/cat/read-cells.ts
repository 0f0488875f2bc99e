import type { VariableMeaning } from "../../convention/meaning.js";
import type { ArrayVariable, ReadContext } from "../../format/contract.js";
import type { Box } from "../../schema/box.js";
import { readAhead } from "../read-ahead.js";
import { rowBoxes } from "../row-boxes.js";
import { type Cells, type CellsRequest, cellsOf } from "./cells.js";

export interface CellBlock {
  /** Of the variable; decoded `char` has lost its last dimension. */
  readonly box: Box;
  readonly cells: Cells;
}

/** What is printed of a variable, and how to read it. */
export interface CellSource {
  readonly variable: ArrayVariable;
  readonly meaning: VariableMeaning;
  /** Whole box of the cells, without the last dimension of decoded `char`. */
  readonly box: Box;
  /** Blocks in row-major order. Can be read again. */
  blocks(): AsyncIterable<CellBlock>;
}

const BLOCK_BYTES = 8 << 20;
const LIST_BYTES_PER_ELEMENT = 256;

export function cellSource(
  variable: ArrayVariable,
  meaning: VariableMeaning,
  box: Box,
  request: CellsRequest,
  context: ReadContext,
): CellSource {
  const joins = variable.dtype.name === "char" && !request.raw && box.length > 0;
  const outer = (whole: Box): Box => (joins ? whole.slice(0, -1) : whole);
  const isList = variable.dtype.name === "string" || variable.dtype.name === "vlen" || variable.dtype.name === "compound";
  const weight = isList ? Math.max(LIST_BYTES_PER_ELEMENT, variable.dtype.size) : variable.dtype.size;
  return {
    variable,
    meaning,
    box: outer(box),
    async *blocks() {
      const boxes = joins ? rowsOfText(box, variable, weight) : rowBoxes(box, variable.chunks, weight, BLOCK_BYTES);
      for await (const { box: part, values } of readAhead(variable, boxes, context))
        yield { box: outer(part), cells: cellsOf(variable, meaning, values, part, request) };
    },
  };
}

/** Boxes that never divide the last dimension: a text is joined from all of it. */
function* rowsOfText(box: Box, variable: ArrayVariable, weight: number): Iterable<Box> {
  const last = box.at(-1) as Box[number];
  const width = Math.max(1, last.stop - last.start);
  for (const rows of rowBoxes(box.slice(0, -1), variable.chunks?.slice(0, -1) ?? null, weight * width, BLOCK_BYTES))
    yield [...rows, last];
}
