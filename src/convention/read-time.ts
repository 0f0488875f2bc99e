import { parseCalendar } from "../calendar/calendar.js";
import { isTimeUnits, parseTimeUnits } from "../calendar/time-units.js";
import { isGraticuleError } from "../errors.js";
import type { ArrayVariable } from "../format/contract.js";
import { textOf } from "./attribute-value.js";
import type { VariableMeaning } from "./meaning.js";

/** The time coding of a numeric variable (CF-1.12 section 4.4); undefined where its units are no time since a date. */
export function readTime(variable: ArrayVariable, warn: (text: string) => void): VariableMeaning["time"] {
  const units = textOf(variable.attributes, "units");
  if (units !== undefined && /^\s*\w+\s+as\s+%/.test(units))
    return { error: `"${units}" writes dates as digits (CDO), which count from no date: the numbers stay as they are` };
  if (units === undefined || !isTimeUnits(units)) return undefined;
  const said = variable.attributes.has("calendar") ? textOf(variable.attributes, "calendar") : "standard";
  if (said === undefined) warn("calendar is no text: the standard calendar is taken");
  const calendar = parseCalendar(said ?? "standard");
  if (calendar === undefined) return { error: `no calendar "${said}" is known` };
  try {
    const coding = parseTimeUnits(units, calendar);
    if (coding.note !== undefined) warn(coding.note);
    return coding;
  } catch (error) {
    if (isGraticuleError(error)) return { error: error.message };
    throw error;
  }
}
