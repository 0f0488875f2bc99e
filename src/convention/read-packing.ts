import type { ArrayVariable } from "../format/contract.js";
import { isFloat, type NumericName } from "../schema/dtype.js";
import type { Packing } from "../schema/grid-batch.js";
import { requireNumbers } from "./read-missing.js";

/**
 * `scale_factor` and `add_offset` (CF-1.12 section 8.1). The unpacked type is that of the attributes: float32 where both are,
 * otherwise float64; also float64 where the packed integers have more digits than a float32, or the attributes are integers.
 * Both are finite.
 */
export function readPacking(variable: ArrayVariable, stored: NumericName, warn: (text: string) => void): Packing | undefined {
  const scale = one(variable, "scale_factor", warn);
  const offset = one(variable, "add_offset", warn);
  if (scale === undefined && offset === undefined) return undefined;
  const types = ["scale_factor", "add_offset"].map((name) => variable.attributes.get(name)?.dtype);
  const given = [scale !== undefined ? types[0] : undefined, offset !== undefined ? types[1] : undefined].filter(
    (type) => type !== undefined,
  );
  const narrow = given.every((type) => type === "float32" || type === "float16") && fitsFloat32(stored);
  return { scale: scale ?? 1, offset: offset ?? 0, target: narrow ? "float32" : "float64" };
}

function fitsFloat32(stored: NumericName): boolean {
  return isFloat(stored) ? stored !== "float64" : /^u?int(8|16)$/.test(stored);
}

function one(variable: ArrayVariable, name: string, warn: (text: string) => void): number | undefined {
  const numbers = requireNumbers(variable.attributes.get(name), name, warn);
  if (numbers.length > 1) warn(`${name} has ${numbers.length} values where one is meant: ignored`);
  if (numbers.length !== 1) return undefined;
  const number = Number(numbers[0]);
  if (Number.isFinite(number)) return number;
  warn(`${name} is ${number}, which makes no values: ignored`);
  return undefined;
}
