import { formatTimes } from "../../calendar/format-time.js";
import { isGeographic } from "../../convention/axis.js";
import { jsonNumber } from "../../convention/json-number.js";
import { hasDates, type VariableMeaning } from "../../convention/meaning.js";
import type { DecodedStatistics } from "../../convention/statistics.js";
import type { Extent } from "./document.js";

export interface MeasuredCoordinate {
  readonly meaning: VariableMeaning;
  readonly decoded: DecodedStatistics;
}

/** Whether a variable has a say in the extent. */
export function isExtentCoordinate(meaning: VariableMeaning): boolean {
  return isCoordinate(meaning) && (directionOf(meaning) !== undefined || (meaning.axis === "T" && hasDates(meaning.time)));
}

/** Smallest and largest longitude, latitude and time of the coordinates; of times, in the calendar of the first. */
export function extentOf(coordinates: readonly MeasuredCoordinate[]): Extent {
  const ranged = coordinates.filter(
    ({ meaning, decoded }) => isCoordinate(meaning) && decoded.min !== undefined && decoded.max !== undefined,
  );
  const lon = rangeOf(ranged.filter(({ meaning }) => directionOf(meaning) === "X"));
  const lat = rangeOf(ranged.filter(({ meaning }) => directionOf(meaning) === "Y"));
  const time = timeRange(ranged.filter(({ meaning }) => meaning.axis === "T" && hasDates(meaning.time)));
  return {
    ...(lon && { lon: [jsonNumber(lon[0]), jsonNumber(lon[1])] as const }),
    ...(lat && { lat: [jsonNumber(lat[0]), jsonNumber(lat[1])] as const }),
    ...(time && { time }),
  };
}

function isCoordinate({ role }: VariableMeaning): boolean {
  return role === "coordinate" || role === "auxiliary";
}

function directionOf({ units, standardName }: VariableMeaning): "X" | "Y" | undefined {
  if (standardName === "longitude") return "X";
  if (standardName === "latitude") return "Y";
  return isGeographic(units);
}

function rangeOf(coordinates: readonly MeasuredCoordinate[]): [number, number] | undefined {
  if (coordinates.length === 0) return undefined;
  const low = Math.min(...coordinates.map(({ decoded }) => Number(decoded.min)));
  const high = Math.max(...coordinates.map(({ decoded }) => Number(decoded.max)));
  return [low, high];
}

/** A coordinate of a dimension goes before auxiliary ones (forecast reference times, bounds of a day). */
function timeRange(times: readonly MeasuredCoordinate[]): readonly [string, string] | undefined {
  const chosen = times.find(({ meaning }) => meaning.role === "coordinate") ?? times[0];
  if (!chosen || !hasDates(chosen.meaning.time)) return undefined;
  const { min, max } = chosen.decoded;
  if (min === undefined || max === undefined) return undefined;
  const range = formatTimes(min, max, chosen.meaning.time);
  return "error" in range ? undefined : [range.first, range.last];
}
