import { boxShape, sizeOf } from "../../schema/box.js";
import { jsonCells } from "./cells.js";
import { type Output, PIECE_LENGTH } from "./output.js";
import type { CellSource } from "./read-cells.js";

/** A nested array over the box, a scalar plain; missing is null. Written as it is read; where reading fails, what was written is closed before the error goes on. */
export async function writeJson(source: CellSource, output: Output): Promise<void> {
  const shape = boxShape(source.box);
  if (sizeOf(shape) === 0) {
    await output.write(emptyArray(shape));
    return;
  }
  const strides = shape.map((_, d) => sizeOf(shape.slice(d)));
  let piece = "";
  let at = 0;
  try {
    for await (const { cells, box } of source.blocks()) {
      const value = jsonCells(cells);
      const count = sizeOf(boxShape(box));
      for (let i = 0; i < count; i++, at++) {
        if (at > 0) piece += ",";
        for (const stride of strides) if (at % stride === 0) piece += "[";
        piece += JSON.stringify(value(i));
        for (const stride of strides) if ((at + 1) % stride === 0) piece += "]";
        if (piece.length >= PIECE_LENGTH) {
          await output.write(piece);
          piece = "";
        }
      }
    }
  } catch (error) {
    const open = strides.filter((stride) => at % stride !== 0).length;
    await output.write(at === 0 ? "null" : piece + "]".repeat(open));
    throw error;
  }
  await output.write(piece);
}

function emptyArray(shape: readonly number[]): string {
  const [first = 0, ...rest] = shape;
  return first === 0 ? "[]" : `[${Array.from({ length: first }, () => emptyArray(rest)).join(",")}]`;
}
