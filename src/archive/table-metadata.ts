import { isSet } from "../schema/bitmap.js";
import { describeScalar } from "./attribute-text.js";
import { fieldMetadata } from "./columns.js";
import type { VariableDescription } from "./description.js";
import type { Fragment, FragmentScalar } from "./fragments.js";

/**
 * The footer's metadata: what all files of the table say alike. Global attributes stand under their names; grid mappings, bounds
 * and scalars as JSON under theirs, or under their path where a global attribute has the name.
 * @param varying paths of scalars that have become columns
 */
export function tableMetadata(fragments: readonly Fragment[], varying: ReadonlySet<string>): Record<string, string> {
  const out: Record<string, string> = Object.fromEntries(sharedEntries(fragments.map((fragment) => fragment.attributes)));
  const notes = sharedEntries(
    fragments.map((fragment) => new Map(fragment.notes.map((note) => [note.path, note.metadata ?? "{}"]))),
  );
  const withValues = new Map(
    sharedEntries(fragments.map((fragment) => new Map(fragment.notes.map((note) => [note.path, note.metadataWithValues ?? ""])))),
  );
  const scalars = scalarEntries(fragments, varying);
  for (const [path, text] of [...notes, ...scalars]) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    out[Object.hasOwn(out, name) ? path : name] = withValues.get(path) || text;
  }
  return out;
}

/** Entries that every map with the key has alike. A key that some maps lack counts: other variables, other notes. */
function sharedEntries(maps: readonly ReadonlyMap<string, string>[]): [string, string][] {
  const shared = new Map<string, string>();
  const differing = new Set<string>();
  let last: ReadonlyMap<string, string> | undefined;
  for (const map of maps) {
    if (map === last) continue;
    last = map;
    for (const [key, value] of map) {
      const known = shared.get(key);
      if (known === undefined) shared.set(key, value);
      else if (known !== value) differing.add(key);
    }
  }
  return [...shared].filter(([key]) => !differing.has(key));
}

/** One value as an object; where the files of several variables have several (2 m, 10 m), a list with the variables of each. */
function scalarEntries(fragments: readonly Fragment[], varying: ReadonlySet<string>): [string, string][] {
  const texts = new Map<string, Map<string, Set<string>>>();
  for (const { scalars, data } of fragments)
    for (const scalar of scalars) {
      const { path } = scalar.variable;
      if (varying.has(path)) continue;
      const own = texts.get(path) ?? new Map<string, Set<string>>();
      texts.set(path, own);
      const text = scalarText(scalar);
      const names = own.get(text) ?? new Set<string>();
      own.set(text, names);
      for (const { name } of data) names.add(name);
    }
  return [...texts].map(([path, own]) => {
    const [[only] = [""], ...others] = [...own];
    if (others.length === 0) return [path, only];
    const list = [...own].map(([text, names]) => ({ ...(JSON.parse(text) as object), variables: [...names] }));
    return [path, JSON.stringify(list)];
  });
}

function scalarText({ variable, values }: FragmentScalar): string {
  const value = values.validity && !isSet(values.validity, 0) ? null : (values.values[0] ?? null);
  return describeScalar(value, { ...fieldMetadata(variable, undefined), ...calendarOf(variable) });
}

function calendarOf({ time }: VariableDescription): Record<string, string> {
  return time ? { calendar: time.calendar } : {};
}
