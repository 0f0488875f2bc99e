import type { TimeCoding } from "../calendar/time-units.js";
import { type TimeColumnKind, timeColumnKind } from "../calendar/timestamps.js";
import { decodeValues } from "../convention/decode.js";
import type { VariableMeaning } from "../convention/meaning.js";
import { charTexts } from "../convention/text.js";
import { GraticuleError } from "../errors.js";
import type { ArrayVariable, ReadContext } from "../format/contract.js";
import { cutMissing } from "../format/cut-missing.js";
import { readBox } from "../format/read-box.js";
import { slabsOf } from "../format/slabs.js";
import { boxShape, sizeOf, wholeBox } from "../schema/box.js";
import type { TypedArray } from "../schema/typed-array.js";
import type { KnownColumn } from "./known-values.js";

/** Values of a coordinate at most: they stand in the plan, and a header may claim any number. */
const MOST_VALUES = 1 << 25;
/** Decoded bytes of a slab while values are looked at that are not kept. */
const SLAB_BYTES = 8 << 20;

/**
 * All values of a variable, decoded; numbers in an array of their own.
 * @param shape of what the column sees: of text without the dimension of its letters
 * @throws `unsupported` for more values than a plan holds
 */
export async function readColumn(
  variable: ArrayVariable,
  meaning: VariableMeaning,
  shape: readonly number[],
  context: ReadContext,
): Promise<KnownColumn> {
  const count = sizeOf(variable.shape);
  if (count > MOST_VALUES)
    throw new GraticuleError("unsupported", `a coordinate of ${count} values; a plan holds ${MOST_VALUES} at most`, {
      variable: variable.path,
      hint: "`graticule cat` prints its values",
    });
  const raw = await readBox(variable, wholeBox(variable.shape), context);
  if (variable.dtype.name === "char") return { values: textsOf(raw as Uint8Array, sizeOf(shape)) };
  if (variable.dtype.name === "string") return { values: (raw as readonly string[]).map(String) };
  const { values, validity } = decodeValues(raw as TypedArray, variable, meaning);
  return validity ? { values, validity } : { values };
}

function textsOf(letters: Uint8Array, rows: number): string[] {
  const width = rows === 0 ? 0 : letters.length / rows;
  return width === 0 ? new Array<string>(rows).fill("") : charTexts(letters, width);
}

/** How far the values of a time that is no coordinate are dates: they are read, slab by slab, because their range decides. */
export async function readTimeKind(
  variable: ArrayVariable,
  meaning: VariableMeaning,
  coding: TimeCoding,
  context: ReadContext,
): Promise<TimeColumnKind> {
  let worst: TimeColumnKind = "timestamp";
  const { size } = variable.dtype;
  const slabs = slabsOf(variable.shape, variable.chunks, size, SLAB_BYTES);
  for await (const slab of cutMissing(variable, slabs, size, SLAB_BYTES, context)) {
    if (sizeOf(boxShape(slab)) === 0) continue;
    const raw = (await readBox(variable, slab, context)) as TypedArray;
    const { values, validity } = decodeValues(raw, variable, meaning);
    const kind = timeColumnKind(coding, values, validity);
    if (kind === "number-without-date") return kind;
    if (kind === "number") worst = kind;
  }
  return worst;
}
