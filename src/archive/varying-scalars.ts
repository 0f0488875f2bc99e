import { AxisKeys } from "./axis-keys.js";
import type { VariableDescription } from "./description.js";
import type { Fragment, FragmentScalar } from "./fragments.js";

/** Which scalars count: those that place a file, and of those only for the variables that they belong to; or those that do not. */
export type ScalarKind = "placing" | "placing its own" | "other";

/** Paths of the scalars that have several values among the files of one variable; times first. */
export function varyingScalars(fragments: readonly Fragment[], kind: ScalarKind): string[] {
  const varying = new Set<string>();
  const seen = new Map<string, string>();
  for (const fragment of fragments)
    for (const { variable: scalar, values } of fragment.scalars) {
      if ((scalar.places ?? false) !== (kind !== "other") || varying.has(scalar.path)) continue;
      for (const path of ownersOf(fragment, scalar, kind)) {
        const key = `${scalar.path}\0${path}`;
        const first = seen.get(key);
        if (first === undefined) seen.set(key, values.digest);
        else if (first !== values.digest) varying.add(scalar.path);
      }
    }
  return timesFirst([...varying], fragments);
}

/** A scalar belongs to the variables that name it, or to all where none in the file does. */
function ownersOf({ data }: Fragment, scalar: VariableDescription, kind: ScalarKind): string[] {
  if (data.length === 0) return [""];
  const isOwned = kind === "placing its own" && scalar.isNamed;
  return data.filter((variable) => !isOwned || variable.named?.includes(scalar.path)).map((variable) => variable.path);
}

function timesFirst(paths: readonly string[], fragments: readonly Fragment[]): string[] {
  const isTime = (path: string): boolean => {
    const scalar = fragments.map((fragment) => scalarOf(fragment, path)).find((found) => found !== undefined);
    return scalar?.variable.time !== undefined || scalar?.variable.axis === "T";
  };
  return [...paths.filter(isTime), ...paths.filter((path) => !isTime(path))];
}

export function scalarOf(fragment: Fragment, path: string): FragmentScalar | undefined {
  return fragment.scalars.find((scalar) => scalar.variable.path === path);
}

/** The place of each file by its scalars: equal ones share a place, the first scalar counts most, a missing one comes last. */
export function rankByScalars(fragments: readonly Fragment[], paths: readonly string[]): number[] {
  const columns = paths.map((path) => {
    const scalars = fragments.map((fragment) => scalarOf(fragment, path));
    const keys = new AxisKeys(scalars.filter((scalar) => scalar !== undefined));
    return scalars.map((scalar) => (scalar ? (keys.keysOf(scalar.values, scalar.variable)[0] as number) : Number.NaN));
  });
  const compare = (a: number, b: number): number => {
    for (const keys of columns) {
      const [x, y] = [keys[a] as number, keys[b] as number];
      if (x === y || (Number.isNaN(x) && Number.isNaN(y))) continue;
      return Number.isNaN(x) ? 1 : Number.isNaN(y) ? -1 : x - y;
    }
    return 0;
  };
  const order = fragments.map((_, i) => i).sort((a, b) => compare(a, b) || a - b);
  const ranks = new Array<number>(fragments.length).fill(0);
  let rank = -1;
  for (const [i, at] of order.entries()) {
    if (i === 0 || compare(order[i - 1] as number, at) !== 0) rank++;
    ranks[at] = rank;
  }
  return ranks;
}
