import type { ArrayVariable, Attribute } from "../format/contract.js";
import type { NumericName } from "../schema/dtype.js";
import { numbersOf } from "./attribute-value.js";
import type { ValidLimits } from "./meaning.js";
import { toStored } from "./stored-number.js";

type Warn = (text: string) => void;

/** `_FillValue` and every element of `missing_value` as stored numbers, each once, without NaN (CF-1.12 section 2.5.1). */
export function readMissing(variable: ArrayVariable, stored: NumericName, reinterpret: boolean, warn: Warn): (number | bigint)[] {
  const missing = new Set<number | bigint>();
  for (const name of ["_FillValue", "missing_value"]) {
    for (const value of requireNumbers(variable.attributes.get(name), name, warn)) {
      if (Number.isNaN(value)) continue;
      const element = toStored(value, stored, reinterpret);
      if (element === undefined) warn(`${name} ${value} is no value of ${stored}: ignored`);
      else missing.add(element);
    }
  }
  return [...missing];
}

/**
 * `valid_range`, or `valid_min` and `valid_max`. Integers packed with limits of a floating type: the limits are on the decoded
 * values (CF-1.12 section 2.5.1: of the packed type, unless their type is that of the unpacked data).
 */
export function readValidLimits(
  variable: ArrayVariable,
  stored: NumericName,
  packed: boolean,
  reinterpret: boolean,
  warn: Warn,
): ValidLimits {
  const range = variable.attributes.get("valid_range");
  const limits = { min: variable.attributes.get("valid_min"), max: variable.attributes.get("valid_max") };
  const both = requireNumbers(range, "valid_range", warn);
  if (range !== undefined && both.length !== 2 && both.length !== 0) warn("valid_range has not two values: ignored");
  const [low] = both.length === 2 ? both : requireNumbers(limits.min, "valid_min", warn);
  const high = both.length === 2 ? both[1] : requireNumbers(limits.max, "valid_max", warn)[0];
  if (low === undefined && high === undefined) return {};
  const type = range ?? limits.min ?? limits.max;
  const domain = packed && !stored.startsWith("float") && type?.dtype.startsWith("float") ? "decoded" : "stored";
  const place = (value: number | bigint) => (domain === "stored" ? (toStored(value, stored, reinterpret) ?? value) : value);
  return {
    validDomain: domain,
    ...(low !== undefined && { validMin: place(low) }),
    ...(high !== undefined && { validMax: place(high) }),
  };
}

/** The numbers of an attribute; none, and a warning, where it is of the wrong type. */
export function requireNumbers(attribute: Attribute | undefined, name: string, warn: Warn): readonly (number | bigint)[] {
  if (attribute === undefined) return [];
  const numbers = numbersOf(attribute);
  if (numbers === undefined) warn(`${name} is no number (${attribute.dtype}): ignored`);
  return numbers ?? [];
}
