import { GraticuleError } from "../errors.js";
import type { DraftColumn } from "./columns.js";
import type { TableColumn } from "./model.js";

/** New names by old ones: a column's name, or the path of its variable. */
export type Renames = Readonly<Record<string, string>>;

const CALENDAR = new Set(["year", "month", "day"]);

/**
 * Names that are unique, variables' before generated ones. A field is named as in its compound, with that one's name in front where
 * another column has the name or there are fields of several compounds. Of variables in several groups those below the root take
 * their group's name in front; a generated column (an index, `year`, `source`) steps aside for a variable of its name.
 * @param warn told of names that some engines cannot tell apart
 * @throws `usage` where renaming makes two columns one
 */
export function nameColumns(
  plain: readonly DraftColumn[],
  renames: Renames,
  time: string,
  warn: (text: string) => void,
): TableColumn[] {
  const drafts = withCompounds(plain);
  const counts = countNames(drafts);
  const taken = new Set<string>();
  const names = new Array<string>(drafts.length);
  const settle = (i: number, wanted: string): void => {
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    if (name !== drafts[i]?.column.field.name) warn(`a second column "${drafts[i]?.column.field.name}" is named "${name}"`);
    taken.add(name);
    names[i] = name;
  };
  for (const [i, { column, path }] of drafts.entries())
    if (path) settle(i, (counts.get(column.field.name) as number) > 1 ? withGroup(path) : column.field.name);
  for (const [i, { column, path }] of drafts.entries()) {
    if (path) continue;
    const own = column.field.name;
    settle(i, column.role === "calendar" && taken.has(own) ? `${time}_${own}` : own);
  }
  const renamed = drafts.map(
    ({ path }, i) => renames[names[i] as string] ?? (path ? renames[path] : undefined) ?? (names[i] as string),
  );
  refuseTwins(renamed);
  warnOfCase(renamed, drafts, warn);
  return drafts.map(({ column }, i) => ({ ...column, field: { ...column.field, name: renamed[i] as string } }));
}

function withCompounds(drafts: readonly DraftColumn[]): readonly DraftColumn[] {
  const compounds = new Set(drafts.flatMap(({ within }) => within?.path ?? []));
  const counts = countNames(drafts);
  return drafts.map((draft) => {
    const { within, column } = draft;
    const { name } = column.field;
    if (within === undefined || (compounds.size < 2 && counts.get(name) === 1)) return draft;
    return { ...draft, column: { ...column, field: { ...column.field, name: `${within.name}.${name}` } } };
  });
}

function countNames(drafts: readonly DraftColumn[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { column, path } of drafts) if (path) counts.set(column.field.name, (counts.get(column.field.name) ?? 0) + 1);
  return counts;
}

function withGroup(path: string): string {
  return path.split("/").filter(Boolean).join("_");
}

function refuseTwins(names: readonly string[]): void {
  const twin = names.find((name, i) => names.indexOf(name) !== i);
  if (twin !== undefined)
    throw new GraticuleError("usage", `renaming gives two columns the name "${twin}"`, {
      hint: "choose another name in `--rename`",
    });
}

function warnOfCase(names: readonly string[], drafts: readonly DraftColumn[], warn: (text: string) => void): void {
  const byLower = new Map<string, string[]>();
  for (const name of names) byLower.set(name.toLowerCase(), [...(byLower.get(name.toLowerCase()) ?? []), name]);
  for (const alike of byLower.values())
    if (alike.length > 1)
      warn(`the columns ${alike.join(", ")} differ only in case: DuckDB and Spark cannot tell them apart; --rename settles it`);
  for (const [i, name] of names.entries()) {
    if (drafts[i]?.column.role === "calendar" || !CALENDAR.has(name.toLowerCase())) continue;
    warn(
      `the column ${name} has the name of a part of the date: DuckDB and Spark take it for the folder key of that name; --rename settles it`,
    );
  }
}

/** The names nearest to `wanted`, for error messages. */
export function closeNames(wanted: string, names: Iterable<string>): string[] {
  const bound = Math.max(1, Math.floor(wanted.length / 3));
  const ranked = [...new Set(names)].map((name) => ({
    name,
    distance: distanceOf(wanted.toLowerCase(), name.toLowerCase(), bound),
  }));
  const near = ranked.filter(({ distance }) => distance <= bound).sort((a, b) => a.distance - b.distance);
  return near.slice(0, 3).map(({ name }) => name);
}

/** Edit distance (Levenshtein); `bound + 1` where the lengths alone say more. */
function distanceOf(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) > bound || a.length > 200) return bound + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
