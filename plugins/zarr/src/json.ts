import { ZarrError } from "./error.js";

/** What JSON text holds; integers beyond ±2⁵³ are bigints, and the bare NaN and Infinity of other writers are numbers. */
export type Json = string | number | bigint | boolean | null | JsonArray | JsonObject;
export type JsonArray = readonly Json[];
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Numbers written as floats although their value is whole ("1.0"): by the object or array that holds them. */
const wholeFloats = new WeakMap<object, Set<string>>();

/** Whether any number of the text needs a look at how it is written. */
const SPECIAL = /\d\.0*(?:[^\d]|$)|\d[eE]|\d{16}/;
const BARE = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;
/** More digits than any integer type has. */
const LONGEST_INTEGER = 40;
const MARK = "\u0000number ";

/**
 * @param what the object's name in the store, for the error
 * @param isPlain how numbers are written does not matter: large documents of which only text is used
 * @throws `malformed`
 */
export function parseJson(text: string, what: string, isPlain = false): Json {
  try {
    return parse(text, !isPlain && SPECIAL.test(text));
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw malformed(what, error);
  }
  try {
    const quoted = text.replace(BARE, (token) => (token.startsWith('"') ? token : JSON.stringify(MARK + token)));
    return parse(quoted, true);
  } catch (error) {
    throw malformed(what, error);
  }
}

/** The object in the bytes. @throws `malformed` */
export function parseObject(bytes: Uint8Array, what: string): JsonObject {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("utf8")
    .replace(/^\ufeff/, "");
  return requireObject(parseJson(text, what), what);
}

export function requireObject(value: Json | undefined, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new ZarrError("malformed", `${what} holds no JSON object`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is JsonArray {
  return Array.isArray(value);
}

/** Own keys only: `constructor` and the like are no metadata. */
export function member(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Whether the number under that key was written with a point or an exponent, its value being whole. */
export function isWholeFloat(holder: object, key: string | number): boolean {
  return wholeFloats.get(holder)?.has(String(key)) ?? false;
}

/** As text again, which {@link parseJson} takes. @throws `malformed` where it is nested too deeply */
export function jsonText(value: Json): string {
  const bare = (_: string, item: unknown) =>
    typeof item === "bigint" || (typeof item === "number" && !Number.isFinite(item)) ? MARK + String(item) : item;
  try {
    return JSON.stringify(value, bare).replace(/"\\u0000number (.*?)"/g, "$1");
  } catch (cause) {
    throw new ZarrError("malformed", "JSON nested too deeply", { cause });
  }
}

/** For messages: the beginning of its text. */
export function showJson(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return isArray(value) ? `a list of ${value.length}` : "an object";
  return jsonText(value).slice(0, 60);
}

function parse(text: string, isSpecial: boolean): Json {
  return JSON.parse(text, isSpecial ? (revive as (key: string, value: unknown) => unknown) : undefined) as Json;
}

/** The third argument is the number's own text (ECMAScript proposal "JSON.parse source text access", in Node from 21 on). */
function revive(this: object, key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value === "string") return value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value;
  const source = context?.source;
  if (typeof value !== "number" || source === undefined || !Number.isInteger(value)) return value;
  if (!/[.eE]/.test(source)) return Number.isSafeInteger(value) || source.length > LONGEST_INTEGER ? value : BigInt(source);
  const known = wholeFloats.get(this);
  if (known) known.add(key);
  else wholeFloats.set(this, new Set([key]));
  return value;
}

function malformed(what: string, cause: unknown): ZarrError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ZarrError("malformed", `${what} is no valid JSON: ${why.slice(0, 200)}`, { cause });
}
