import { GraticuleError } from "../errors.js";
import { nearNames } from "../expr/near-names.js";

/** What a value may be; null where it is, else what it should be. */
export type Check = (value: unknown) => string | null;

/**
 * Holds a caller's object to the keys that are known: JavaScript lets a mistyped one through, and it would be ignored.
 *
 * @param call the function, for the message
 * @param elsewhere what to write in place of a key that somebody may look for
 * @returns the object without keys that are undefined
 * @throws `usage`
 */
export function checkKeys<T extends object>(
  call: string,
  given: unknown,
  checks: Readonly<Record<string, Check>>,
  elsewhere: Readonly<Record<string, string>> = {},
): T {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new GraticuleError("usage", `${call} takes an object; this is ${shown(given)}`, {
      hint: `its keys are ${Object.keys(checks).join(", ")}`,
    });
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [key, value] of entries) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
    if (!check) throw unknownKey(call, key, Object.keys(checks), elsewhere);
    const wanted = check(value);
    if (wanted !== null) throw new GraticuleError("usage", `${call}: "${key}" takes ${wanted}; this is ${shown(value)}`);
  }
  return Object.fromEntries(entries) as T;
}

function unknownKey(
  call: string,
  key: string,
  known: readonly string[],
  elsewhere: Readonly<Record<string, string>>,
): GraticuleError {
  const plain = key.replaceAll("-", "").toLowerCase();
  const same = known.find((name) => name.toLowerCase() === plain);
  const near = same === undefined ? nearNames(plain, known) : [same];
  const meant = Object.hasOwn(elsewhere, key) ? elsewhere[key] : near.join(" or ");
  return new GraticuleError("usage", `${call} has no key "${key}"`, {
    hint: meant ? `do you mean ${meant}?` : `there are ${known.join(", ")}`,
  });
}

export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  const text = typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export const isText: Check = (value) => (typeof value === "string" && value !== "" ? null : "a text");
export const isFlag: Check = (value) => (typeof value === "boolean" ? null : "true or false");
export const isCount: Check = (value) => (Number.isSafeInteger(value) && (value as number) > 0 ? null : "a whole number from 1");
export const isFunction: Check = (value) => (typeof value === "function" ? null : "a function");
export const isSignal: Check = (value) =>
  typeof (value as AbortSignal | null)?.throwIfAborted === "function" ? null : "an AbortSignal";
export const isTexts: Check = (value) =>
  Array.isArray(value) && value.every((item) => isText(item) === null) ? null : "a list of texts";

export function isOneOf(...choices: readonly string[]): Check {
  return (value) => (choices.includes(value as string) ? null : `one of ${choices.join(", ")}`);
}
