import { GraticuleError } from "../errors.js";
import { parseUnits, requireUnits } from "./parse.js";
import type { Unit } from "./unit.js";

/** Whether values in `a` can be given in `b`. Unknown units convert only to themselves, letter for letter. */
export function convertible(a: string | Unit, b: string | Unit): boolean {
  if (typeof a === "string" && a === b) return true;
  const [x, y] = [known(a), known(b)];
  return x !== undefined && y !== undefined && x.level === y.level && x.dimensions.every((n, i) => n === y.dimensions[i]);
}

/** Whether both say the same: `m s-1` and `m/s`, `degrees_north` and `degree_N`. */
export function sameUnits(a: string | Unit, b: string | Unit): boolean {
  if (!convertible(a, b)) return false;
  const { scale, offset } = conversion(a, b);
  return Math.abs(scale - 1) <= 1e-12 && Math.abs(offset) <= 1e-9;
}

/**
 * `inTo = inFrom * scale + offset`.
 * @throws `usage` for unknown units or units of different dimensions
 */
export function conversion(from: string | Unit, to: string | Unit): { readonly scale: number; readonly offset: number } {
  if (typeof from === "string" && from === to) return { scale: 1, offset: 0 };
  const [x, y] = [required(from), required(to)];
  if (!convertible(x, y))
    throw new GraticuleError("usage", `${said(from)} cannot be converted to ${said(to)}: they measure different things`);
  return { scale: x.scale / y.scale, offset: (x.offset - y.offset) / y.scale };
}

function known(unit: string | Unit): Unit | undefined {
  return typeof unit === "string" ? parseUnits(unit) : unit;
}

function required(unit: string | Unit): Unit {
  return typeof unit === "string" ? requireUnits(unit) : unit;
}

function said(unit: string | Unit): string {
  return typeof unit === "string" ? `"${unit}"` : "this unit";
}
