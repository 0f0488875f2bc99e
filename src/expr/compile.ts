import { GraticuleError } from "../errors.js";
import type { GridColumn } from "../schema/grid-batch.js";
import { fillSlot, type Slot, type SlotSpec } from "./cell-slots.js";
import { type Generated, generate } from "./generate.js";
import type { Expr } from "./nodes.js";
import { type ExprColumn, requireColumn } from "./types.js";

export interface CellSelection {
  /** One byte per cell of the shape, row-major: 1 where the predicate is true. */
  readonly flags: Uint8Array;
  readonly count: number;
}

/** A predicate made ready for many batches. */
export interface CompiledPredicate {
  /** Names of the columns it reads. */
  readonly columns: readonly string[];
  /**
   * @param shape of the cells
   * @param perAxis indices looked at along each axis; null: all. Cells elsewhere stay 0
   * @param column gives the values of a column over axes of `shape`
   */
  select(
    shape: readonly number[],
    perAxis: readonly (Uint32Array | null)[],
    column: (name: string) => Pick<GridColumn, "axes" | "data" | "validity" | "packing">,
  ): CellSelection;
}

type Loop = (
  flags: Uint8Array,
  shape: readonly number[],
  perAxis: readonly (Uint32Array | null)[],
  slots: readonly Slot[],
  constants: readonly unknown[],
) => number;

/** Compiled loops at most; a table has few layouts of its columns. */
const MOST_LOOPS = 64;

/**
 * Turns a bound predicate into one fused loop over typed arrays: generated code, because it runs several times faster than
 * closures or blocks. The code holds numbers and operators only; texts, sets and functions come in as constants.
 * @param expr as `bindExpr` gives it
 */
export function compilePredicate(expr: Expr, columns: readonly ExprColumn[]): CompiledPredicate {
  const generated = generate(expr, columns);
  const loops = new Map<string, Loop>();
  return {
    columns: [...new Set(generated.slots.map((slot) => slot.column))],
    select(shape, perAxis, column) {
      const slots = generated.slots.map((spec) => fillSlot(spec, requireColumn(spec.column, columns), column(spec.column)));
      const key = JSON.stringify([shape.length, perAxis.map((indices) => indices !== null), slots.map(layoutOf)]);
      let loop = loops.get(key);
      if (!loop) {
        if (loops.size >= MOST_LOOPS) loops.clear();
        loop = buildLoop(generated, shape.length, perAxis, slots);
        loops.set(key, loop);
      }
      const flags = new Uint8Array(shape.reduce((n, length) => n * length, 1));
      return { flags, count: loop(flags, shape, perAxis, slots, generated.constants) };
    },
  };
}

export function layoutOf(slot: Slot): unknown {
  return [slot.axes, slot.bits !== undefined, slot.packing?.target ?? null];
}

function buildLoop(generated: Generated, rank: number, perAxis: readonly (Uint32Array | null)[], slots: readonly Slot[]): Loop {
  const lines: string[] = ["const F = Math.fround;"];
  for (let d = 0; d < rank; d++) lines.push(`const n${d} = shape[${d}], p${d} = perAxis[${d}];`);
  for (const [i] of generated.constants.entries()) lines.push(`const K${i} = constants[${i}];`);
  for (const [i, slot] of slots.entries()) {
    lines.push(`const c${i} = slots[${i}].data, b${i} = slots[${i}].bits;`);
    if (slot.packing) lines.push(`const s${i} = slots[${i}].packing.scale, o${i} = slots[${i}].packing.offset;`);
  }
  lines.push("let count = 0;", ...loadsAt(-1, generated.slots, slots));
  for (let d = 0; d < rank; d++) {
    const [index, length] = perAxis[d] ? [`p${d}[k${d}]`, `p${d}.length`] : [`k${d}`, `n${d}`];
    lines.push(`for (let k${d} = 0; k${d} < ${length}; k${d}++) {`, `const i${d} = ${index};`);
    lines.push(`const r${d} = ${d === 0 ? "i0" : `r${d - 1} * n${d} + i${d}`};`, ...loadsAt(d, generated.slots, slots));
  }
  const cell = rank === 0 ? "0" : `r${rank - 1}`;
  lines.push(`if (${generated.condition}) { flags[${cell}] = 1; count++; }`, "}".repeat(rank), "return count;");
  return new Function("flags", "shape", "perAxis", "slots", "constants", lines.join("\n")) as Loop;
}

/** Reads of the slots whose innermost axis is `d`: as far out as they can stand. */
export function loadsAt(d: number, specs: readonly SlotSpec[], slots: readonly Slot[]): string[] {
  return slots.flatMap((slot, i) => {
    if ((slot.axes.at(-1) ?? -1) !== d) return [];
    const at = slot.axes.length === 0 ? "0" : indexOf(slot.axes);
    const lines = [`const x${i} = ${at};`];
    const raw = `c${i}[x${i}]`;
    const scaled = slot.packing ? `${raw} * s${i} + o${i}` : raw;
    lines.push(`const v${i} = ${slot.packing?.target === "float32" ? `F(${scaled})` : scaled};`);
    const isText = !ArrayBuffer.isView(slot.data);
    if (isText && specs[i]?.kind !== "value") throw new GraticuleError("internal", "text where numbers are needed");
    const bit = slot.bits ? `((b${i}[x${i} >>> 3] >> (x${i} & 7)) & 1) !== 0` : "true";
    lines.push(`const q${i} = ${isText ? `v${i} !== null && ${bit}` : bit};`);
    return lines;
  });
}

function indexOf(axes: readonly number[]): string {
  return axes.slice(1).reduce((index, d) => `(${index}) * n${d} + i${d}`, `i${axes[0]}`);
}
