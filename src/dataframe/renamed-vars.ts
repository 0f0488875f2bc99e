import type { CheckedRequest } from "./check-request.js";

type Wishes = Pick<CheckedRequest, "vars" | "rename">;

/** The wanted variables as the files name them; a new name stands for the old one. */
export function storedNames({ vars, rename = {} }: Wishes): readonly string[] | undefined {
  return vars?.map((name) => {
    if (newNameOf(name, rename) !== undefined) return name;
    const renamed = Object.entries(rename).find(([, newName]) => newName === name);
    return renamed ? renamed[0] : name;
  });
}

/** The wanted variables as the columns are named. */
export function columnNames({ vars, rename = {} }: Wishes): readonly string[] | undefined {
  return vars?.map((name) => newNameOf(name, rename) ?? name);
}

/** What a variable is renamed to, by its path or its name. */
function newNameOf(name: string, rename: Readonly<Record<string, string>>): string | undefined {
  const spellings = [name, name.startsWith("/") ? name.slice(1) : `/${name}`, name.slice(name.lastIndexOf("/") + 1)];
  const key = spellings.find((spelling) => Object.hasOwn(rename, spelling));
  return key === undefined ? undefined : rename[key];
}
