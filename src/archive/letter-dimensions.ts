import type { ArrayVariable } from "../format/contract.js";

/**
 * Paths of the dimensions along which letters make a text: those that only `char` variables have, all as their last. A `char`
 * variable over other dimensions holds one letter a cell (a quality flag of each level, say).
 */
export function letterDimensions(variables: readonly ArrayVariable[]): ReadonlySet<string> {
  const letters = new Set<string>();
  const others = new Set<string>();
  for (const variable of variables) {
    const isText = variable.dtype.name === "char";
    for (const [i, path] of variable.dimPaths.entries())
      (isText && i === variable.dimPaths.length - 1 ? letters : others).add(path);
  }
  for (const path of others) letters.delete(path);
  return letters;
}
