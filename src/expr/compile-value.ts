import type { GridColumn } from "../schema/grid-batch.js";
import { fillSlot, type Slot } from "./cell-slots.js";
import { layoutOf, loadsAt } from "./compile.js";
import { type GeneratedValue, generateValue } from "./generate.js";
import type { Expr } from "./nodes.js";
import { type ExprColumn, requireColumn, typeOf, type ValueType } from "./types.js";

/** Values of an expression for some rows. */
export interface ComputedValues {
  /** Numbers; conditions as 0 and 1; float32 as such. */
  readonly values: Float64Array | Float32Array | (string | null)[];
  /** A byte for each row, 1 where there is a value. */
  readonly flags: Uint8Array;
  readonly count: number;
}

export interface CompiledValue {
  readonly type: ValueType;
  /** Names of the columns that it reads. */
  readonly columns: readonly string[];
  compute(rows: number, column: (name: string) => Pick<GridColumn, "axes" | "data" | "validity" | "packing">): ComputedValues;
}

type Loop = (
  out: ComputedValues["values"],
  flags: Uint8Array,
  rows: number,
  slots: readonly Slot[],
  constants: readonly unknown[],
) => number;

/** Turns a bound expression into one loop over rows. @param expr as `bindValue` gives it */
export function compileValue(expr: Expr, columns: readonly ExprColumn[]): CompiledValue {
  const type = typeOf(expr, columns);
  const generated = generateValue(expr, columns);
  const loops = new Map<string, Loop>();
  return {
    type,
    columns: [...new Set(generated.slots.map((slot) => slot.column))],
    compute(rows, column) {
      const slots = generated.slots.map((spec) => fillSlot(spec, requireColumn(spec.column, columns), column(spec.column)));
      const key = JSON.stringify(slots.map(layoutOf));
      const loop = loops.get(key) ?? buildLoop(generated, slots);
      loops.set(key, loop);
      const values =
        type === "text"
          ? new Array<string | null>(rows).fill(null)
          : type === "float32"
            ? new Float32Array(rows)
            : new Float64Array(rows);
      const flags = new Uint8Array(rows);
      return { values, flags, count: loop(values, flags, rows, slots, generated.constants) };
    },
  };
}

function buildLoop(generated: GeneratedValue, slots: readonly Slot[]): Loop {
  const lines: string[] = ["const F = Math.fround;"];
  for (const [i] of generated.constants.entries()) lines.push(`const K${i} = constants[${i}];`);
  for (const [i] of slots.entries()) lines.push(`const c${i} = slots[${i}].data, b${i} = slots[${i}].bits;`);
  lines.push("let count = 0;", "for (let i0 = 0; i0 < rows; i0++) {", ...loadsAt(0, generated.slots, slots));
  lines.push(`if (${generated.known}) { out[i0] = ${generated.code}; flags[i0] = 1; count++; }`, "}", "return count;");
  return new Function("out", "flags", "rows", "slots", "constants", lines.join("\n")) as Loop;
}
