import { GraticuleError } from "../errors.js";
import { closeNames } from "./column-names.js";
import type { Fragment } from "./fragments.js";

/**
 * Names of tables: the group that holds all the data variables, if it is not the root, then the dimensions, joined by `_`. The
 * second of a name is `…_2`.
 * @param fragments the first file's part of each table
 */
export function tableNames(fragments: readonly Fragment[], warn: (text: string) => void): string[] {
  const taken = new Set<string>();
  const sets = new Map<string, string>();
  return fragments.map((fragment) => {
    const wanted = [...groupOf(fragment), ...fragment.axes.map((axis) => axis.name)].join("_");
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    const same = sets.get(wanted);
    if (same !== undefined && same !== fragment.key)
      warn(`a second table ${wanted} is named ${name}: its dimensions are others of the same name`);
    sets.set(wanted, fragment.key);
    taken.add(name);
    return name;
  });
}

/** Path of the group that all the variables are in, in parts. */
function groupOf({ data, auxiliaries }: Fragment): string[] {
  const groups = (data.length > 0 ? data : auxiliaries).map((variable) => variable.group.split("/").filter(Boolean));
  const [first, ...rest] = groups;
  if (!first) return [];
  const differs = first.findIndex((part, i) => rest.some((group) => group[i] !== part));
  return differs < 0 ? first : first.slice(0, differs);
}

/** What `--table` means: the name of the only table, or which of several is wanted; all of them where it is not given. */
export function chooseTable(
  names: readonly string[],
  wanted: string | undefined,
): { readonly index: number; readonly name: string }[] {
  const all = names.map((name, index) => ({ index, name }));
  if (wanted === undefined) return all;
  const found = all.filter(({ name }) => name === wanted);
  if (found.length > 0) return found;
  const [only, ...others] = all;
  if (only && others.length === 0) return [{ index: only.index, name: wanted }];
  const close = closeNames(wanted, names);
  throw new GraticuleError("usage", names.length === 0 ? "the input has no table" : `there is no table "${wanted}"`, {
    hint: close.length > 0 ? `did you mean ${close.join(" or ")}?` : `there are: ${names.join(", ")}`,
  });
}
