import type { FileDescription } from "./description.js";

/** Variables that are named before the rest are counted. */
const NAMED = 4;

/** Each warning once, with the files that give it; of variables that share one, all of them in a line. */
export function warningsOf(files: readonly FileDescription[]): string[] {
  const sources = new Map<string, string[]>();
  for (const file of files)
    for (const text of [...file.warnings, ...remarksOf(file)]) {
      const own = sources.get(text);
      if (own) own.push(file.member.url);
      else sources.set(text, [file.member.url]);
    }
  return [...sources].map(([text, urls]) => (files.length === 1 ? text : `${text} (${listOf(urls)})`));
}

export function listOf(urls: readonly string[]): string {
  return urls.length > 3 ? `${urls.slice(0, 3).join(", ")} and ${urls.length - 3} more files` : urls.join(", ");
}

/** `/a, /b and 7 more`. */
export function listOfVariables(paths: readonly string[]): string {
  return paths.length > NAMED + 1 ? `${paths.slice(0, NAMED).join(", ")} and ${paths.length - NAMED} more` : paths.join(", ");
}

function remarksOf({ remarks }: FileDescription): string[] {
  const groups = new Map<string, { paths: string[]; text: string; isLeftOut: boolean }>();
  for (const { path, text, isLeftOut } of remarks) {
    const key = `${isLeftOut} ${text}`;
    const group = groups.get(key);
    if (group) group.paths.push(path);
    else groups.set(key, { paths: [path], text, isLeftOut });
  }
  return [...groups.values()].map(({ paths, text, isLeftOut }) => {
    const verb = isLeftOut ? ` ${paths.length === 1 ? "is" : "are"} left out` : "";
    return `${listOfVariables(paths)}${verb}: ${text}`;
  });
}
