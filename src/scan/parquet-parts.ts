import { readdirSync, statSync } from "node:fs";
import { glob } from "node:fs/promises";
import { basename, join } from "node:path";
import { matchesGlob } from "node:path/posix";
import { asGraticuleError, GraticuleError } from "../errors.js";
import type { Store } from "../store/contract.js";
import { pathOf } from "../store/file.js";
import { isRemoteUrl, schemeOf } from "../store/scheme.js";

/** A Parquet file of a table, and what its folders say of all of its rows. */
export interface TablePart {
  readonly url: string;
  /** By column; null: no value. In the order of the folders. */
  readonly partition: ReadonlyMap<string, string | null>;
}

export interface TableParts {
  readonly parts: readonly TablePart[];
  /** The number of the snapshot that names them, where the dataset has a manifest. */
  readonly snapshot?: number;
}

const EXTENSION = /\.(parquet|parq|pq)$/i;
const NATURAL = new Intl.Collator("en", { numeric: true });
/** What Hive writes for a folder of rows without a value. */
const NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

/**
 * The files of a table: a file or URL as it is; a directory or prefix of S3 as its manifest (`<dest>.graticule`) lists it, or as
 * every Parquet file below it; a glob as what it matches. Folders named `key=value` are columns.
 *
 * @throws `not-found`, `usage` where a dataset holds several tables, `unsupported` for folders of the web
 */
export async function findParts(input: string, store: Store): Promise<TableParts> {
  if (isRemoteUrl(input)) return remoteParts(input, store);
  const path = pathOf(input);
  const stat = statOf(path);
  if (stat?.isFile()) return { parts: [{ url: path, partition: new Map() }] };
  if (stat?.isDirectory()) return (await fromManifest(path, store)) ?? { parts: localParts(path) };
  if (schemeOf(input) === null && /[*?[{]/.test(path)) return { parts: await matchingParts(path) };
  throw new GraticuleError("not-found", "there is no such file or directory", { file: path });
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOTDIR") return undefined;
    throw asGraticuleError(error, { file: path });
  }
}

function localParts(root: string): TablePart[] {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.replace(/\/+$/, "").length + 1))
    .filter((name) => EXTENSION.test(name) && !isHidden(name));
  if (names.length === 0) throw new GraticuleError("not-found", "there is no Parquet file in this directory", { file: root });
  return inOrder(names).map((name) => ({ url: join(root, name), partition: partitionOf(name) }));
}

async function matchingParts(pattern: string): Promise<TablePart[]> {
  const names: string[] = [];
  for await (const path of glob(pattern)) if (statOf(path)?.isFile()) names.push(path);
  if (names.length === 0)
    throw new GraticuleError("not-found", `the pattern ${pattern} matches no file`, {
      hint: "`**` goes through folders; quote the pattern so that the shell leaves it alone",
    });
  const fixed = pattern.slice(0, pattern.search(/[*?[{]/));
  const base = fixed.slice(0, fixed.lastIndexOf("/") + 1);
  return inOrder(names).map((name) => ({ url: name, partition: partitionOf(name.slice(base.length)) }));
}

async function remoteParts(url: string, store: Store): Promise<TableParts> {
  if (schemeOf(url) !== "s3") {
    const [path = ""] = url.split(/[?#]/);
    if (path.includes("*") || path.endsWith("/"))
      throw new GraticuleError("unsupported", "a web server's folders cannot be listed", { file: url, hint: "name the file" });
    return { parts: [{ url, partition: new Map() }] };
  }
  if (/[*?[{]/.test(url)) return { parts: await matchingKeys(url, store) };
  if (EXTENSION.test(url)) return { parts: [{ url, partition: new Map() }] };
  const root = url.replace(/\/+$/, "");
  return (await fromManifest(root, store)) ?? { parts: await keysBelow(`${root}/`, store) };
}

async function matchingKeys(pattern: string, store: Store): Promise<TablePart[]> {
  const fixed = pattern.slice(0, pattern.search(/[*?[{]/));
  const base = fixed.slice(0, fixed.lastIndexOf("/") + 1);
  const names: string[] = [];
  for await (const { url } of store.list(fixed))
    if (matchesGlob(url.slice("s3://".length), pattern.slice("s3://".length))) names.push(url);
  if (names.length === 0) throw new GraticuleError("not-found", `the pattern ${pattern} matches no object`, { file: pattern });
  return inOrder(names).map((name) => ({ url: name, partition: partitionOf(name.slice(base.length)) }));
}

async function keysBelow(prefix: string, store: Store): Promise<TablePart[]> {
  const names: string[] = [];
  for await (const { url } of store.list(prefix)) {
    const name = url.slice(prefix.length);
    if (EXTENSION.test(name) && !isHidden(name)) names.push(name);
  }
  if (names.length === 0) throw new GraticuleError("not-found", "there is no Parquet file below this prefix", { file: prefix });
  return inOrder(names).map((name) => ({ url: prefix + name, partition: partitionOf(name) }));
}

interface Manifest {
  readonly number: number;
  readonly tables: readonly { readonly name: string; readonly path: string }[];
  readonly parts: readonly { readonly path: string; readonly table: string }[];
}

/** The parts of the latest snapshot, of a dataset or of one table in its folder; null where there is no manifest. */
async function fromManifest(root: string, store: Store): Promise<TableParts | null> {
  const trimmed = root.replace(/\/+$/, "");
  const own = await latest(trimmed, store);
  if (own) {
    const { tables, parts, number } = own;
    if (tables.length > 1)
      throw new GraticuleError("usage", `this dataset has ${tables.length} tables: ${tables.map(({ name }) => name).join(", ")}`, {
        file: root,
        hint: `name the folder of one: ${trimmed}/${tables[0]?.path ?? ""}`,
      });
    return { parts: listed(trimmed, parts, tables[0]?.path ?? ""), snapshot: number };
  }
  const at = trimmed.lastIndexOf("/");
  if (at <= 0 || trimmed.slice(0, at).endsWith("/")) return null;
  const above = await latest(trimmed.slice(0, at), store);
  const table = above?.tables.find(({ path }) => path !== "" && path === basename(trimmed));
  if (!above || !table) return null;
  return {
    parts: listed(
      trimmed.slice(0, at),
      above.parts.filter((part) => part.table === table.name),
      table.path,
    ),
    snapshot: above.number,
  };
}

async function latest(dest: string, store: Store): Promise<Manifest | null> {
  const pointer = await store.get(`${dest}.graticule/LATEST`);
  if (!pointer) return null;
  const file = `${dest}.graticule/snapshots/${Number(Buffer.from(pointer).toString("utf8").trim())}.json`;
  const bytes = await store.get(file);
  if (!bytes) throw new GraticuleError("malformed", "the manifest points at a snapshot that is not there", { file });
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as Manifest;
  } catch (error) {
    throw new GraticuleError("malformed", "the snapshot is no JSON", { file, cause: error });
  }
}

function listed(dest: string, parts: Manifest["parts"], folder: string): TablePart[] {
  return parts.map(({ path }) => ({
    url: path === "" ? dest : `${dest}/${path}`,
    partition: partitionOf(path.slice(folder === "" ? 0 : folder.length + 1)),
  }));
}

/** Columns from the folders of a path. */
function partitionOf(path: string): ReadonlyMap<string, string | null> {
  const pairs = path
    .split("/")
    .slice(0, -1)
    .flatMap((folder): [string, string | null][] => {
      const at = folder.indexOf("=");
      if (at <= 0) return [];
      const value = decoded(folder.slice(at + 1));
      return [[decoded(folder.slice(0, at)), value === NO_VALUE || value === "" ? null : value]];
    });
  return new Map(pairs);
}

function decoded(text: string): string {
  return /%[0-9a-f]{2}/i.test(text) ? decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25")) : text;
}

function isHidden(name: string): boolean {
  return name.split("/").some((part) => part.startsWith(".") || part.startsWith("_"));
}

function inOrder(names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => NATURAL.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0));
}
