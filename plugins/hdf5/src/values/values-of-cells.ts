import type { DType, Values } from "graticule/plugin";
import { isCustomFloat } from "../messages/float-format.js";
import type { Cells } from "./cells.js";
import { nativeValues } from "./native-values.js";

/** Elements as a plugin gives them: numbers as a typed array, other bytes as they are, what was decoded as a list. */
export function valuesOfCells(dtype: DType, cells: Cells): Values {
  if (cells.kind === "bytes") return nativeValues(dtype, cells.bytes);
  if (!isCustomFloat(dtype)) return cells.list as Values;
  return dtype.name === "float32" ? Float32Array.from(cells.list as number[]) : Float64Array.from(cells.list as number[]);
}
