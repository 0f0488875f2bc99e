import { GraticuleError } from "../errors.js";
import { type ColumnType, numberType } from "../schema/field.js";
import { conversion, convertible, sameUnits } from "../units/convert.js";
import { parseUnits } from "../units/parse.js";
import type { VariableDescription } from "./description.js";
import type { Piece } from "./model.js";
import { promoteTypes } from "./promote-types.js";
import { type TimeForm, timeConversion, timeFormOf } from "./time-form.js";

/** A variable as one file has it. */
export interface VariablePart {
  readonly variable: VariableDescription;
  readonly url: string;
}

/** What the values of several files become in one column. */
export interface UnitedType {
  readonly type: ColumnType;
  readonly time?: TimeForm;
  /** Per part: what brings its decoded numbers to the column's units. */
  readonly conversions: readonly (Piece["convert"] | undefined)[];
}

/**
 * The type and units of a column whose values are read later: those of the first file, wide enough for all.
 * @param warn told of units that are converted, or that nobody can compare
 * @throws `usage` for text beside numbers, calendars that differ, and units that measure different things
 */
export function uniteType(parts: readonly VariablePart[], warn: (text: string) => void): UnitedType {
  const first = parts[0] as VariablePart;
  const time = timeFormOf(parts);
  const type = promoteTypes(
    parts.map(({ variable }) => variable.type),
    first.variable.name,
  );
  if (time?.kind === "timestamp") return { type: { kind: "timestamp" }, time, conversions: parts.map(() => undefined) };
  const conversions = time ? timeConversions(parts) : unitConversions(parts, warn);
  const isConverted = conversions.some((convert) => convert !== undefined);
  return { type: isConverted ? toFloat(type) : type, ...(time && { time }), conversions };
}

/** What holds converted numbers. */
function toFloat(type: ColumnType): ColumnType {
  if (type.kind === "list") return { ...type, item: toFloat(type.item) };
  return type.kind === "number" && type.name.startsWith("float") ? type : numberType("float64");
}

function timeConversions(parts: readonly VariablePart[]): Piece["convert"][] {
  const base = parts[0]?.variable.time?.coding;
  return parts.map(({ variable }) => (base && variable.time?.coding ? timeConversion(variable.time.coding, base) : undefined));
}

function unitConversions(parts: readonly VariablePart[], warn: (text: string) => void): Piece["convert"][] {
  const first = parts[0] as VariablePart;
  const to = first.variable.units;
  const told = new Set<string>();
  return parts.map(({ variable, url }) => {
    const from = variable.units;
    if (from === undefined || to === undefined || from === to || isText(variable.type)) return undefined;
    const tell = (text: string): void => {
      if (!told.has(from)) warn(text);
      told.add(from);
    };
    if (convertible(from, to)) {
      if (sameUnits(from, to)) return undefined;
      tell(`${variable.name} is converted from "${from}" (${url}) to "${to}" (${first.url})`);
      return conversion(from, to);
    }
    if (parseUnits(from) && parseUnits(to))
      throw new GraticuleError(
        "usage",
        `${variable.name} is in "${to}" in ${first.url} and in "${from}" in ${url}: they measure different things`,
        {
          file: url,
          variable: variable.path,
          hint: "convert these files separately, or leave the variable out with `--vars`",
        },
      );
    tell(
      `${variable.name} is in "${to}" (${first.url}) and in "${from}" (${url}), which cannot be compared: the values stay as they are`,
    );
    return undefined;
  });
}

function isText(type: ColumnType): boolean {
  return type.kind === "list" ? isText(type.item) : type.kind === "string";
}
