import type { DatasetMeaning } from "../../convention/meaning.js";
import type { ArrayVariable, Dataset, ReadContext } from "../../format/contract.js";
import { readBox } from "../../format/read-box.js";
import type { Range } from "../../schema/box.js";
import { meaningOf } from "../inspect/measure.js";
import { type Cells, cellsOf } from "./cells.js";

/** The coordinate of one dimension of the printed variable. */
export interface AxisReader {
  /** Unique among the axes of a variable. */
  readonly name: string;
  /** The 1-D variable that carries the dimension's name; null: the index stands for it. */
  readonly variable: ArrayVariable | null;
  /** Coordinate values of a range; null where there is no coordinate. The last range is kept. */
  read(range: Range): Promise<Cells | null>;
}

/** One reader per dimension that a row names: all, but for the last one of decoded `char`. */
export function axisReaders(
  dataset: Dataset,
  meaning: DatasetMeaning,
  variable: ArrayVariable,
  rank: number,
  context: ReadContext,
): AxisReader[] {
  const names = uniqueNames(variable.dims.slice(0, rank), variable.name);
  return names.map((name, d) => {
    const path = variable.dimPaths[d];
    const found = dataset.variables.find((one) => one.path === path && one.dims.length === 1 && one.dimPaths[0] === path) ?? null;
    const coordinate = found && found.path !== variable.path && !found.unsupported && !found.error ? found : null;
    let kept: { start: number; stop: number; cells: Promise<Cells> } | undefined;
    return {
      name,
      variable: coordinate,
      async read({ start, stop }) {
        if (!coordinate) return null;
        if (kept?.start !== start || kept.stop !== stop) {
          const own = meaningOf(meaning, coordinate.path);
          const cells = readBox(coordinate, [{ start, stop }], context).then((values) =>
            cellsOf(coordinate, own, values, [{ start, stop }], { raw: false }),
          );
          kept = { start, stop, cells };
        }
        return kept.cells;
      },
    };
  });
}

/** Dimensions of one name (a covariance matrix) and a variable named like its dimension get a number, so that columns can be told apart. */
function uniqueNames(dims: readonly string[], variable: string): string[] {
  const used = new Set([dims.length === 1 && dims[0] === variable ? "" : variable]);
  return dims.map((dim) => {
    let name = dim === variable ? `${dim}_index` : dim;
    for (let n = 2; used.has(name); n++) name = `${dim}_${n}`;
    used.add(name);
    return name;
  });
}
