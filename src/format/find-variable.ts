import { GraticuleError } from "../errors.js";
import type { ArrayVariable, Dataset, Group } from "./contract.js";

/**
 * The variable that a user means: by full path, where a group's title (FITS's EXTNAME; with its EXTVER as `SCI,2` or `SCI:2`) may
 * stand for its path and `table.field` is a field of a compound; or by its name alone where only one variable has it.
 * @throws `usage`, with the names that come nearest
 */
export function findVariable(dataset: Pick<Dataset, "variables" | "groups" | "source">, name: string): ArrayVariable {
  const path = name.startsWith("/") ? name : `/${name}`;
  const exact = pathsOf(path, dataset).flatMap((one) => {
    const found = dataset.variables.find((variable) => variable.path === one) ?? fieldAt(dataset.variables, one);
    return found ? [found] : [];
  });
  if (exact.length === 1) return exact[0] as ArrayVariable;
  const named = exact.length > 1 ? exact : dataset.variables.filter((variable) => variable.path.endsWith(path));
  if (named.length === 1) return named[0] as ArrayVariable;
  const file = dataset.source.url;
  if (named.length > 1)
    throw new GraticuleError("usage", `"${name}" is the name of ${named.length} variables`, {
      file,
      hint: `say which: ${named.map((v) => nameIn(v, dataset.groups)).join(", ")}`,
    });
  const numbers = numbersOf(titleOf(path), dataset.groups);
  if (numbers.length > 0)
    throw new GraticuleError("usage", `there is no variable "${name}"`, { file, hint: `there are ${numbers.join(", ")}` });
  const near = nearest(name, dataset.variables);
  const hint = near.length > 0 ? `do you mean ${near.join(" or ")}?` : "`graticule inspect` lists the variables";
  throw new GraticuleError("usage", `there is no variable "${name}"`, { file, hint });
}

/** The path as it is, and with the paths of groups whose title it begins with. */
function pathsOf(path: string, { groups }: Pick<Dataset, "groups">): string[] {
  const title = titleOf(path);
  if (title === null) return [path];
  const titled = groups.filter((group) => isTitled(group, title)).map((group) => group.path + path.slice(title.length + 1));
  return [path, ...titled.filter((one) => one !== path)];
}

/** Null where the path has one part only. */
function titleOf(path: string): string | null {
  const end = path.indexOf("/", 1);
  return end < 0 ? null : path.slice(1, end);
}

const NUMBERED = /^(.*)[,:]\s*(\d+)$/;

function isTitled(group: Group, asked: string): boolean {
  const title = group.title?.toLowerCase();
  if (title === undefined) return false;
  const [, stem, number] = NUMBERED.exec(asked.toLowerCase()) ?? [];
  return title === asked.toLowerCase() || (title === stem && group.titleNumber === Number(number));
}

/** The groups that bear a title which was asked for with a number that none of them has. */
function numbersOf(asked: string | null, groups: readonly Group[]): string[] {
  if (asked === null || groups.some((group) => isTitled(group, asked))) return [];
  const stem = NUMBERED.exec(asked)?.[1]?.toLowerCase();
  return groups
    .filter(({ title, titleNumber }) => title?.toLowerCase() === stem && titleNumber !== undefined)
    .map(({ title, titleNumber }) => `${title},${titleNumber}`);
}

/** A variable's path, with the title of its group where it has one. */
function nameIn({ path }: ArrayVariable, groups: readonly Group[]): string {
  const group = groups.find((one) => one.title !== undefined && path.startsWith(`${one.path}/`));
  if (!group) return path;
  const number = group.titleNumber === undefined ? "" : `,${group.titleNumber}`;
  return `${path} (${group.title}${number}${path.slice(group.path.length)})`;
}

/** A field of a compound, or of a field of one. */
function fieldAt(variables: readonly ArrayVariable[], path: string): ArrayVariable | undefined {
  for (const variable of variables) {
    if (!variable.fields || !path.startsWith(`${variable.path}.`)) continue;
    const found = variable.fields.find((field) => field.path === path) ?? fieldAt(variable.fields, path);
    if (found) return found;
  }
  return undefined;
}

const SUGGESTIONS = 5;

function nearest(name: string, variables: readonly ArrayVariable[]): string[] {
  const asked = name.replace(/^\//, "").toLowerCase().slice(0, 200);
  const scored = variables.map(({ path }) => {
    const full = path.slice(1).toLowerCase();
    const own = full.slice(full.lastIndexOf("/") + 1);
    const contained = own.includes(asked) || (own.length > 1 && asked.includes(own));
    return { path, distance: Math.min(editDistance(asked, full), editDistance(asked, own)) - (contained ? 100 : 0) };
  });
  const close = scored.filter(({ distance }) => distance <= Math.max(1, Math.floor(asked.length / 3)));
  const chosen = close.length > 0 || variables.length > SUGGESTIONS ? close : scored;
  return chosen
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS)
    .map(({ path }) => path);
}

/** Levenshtein's distance, where two neighbouring letters that changed places count once. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const [above, above2] = [rows[i - 1] as number[], rows[i - 2]];
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(swap, (above[j] as number) + 1, (row[j - 1] as number) + 1);
      if (above2 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (above2[j - 2] as number) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return (rows[a.length] as number[])[b.length] as number;
}
