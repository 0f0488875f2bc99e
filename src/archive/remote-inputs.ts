import { matchesGlob } from "node:path/posix";
import { GraticuleError } from "../errors.js";
import type { FormatRegistry } from "../format/registry.js";
import type { Store } from "../store/contract.js";
import { schemeOf } from "../store/scheme.js";

const NATURAL = new Intl.Collator("en", { numeric: true });

export interface RemoteInputOptions {
  readonly registry: FormatRegistry;
  readonly store: Store;
  readonly warn?: ((text: string) => void) | undefined;
}

/**
 * What a URL names: one object as it is, without a look at it; a prefix of S3 (`s3://bucket/a/`) as the dataset that it is, or as
 * what lies below it and bears the extension of an installed format; a glob over S3's keys as what it matches, `*` within and `**`
 * across slashes.
 *
 * @throws `unsupported` for globs and folders of the web, `not-found` for patterns and prefixes without objects
 */
export async function remoteInputs(url: string, options: RemoteInputOptions): Promise<string[]> {
  if (schemeOf(url) !== "s3") return webInput(url);
  if (/[*?[{]/.test(url)) return matchKeys(url, options);
  return url.endsWith("/") || /^s3:\/\/[^/]+$/i.test(url) ? datasetsBelow(url.replace(/\/*$/, "/"), options) : [url];
}

function webInput(url: string): string[] {
  const [path = ""] = url.split(/[?#]/);
  if (path.includes("*"))
    throw new GraticuleError("unsupported", "a pattern needs a listing, and a web server's folders cannot be listed", {
      file: url,
      hint: "name the files, or give a list of them on stdin: `… -`",
    });
  return [url];
}

async function matchKeys(pattern: string, options: RemoteInputOptions): Promise<string[]> {
  const fixed = pattern.slice(0, pattern.search(/[*?[{]/));
  const path = pattern.replace(/^s3:\/\//i, "");
  const keys: string[] = [];
  for await (const { url } of options.store.list(fixed)) keys.push(url);
  if (keys.includes(pattern)) return [pattern];
  const folders = markedFolders(keys, options.registry);
  const names = [...keys.filter((key) => !isInside(key, folders)), ...folders];
  const found = names.filter((name) => matchesGlob(name.slice("s3://".length), path));
  if (found.length > 0) return found.sort(inNaturalOrder);
  throw new GraticuleError("not-found", `the pattern ${pattern} matches none of ${keys.length} objects`, {
    hint: "`**` goes across slashes; quote the pattern so that the shell leaves it alone",
  });
}

async function datasetsBelow(prefix: string, { registry, store, warn }: RemoteInputOptions): Promise<string[]> {
  const keys: string[] = [];
  for await (const { url } of store.list(prefix)) if (!url.endsWith("/")) keys.push(url);
  const folders = markedFolders(keys, registry);
  if (folders.has(prefix.slice(0, -1))) return [prefix];
  const files = keys.filter((key) => !isInside(key, folders) && !isHidden(key.slice(prefix.length)));
  const claimed = files.filter((key) => isClaimed(key, registry));
  const found = [...claimed, ...folders].sort(inNaturalOrder);
  const skipped = files.length - claimed.length;
  if (found.length === 0)
    throw new GraticuleError(
      "not-found",
      `none of the ${files.length} objects with this prefix bears the extension of an installed format`,
      {
        file: prefix,
        hint: "`graticule formats` lists what is installed; a pattern (s3://bucket/a/*) takes objects of any name",
      },
    );
  if (skipped > 0) warn?.(`${prefix}: ${skipped} objects are left out because their names are of no installed format`);
  return found;
}

/** The outermost folders that are datasets. */
function markedFolders(keys: readonly string[], registry: FormatRegistry): ReadonlySet<string> {
  const marks = new Set(registry.plugins.flatMap(({ manifest }) => manifest.formats.flatMap(({ markers }) => markers ?? [])));
  const found = new Set<string>();
  for (const key of keys) {
    const at = key.lastIndexOf("/");
    if (marks.has(key.slice(at + 1))) found.add(key.slice(0, at));
  }
  return new Set([...found].filter((folder) => !isInside(folder, found)));
}

/** Whether one of the folders above it is among them. */
function isInside(key: string, folders: ReadonlySet<string>): boolean {
  for (let at = key.lastIndexOf("/"); at > 0; at = key.lastIndexOf("/", at - 1)) if (folders.has(key.slice(0, at))) return true;
  return false;
}

function isHidden(name: string): boolean {
  return name.split("/").some((part) => part.startsWith("."));
}

function isClaimed(key: string, registry: FormatRegistry): boolean {
  const name = key.replace(/\.(gz|bz2|Z)$/, "").toLowerCase();
  return registry.plugins.some(({ manifest }) =>
    manifest.formats.some(({ extensions }) => extensions.some((extension) => name.endsWith(extension.toLowerCase()))),
  );
}

function inNaturalOrder(a: string, b: string): number {
  return NATURAL.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
