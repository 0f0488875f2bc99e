import { BASE, DEFINITIONS, LEVELS, PREFIXES } from "./definitions.js";
import { baseUnit, multiply, ONE, type Unit } from "./unit.js";

/** Resolves a definition's text; given by the parser, which this module cannot import. */
type Parse = (text: string) => Unit | null;

interface Entry {
  readonly definition: string;
  unit?: Unit;
}

const symbols = new Map<string, Entry>();
const names = new Map<string, Entry>();

for (const [i, [symbol, words]] of BASE.entries()) register({ definition: "", unit: baseUnit(i) }, [symbol], words);
for (const [definition, marks, words] of DEFINITIONS) register({ definition }, split(marks), words);
for (const [symbol, name, reference] of LEVELS) register({ definition: "", unit: { ...ONE, level: reference } }, [symbol], name);

/** A unit by symbol or name, with or without a prefix. Symbols distinguish case, names do not. */
export function findUnit(word: string, parse: Parse): Unit | null {
  const whole = symbols.get(word) ?? names.get(word.toLowerCase());
  if (whole) return resolve(whole, parse);
  const lower = word.toLowerCase();
  for (const [name, , factor] of PREFIXES) {
    if (!lower.startsWith(name)) continue;
    const rest = names.get(lower.slice(name.length)) ?? symbols.get(word.slice(name.length));
    if (rest) return prefixed(rest, factor, parse);
  }
  for (const [, symbol, factor] of PREFIXES) {
    if (!word.startsWith(symbol)) continue;
    const rest = symbols.get(word.slice(symbol.length)) ?? names.get(lower.slice(symbol.length));
    if (rest) return prefixed(rest, factor, parse);
  }
  return null;
}

function prefixed(entry: Entry, factor: number, parse: Parse): Unit | null {
  const unit = resolve(entry, parse);
  return unit && multiply({ ...ONE, scale: factor }, unit);
}

function resolve(entry: Entry, parse: Parse): Unit | null {
  if (entry.unit) return entry.unit;
  const unit = parse(entry.definition);
  if (unit) entry.unit = unit;
  return unit;
}

function register(entry: Entry, marks: readonly string[], words: string): void {
  for (const mark of marks) symbols.set(mark, entry);
  for (const word of split(words)) for (const form of [word, plural(word)]) if (!names.has(form)) names.set(form, entry);
}

function split(text: string): string[] {
  return text.split(" ").filter((part) => part !== "");
}

/** UDUNITS' rule, but for what a degree points to: `degrees_north`. */
function plural(name: string): string {
  if (name === "foot") return "feet";
  const degree = /^(degree(?=.)|deg(?!ree))(_?[a-z]+)$/.exec(name);
  if (degree) return `${degree[1]}s${degree[2]}`;
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}
