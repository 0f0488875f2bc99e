import { GraticuleError } from "../../errors.js";
import { boxShape, sizeOf } from "../../schema/box.js";
import { jsonCells } from "./cells.js";
import { jsonText } from "./number-json.js";
import { type Output, PIECE_LENGTH } from "./output.js";
import type { CellSource } from "./read-cells.js";

/** Empty lists that an array without elements may be made of: a file says such a shape in a few bytes. */
const MOST_EMPTY_LISTS = 1 << 24;

/** A nested array over the box, a scalar plain; missing is null. Written as it is read; where reading fails, what was written is closed before the error goes on. */
export async function writeJson(source: CellSource, output: Output): Promise<void> {
  const shape = boxShape(source.box);
  if (sizeOf(shape) === 0) {
    await writeEmpty(shape, source.variable.path, output);
    return;
  }
  const list = new NestedList(shape, output);
  try {
    for await (const { cells, box } of source.blocks()) {
      const value = jsonCells(cells);
      const count = sizeOf(boxShape(box));
      for (let i = 0; i < count; i++) if (list.add(jsonText(value(i)))) await list.flush();
    }
  } catch (error) {
    await list.abandon();
    throw error;
  }
  await list.flush();
}

/** The dimensions outside of the first that is empty, and an empty list in each of their cells. */
async function writeEmpty(shape: readonly number[], variable: string, output: Output): Promise<void> {
  const outer = shape.slice(0, shape.indexOf(0));
  const count = sizeOf(outer);
  if (count > MOST_EMPTY_LISTS) {
    await output.write("null");
    throw new GraticuleError("unsupported", `an array of shape ${shape.join(" x ")} would be printed as ${count} empty lists`, {
      variable,
      hint: "it has no elements; --format npy keeps its shape",
    });
  }
  const list = new NestedList(outer, output);
  for (let at = 0; at < count; at++) if (list.add("[]")) await list.flush();
  await list.flush();
}

/** Brackets and commas around elements that come one after the other, row-major. */
class NestedList {
  readonly #strides: readonly number[];
  #piece = "";
  #at = 0;

  constructor(
    shape: readonly number[],
    readonly output: Output,
  ) {
    this.#strides = shape.map((_, d) => sizeOf(shape.slice(d)));
  }

  /** @returns whether it is time to write what was collected */
  add(text: string): boolean {
    if (this.#at > 0) this.#piece += ",";
    for (const stride of this.#strides) if (this.#at % stride === 0) this.#piece += "[";
    this.#piece += text;
    this.#at++;
    for (const stride of this.#strides) if (this.#at % stride === 0) this.#piece += "]";
    return this.#piece.length >= PIECE_LENGTH;
  }

  async flush(): Promise<void> {
    const piece = this.#piece;
    this.#piece = "";
    await this.output.write(piece);
  }

  /** Closes what is open; where nothing came it is null. */
  async abandon(): Promise<void> {
    const open = this.#strides.filter((stride) => this.#at % stride !== 0).length;
    this.#piece += this.#at === 0 ? "null" : "]".repeat(open);
    await this.flush();
  }
}
