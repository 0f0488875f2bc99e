import type { TimeCoding } from "../calendar/time-units.js";
import { timeColumnKind } from "../calendar/timestamps.js";
import { GraticuleError } from "../errors.js";
import type { TypedArray } from "../schema/typed-array.js";
import type { Coordinate, VariableDescription } from "./description.js";
import type { TimeReference } from "./model.js";

/** A variable of one file, with its values where they are known. */
export interface TimedVariable {
  readonly variable: VariableDescription;
  readonly values?: Coordinate;
  readonly url: string;
}

/** What a time becomes in a table. */
export type TimeForm =
  | { readonly kind: "timestamp" }
  /** A number that counts from the first file's reference. `coding`: only where every value has a date. */
  | { readonly kind: "number"; readonly reference: TimeReference; readonly coding?: TimeCoding };

/**
 * A timestamp where each file's values are; else a number in the units of the first file. Undefined for what is no time.
 * @throws `usage` where the files count in different calendars, or in units that have no common line
 */
export function timeFormOf(parts: readonly TimedVariable[]): TimeForm | undefined {
  const first = parts[0] as TimedVariable;
  const timed = parts.filter(({ variable }) => variable.time);
  if (timed.length === 0) return undefined;
  const alone = parts.find(({ variable }) => !variable.time);
  if (alone || !first.variable.time) throw different(timed[0] as TimedVariable, alone as TimedVariable, "has no units of time");
  const kinds = kindsOf(parts);
  if (kinds.every((kind) => kind === "timestamp")) return { kind: "timestamp" };
  const { units, calendar, coding } = first.variable.time;
  const other = parts.find(({ variable }) => variable.time?.calendar !== calendar);
  if (other) throw different(first, other, `counts in the calendar ${other.variable.time?.calendar}`);
  const uncoded = parts.find(({ variable }) => !variable.time?.coding && variable.time?.units !== units);
  if (uncoded || (!coding && parts.some(({ variable }) => variable.time?.units !== units)))
    throw different(
      first,
      uncoded ?? (parts.find(({ variable }) => variable.time?.units !== units) as TimedVariable),
      "counts otherwise",
    );
  const reference = { units, calendar };
  const dated = coding !== undefined && kinds.every((kind) => kind !== "number-without-date");
  return dated ? { kind: "number", reference, coding } : { kind: "number", reference };
}

function kindsOf(parts: readonly TimedVariable[]) {
  const seen = new Map<string, ReturnType<typeof timeColumnKind>>();
  return parts.map(({ variable, values }) => {
    const coding = variable.time?.coding;
    if (!coding) return "number-without-date";
    if (variable.timeKind) return variable.timeKind;
    if (!values) return "timestamp";
    const key = `${values.digest} ${coding.calendar}`;
    const known = seen.get(key);
    if (known) return known;
    const kind = timeColumnKind(coding, values.values as TypedArray, values.validity);
    seen.set(key, kind);
    return kind;
  });
}

function different(first: TimedVariable, other: TimedVariable, how: string): GraticuleError {
  const { time } = first.variable;
  const said = time ? `"${time.units}" (${time.calendar})` : "no time";
  return new GraticuleError(
    "usage",
    `${first.variable.name} is ${said} in ${first.url}, and ${other.url} ${how}: they cannot be one column`,
    {
      file: other.url,
      variable: other.variable.path,
      hint: "convert these files separately",
    },
  );
}

/** `value * scale + offset` brings numbers of one coding to another of the same calendar. */
export function timeConversion(from: TimeCoding, to: TimeCoding): { readonly scale: number; readonly offset: number } | undefined {
  const microseconds = ({ unit }: TimeCoding): number => unit.numerator / unit.denominator;
  const scale = microseconds(from) / microseconds(to);
  const days = from.reference.day - to.reference.day;
  const offset = (days * 86_400_000_000 + from.reference.microsecond - to.reference.microsecond) / microseconds(to);
  return scale === 1 && offset === 0 ? undefined : { scale, offset };
}
