import { rebase, toMicroseconds } from "../calendar/timestamps.js";
import { type Bitmap, isSet, packBits } from "../schema/bitmap.js";
import { type ColumnType, numberType } from "../schema/field.js";
import { arrayTypeOf, isBigArray, type TypedArray } from "../schema/typed-array.js";
import type { Coordinate } from "./description.js";
import type { KnownColumn } from "./known-values.js";
import { castNumbers, promoteTypes } from "./promote-types.js";
import { type TimedVariable, type TimeForm, timeConversion, timeFormOf } from "./time-form.js";

/** A coordinate of one file, and which of its cells go where. */
export interface ValueSource extends TimedVariable {
  readonly values: Coordinate;
}

/** Cells `start … stop` of a column come from `source`, from `index` on by `step`; without a source they are missing. */
export interface ValueRun {
  readonly start: number;
  readonly stop: number;
  /** Position in the sources. */
  readonly source: number | null;
  readonly index: number;
  readonly step: 1 | -1 | 0;
}

export interface GatheredValues extends KnownColumn {
  readonly type: ColumnType;
  readonly time?: TimeForm;
}

/**
 * The values of a coordinate column from several files: types promoted, times as timestamps or in the first file's units.
 * @param sources of at least one file
 * @throws `usage` where they are no one column (text and numbers, several calendars)
 */
export function gatherValues(sources: readonly ValueSource[], runs: readonly ValueRun[], length: number): GatheredValues {
  const first = sources[0] as ValueSource;
  const time = timeFormOf(sources);
  if (!time && first.variable.type.kind === "string") return gatherTexts(sources, runs, length);
  const { type, parts } = time ? timeParts(sources, time) : plainParts(sources);
  const array = type.kind === "number" ? type.name : type.kind === "timestamp" ? "int64" : "uint8";
  const out = new (arrayTypeOf(array))(length);
  const flags = new Uint8Array(length);
  for (const { start, stop, source, index, step } of runs) {
    if (source === null) continue;
    copyRun(parts[source] as TypedArray, out, { start, stop, index, step });
    const validity = sources[source]?.values.validity;
    if (!validity) flags.fill(1, start, stop);
    else for (let i = start; i < stop; i++) flags[i] = isSet(validity, index + (i - start) * step) ? 1 : 0;
  }
  return { type, values: out, ...validityOf(flags), ...(time && { time }) };
}

function gatherTexts(sources: readonly ValueSource[], runs: readonly ValueRun[], length: number): GatheredValues {
  const type = promoteTypes(
    sources.map(({ variable }) => variable.type),
    sources[0]?.variable.name ?? "",
  );
  const out = new Array<string | null>(length).fill(null);
  for (const { start, stop, source, index, step } of runs) {
    if (source === null) continue;
    const { values, validity } = (sources[source] as ValueSource).values;
    for (let i = start; i < stop; i++) {
      const at = index + (i - start) * step;
      out[i] = validity && !isSet(validity, at) ? null : ((values as readonly (string | null)[])[at] ?? null);
    }
  }
  return { type, values: out, ...validityOf(Uint8Array.from(out, (text) => (text === null ? 0 : 1))) };
}

function copyRun(from: TypedArray, out: TypedArray, { start, stop, index, step }: Omit<ValueRun, "source">): void {
  if (step === 1 && from.constructor === out.constructor) out.set(from.subarray(index, index + stop - start) as never, start);
  else for (let i = start; i < stop; i++) out[i] = from[index + (i - start) * step] as never;
}

function validityOf(flags: Uint8Array): { readonly validity?: Bitmap } {
  const validity = packBits(flags);
  return validity.zeros > 0 ? { validity } : {};
}

function plainParts(sources: readonly ValueSource[]): { type: ColumnType; parts: TypedArray[] } {
  const type = promoteTypes(
    sources.map(({ variable }) => variable.type),
    sources[0]?.variable.name ?? "",
  );
  const name = type.kind === "number" ? type.name : "uint8";
  return { type, parts: shared(sources, ({ values }) => castNumbers(values.values as TypedArray, name)) };
}

function timeParts(sources: readonly ValueSource[], form: TimeForm): { type: ColumnType; parts: TypedArray[] } {
  if (form.kind === "timestamp") {
    const parts = shared(sources, ({ variable, values }) => {
      const coding = variable.time?.coding;
      if (!coding) throw new TypeError("a timestamp without a coding");
      return toMicroseconds(values.values as TypedArray, coding, values.validity);
    });
    return { type: { kind: "timestamp" }, parts };
  }
  const first = (sources[0] as ValueSource).variable.time?.coding;
  const moved = sources.some(({ variable }) => first && variable.time?.coding && timeConversion(variable.time.coding, first));
  const plain = plainParts(sources);
  if (!moved || !first) return plain;
  const parts = shared(sources, ({ variable, values }) => {
    const coding = variable.time?.coding;
    const numbers = values.values as TypedArray;
    return coding && timeConversion(coding, first) ? rebase(numbers, coding, first) : castNumbers(numbers, "float64");
  });
  if (plain.type.kind !== "number" || plain.type.name.startsWith("float") || !parts.every(areIntegers))
    return { type: numberType("float64"), parts };
  const { name } = plain.type;
  const whole = parts.map((part) => castNumbers(part, name));
  const kept = whole.every((part, i) => part.every((value: number | bigint, k: number) => Number(value) === parts[i]?.[k]));
  return kept ? { type: plain.type, parts: whole } : { type: numberType("float64"), parts };
}

function areIntegers(part: TypedArray): boolean {
  return isBigArray(part) || (part as Float64Array).every((value) => Number.isSafeInteger(value));
}

/** Sources that share values and units share the result. */
function shared(sources: readonly ValueSource[], make: (source: ValueSource) => TypedArray): TypedArray[] {
  const known = new Map<Coordinate, { units: string | undefined; made: TypedArray }>();
  return sources.map((source) => {
    const found = known.get(source.values);
    if (found && found.units === source.variable.units) return found.made;
    const made = make(source);
    known.set(source.values, { units: source.variable.units, made });
    return made;
  });
}
