import type { Mutation } from "./mutate.ts";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A value and where it stands; the document itself stands under "". */
interface Place {
  readonly holder: Json[] | { [key: string]: Json };
  readonly key: string | number;
  readonly path: string;
}

type Change = (place: Place, random: () => number) => string | null;

/**
 * One to three changes of what JSON text says, so that what reads it comes further than its parser: keys, numbers, kinds of
 * values, templates, Base64, lists. JSON inside of text (kerchunk's metadata) is changed too. Null: it is no JSON.
 */
export function mutateJson(original: Uint8Array, random: () => number): Mutation | null {
  let parsed: Json;
  try {
    parsed = unfold(JSON.parse(Buffer.from(original).toString("utf8")) as Json);
  } catch {
    return null;
  }
  const root = { "": parsed };
  const done: string[] = [];
  const times = 1 + Math.floor(random() * 3);
  for (let tries = 0; done.length < times && tries < 50; tries++) {
    const places = [...placesIn(root, "")];
    const place = pick(places, random);
    const what = pick(CHANGES, random)(place, random);
    if (what !== null) done.push(`${place.path} ${what}`);
  }
  return { bytes: Buffer.from(written(fold(root[""]))), what: done.join("; ") };
}

/** JSON text inside of JSON, so that it can be changed from within. */
const INNER = "\u0000inner";

function unfold(value: Json): Json {
  if (typeof value === "string" && value.startsWith("{")) {
    try {
      return { [INNER]: JSON.parse(value) as Json };
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map(unfold);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unfold(inner)]));
}

function fold(value: Json): Json {
  if (Array.isArray(value)) return value.map(fold);
  if (typeof value !== "object" || value === null) return value;
  if (Object.hasOwn(value, INNER)) return written(fold(value[INNER] as Json));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fold(inner)]));
}

function written(value: Json): string {
  return JSON.stringify(value).replace(/"@raw:(.*?)"/g, "$1");
}

function* placesIn(holder: Place["holder"], path: string): Iterable<Place> {
  for (const [key, value] of Object.entries(holder)) {
    const own = key === INNER ? path : `${path}/${key}`;
    yield { holder, key: Array.isArray(holder) ? Number(key) : key, path: own };
    if (typeof value === "object" && value !== null) yield* placesIn(value, own);
  }
}

const NUMBERS = [
  "0",
  "-1",
  "1",
  "2",
  "1.5",
  "2147483647",
  "4294967296",
  "9007199254740993",
  "1e15",
  "1e308",
  "18446744073709551616",
];
const TEXTS = [
  "",
  "base64:",
  "base64:////",
  "{{",
  "{{a}}",
  "{{a(n=1)}}/{{b}}",
  "{{'x'*9}}",
  "{{2**2**2**9}}",
  "../..",
  "NaN",
  "|O",
  "<M8[ns]",
];
const NAMES = [
  "refs",
  "templates",
  "gen",
  "shape",
  "chunks",
  "dtype",
  "fill_value",
  "codecs",
  "version",
  "__proto__",
  "constructor",
  "",
];

const CHANGES: readonly Change[] = [
  number,
  number,
  text,
  template,
  base64,
  rename,
  leaveOut,
  put,
  kind,
  repeat,
  nest,
  copyOver,
  generate,
];

function number({ holder, key }: Place, random: () => number): string | null {
  if (typeof at(holder, key) !== "number") return null;
  const value = pick(NUMBERS, random);
  set(holder, key, `@raw:${value}`);
  return `is ${value}`;
}

function text({ holder, key }: Place, random: () => number): string | null {
  if (typeof at(holder, key) !== "string") return null;
  const value = pick(TEXTS, random);
  set(holder, key, value);
  return `is ${JSON.stringify(value)}`;
}

/** A template at some place of a text. */
function template({ holder, key }: Place, random: () => number): string | null {
  const value = at(holder, key);
  if (typeof value !== "string") return null;
  const place = Math.floor(random() * (value.length + 1));
  const added = pick(["{{", "}}", "{{i}}", "{{u}}", "{{(((((1+i)*2)}}", "{{'%999d' % 1}}", "{{u+u+u+u}}"], random);
  set(holder, key, value.slice(0, place) + added + value.slice(place));
  return `with ${added} at ${place}`;
}

function base64({ holder, key }: Place, random: () => number): string | null {
  const value = at(holder, key);
  if (typeof value !== "string" || !value.startsWith("base64:")) return null;
  const bytes = Buffer.from(value.slice(7), "base64");
  const place = Math.floor(random() * Math.max(1, bytes.length));
  const changed = random() < 0.3 ? bytes.subarray(0, place) : Buffer.from(bytes);
  if (changed.length > place) changed[place] = (changed[place] as number) ^ (1 << Math.floor(random() * 8));
  set(holder, key, `base64:${changed.toString("base64")}`);
  return `of ${changed.length} bytes, changed at ${place}`;
}

function rename({ holder, key }: Place, random: () => number): string | null {
  if (Array.isArray(holder) || key === "" || key === INNER) return null;
  const name = random() < 0.5 ? pick(NAMES, random) : `${String(key).slice(0, -1)}${Math.floor(random() * 100)}`;
  const value = at(holder, key);
  delete holder[key];
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
  return `renamed to ${name}`;
}

function leaveOut({ holder, key }: Place): string | null {
  if (key === "" || key === INNER) return null;
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return "left out";
}

function put({ holder }: Place, random: () => number): string | null {
  if (!Array.isArray(holder)) return null;
  holder.push(pick<Json>([0, 1, -1, "x", null, []], random));
  return "has a neighbour";
}

function kind({ holder, key }: Place, random: () => number): string {
  const value = pick<Json>([null, true, [], {}, 7, "seven", [[]], "@raw:-0.0", "@raw:NaN", "@raw:1e999"], random);
  set(holder, key, value);
  return `is ${JSON.stringify(value)}`;
}

/** Long lists and long texts. */
function repeat({ holder, key }: Place, random: () => number): string | null {
  const value = at(holder, key);
  const times = pick([2, 33, 5000], random);
  if (typeof value === "string" && value.length * times < 1 << 20) set(holder, key, value.repeat(times));
  else if (Array.isArray(value) && value.length * times < 1 << 16)
    set(holder, key, Array.from({ length: times }, () => value).flat());
  else return null;
  return `${times} times`;
}

function nest({ holder, key }: Place, random: () => number): string {
  const depth = pick([1, 20, 3000], random);
  const value = JSON.stringify(at(holder, key)).replaceAll('"', "'").slice(0, 20).length;
  set(holder, key, `@raw:${"[".repeat(depth)}${value}${"]".repeat(depth)}`);
  return `${depth} lists deep`;
}

/** The value of a neighbour. */
function copyOver({ holder, key }: Place, random: () => number): string {
  const other = pick(Object.keys(holder), random);
  set(holder, key, at(holder, Array.isArray(holder) ? Number(other) : other));
  return `as ${other}`;
}

/** kerchunk's generated references and templates that name one another. */
function generate({ holder, key }: Place, random: () => number): string | null {
  const value = at(holder, key);
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, "refs")) return null;
  const stop = pick<Json>([3, 1e6, -5, "@raw:1e999", "9"], random);
  const dimensions = {
    i: { stop, step: pick<Json>([1, -1, 0, 0.001], random) },
    j: pick<Json>([[1, 2], [], ["a", null], 5], random),
  };
  value.gen = [
    {
      key: pick(["x/{{i}}", "x/{{i}}.{{j}}", "{{i"], random),
      url: "{{t}}",
      offset: "{{i*8}}",
      length: pick(["8", "{{j}}"], random),
      dimensions,
    },
  ];
  value.templates = { t: "{{s}}".repeat(pick([1, 50, 5000], random)), s: pick(["kerchunk-plain.bin", "{{t}}", "{{i}}"], random) };
  return "generates references";
}

function at(holder: Place["holder"], key: string | number): Json {
  return (holder as Record<string | number, Json>)[key] as Json;
}

function set(holder: Place["holder"], key: string | number, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}
