import { realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, normalize, resolve } from "node:path";

const REMOTE = /^[a-z][a-z0-9+.-]+:\/\//i;

/** What names another file: an external link, a virtual dataset, a dataset whose values lie in external files. */
export type LinkKind = "link" | "virtual" | "external";

/** Variables of the environment that the library looks at. */
const PREFIXES: Readonly<Record<LinkKind, string>> = {
  link: "HDF5_EXT_PREFIX",
  virtual: "HDF5_VDS_PREFIX",
  external: "HDF5_EXTFILE_PREFIX",
};

/**
 * The file that `name` means in the file at `url`; null where it is not there. The library's rules (H5F_prefix_open_file,
 * H5Pset_external): an absolute name as it is, then by its last part; with each prefix of the environment; beside the file;
 * from the working directory; beside what the file is a link to. A file on a server names only what is on that server.
 */
export function findLinked(url: string, name: string, kind: LinkKind): string | null {
  if (REMOTE.test(url)) return remoteBeside(url, name);
  return candidates(url, name, kind).find(isFile) ?? null;
}

/** The URL or path by which a file is known among those that are open; null where it has none. */
export function ownPath(url: string): string | null {
  if (!REMOTE.test(url)) return normalize(url);
  return URL.canParse(url) ? new URL(url).href : null;
}

function remoteBeside(url: string, name: string): string | null {
  const escaped = name.split("/").map(encodeURIComponent).join("/");
  if (!URL.canParse(escaped, url)) return null;
  const found = new URL(escaped, url);
  return found.host === new URL(url).host ? found.href : null;
}

function* places(url: string, name: string, kind: LinkKind): Iterable<string> {
  const folder = dirname(url);
  let own = name;
  if (isAbsolute(name)) {
    yield normalize(name);
    if (kind === "external") return;
    own = basename(name);
  }
  const prefixes = process.env[PREFIXES[kind]] ?? "";
  for (const prefix of kind === "external" ? [prefixes] : prefixes.split(":"))
    if (prefix !== "") yield join(prefix.replace(/^\$\{ORIGIN\}/, folder), own);
  yield join(folder, own);
  yield resolve(own);
  if (isFile(url)) yield join(dirname(realpathSync(url)), own);
}

function candidates(url: string, name: string, kind: LinkKind): string[] {
  return name === "" || name.includes("\0") ? [] : [...places(url, name, kind)];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
