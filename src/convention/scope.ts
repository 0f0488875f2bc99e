import type { ArrayVariable } from "../format/contract.js";

/** Finds the variables that attributes name, by the scoping of groups (CF-1.12 section 2.7.1). */
export interface Scope {
  /** The variable that `name` means inside the group of `from`: absolute, relative, or in the group and then its parents. */
  find(name: string, from: ArrayVariable): ArrayVariable | undefined;
  /**
   * The only variable of that name, in any group, whose dimensions are all among those of `from`: products that keep geolocation
   * and science in sibling groups name the one from the other without a path.
   */
  findBeside(name: string, from: ArrayVariable): ArrayVariable | undefined;
  /** Whether any group has a variable of that name. */
  has(name: string): boolean;
}

export function scopeOf(variables: readonly ArrayVariable[]): Scope {
  const byPath = new Map(variables.map((variable) => [variable.path, variable] as const));
  const byName = new Map<string, ArrayVariable[]>();
  for (const variable of variables) {
    const own = byName.get(variable.name);
    if (own) own.push(variable);
    else byName.set(variable.name, [variable]);
  }
  return {
    findBeside(name, from) {
      const dims = new Set(from.dimPaths);
      const fitting = byName.get(name)?.filter((candidate) => {
        const paths = cellDimPathsOf(candidate);
        return candidate.aliasOf === undefined && paths.every((path) => dims.has(path));
      });
      return fitting?.length === 1 ? fitting[0] : undefined;
    },
    has: (name) => byName.has(name),
    find(name, from) {
      if (name.startsWith("/")) return byPath.get(name);
      if (name.includes("/")) return byPath.get(join(groupOf(from.path), name));
      for (let group = groupOf(from.path); ; group = groupOf(group)) {
        const found = byPath.get(group === "/" ? `/${name}` : `${group}/${name}`);
        if (found || group === "/") return found;
      }
    },
  };
}

/** Dimensions of the cells: of text, all but that of the letters. */
export function cellDimPathsOf({ dtype, dimPaths }: ArrayVariable): readonly string[] {
  return dtype.name === "char" ? dimPaths.slice(0, -1) : dimPaths;
}

/** The group that a path lies in; the root for what lies at the root. */
export function groupOf(path: string): string {
  const cut = path.lastIndexOf("/");
  return cut <= 0 ? "/" : path.slice(0, cut);
}

/** Whether `group` is `other` or lies below it. */
export function isWithin(group: string, other: string): boolean {
  return other === "/" || group === other || group.startsWith(`${other}/`);
}

function join(group: string, relative: string): string {
  const parts = group.split("/").filter((part) => part !== "");
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
