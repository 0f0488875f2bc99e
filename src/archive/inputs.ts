import { statSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { asGraticuleError, GraticuleError, isGraticuleError } from "../errors.js";
import type { Probe } from "../format/contract.js";
import { isMarkedFolder } from "../format/find-marker.js";
import { matchMagic, probeOf } from "../format/probe.js";
import { type FormatRegistry, formatRegistry } from "../format/registry.js";
import type { Store } from "../store/contract.js";
import { fileStore, pathOf } from "../store/file.js";
import { openStore } from "../store/open-store.js";
import { isRemoteUrl, schemeOf } from "../store/scheme.js";
import { type FoundEntry, walkFiles } from "../store/walk-files.js";

export interface InputOptions {
  /** Where `-` reads its list; default: the process's stdin. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  readonly registry?: FormatRegistry;
  /** Where URLs are looked for. Default: http and s3. */
  readonly store?: Store;
  /** Told of what a directory holds that no format reads. */
  readonly warn?: (text: string) => void;
  /** What relative patterns are relative to. */
  readonly cwd?: string;
}

const NATURAL = new Intl.Collator("en", { numeric: true });

/** First bytes of whole-file compression: gzip, bzip2, compress. */
const WRAPPERS = ["1f8b", "425a68", "1f9d"].map((hex) => Buffer.from(hex, "hex"));

/**
 * The files that inputs name, each once: a file or `file://` URL as it is; a directory as the dataset that it
 * is, or as every file and dataset below it that an installed format claims; a glob (`*`, `?`, `[…]`, `{…}`, `**`) as what it matches; a URL as `remoteInputs` says; `-` as a list of inputs
 * on stdin, one a line. What a directory or a glob gives is in natural order (`f2` before `f10`).
 *
 * @throws `not-found` for a file that is not there, and for a pattern or directory without files; `unsupported` for patterns and
 * folders of the web; `usage` where nothing is named
 */
export async function resolveInputs(inputs: readonly string[], options: InputOptions = {}): Promise<string[]> {
  const found = new Set<string>();
  for (const input of inputs) for (const url of await resolveInput(input, options, true)) found.add(url);
  if (found.size === 0) throw new GraticuleError("usage", "no input is named", { hint: "name files, directories, globs, or `-`" });
  return [...found];
}

async function resolveInput(input: string, options: InputOptions, mayList: boolean): Promise<string[]> {
  if (input === "-") {
    if (!mayList) throw new GraticuleError("usage", "a list of inputs on stdin names stdin again");
    return readList(options);
  }
  if (isRemoteUrl(input)) {
    const { remoteInputs } = await import("./remote-inputs.js");
    return remoteInputs(input, {
      registry: options.registry ?? formatRegistry(),
      store: options.store ?? openStore(),
      warn: options.warn,
    });
  }
  const path = pathOf(input);
  const kind = kindOf(resolve(options.cwd ?? ".", path));
  if (kind === "directory") return datasetsIn(path, options);
  if (kind === "file") return [path];
  if (schemeOf(input) === null && /[*?[{]/.test(path)) return matchGlob(path, options);
  throw new GraticuleError("not-found", "there is no such file or directory", { file: path });
}

async function readList(options: InputOptions): Promise<string[]> {
  const lines = (await textOf(options.stdin ?? process.stdin)).split(/\r?\n/).map((line) => line.trim());
  const found: string[] = [];
  for (const line of lines) if (line !== "") for (const url of await resolveInput(line, options, false)) found.push(url);
  return found;
}

/** @throws `usage` with the first bytes that no list of names has: a file was written into the pipe */
async function textOf(source: AsyncIterable<Uint8Array | string>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of source) {
    const bytes = Buffer.from(piece as Uint8Array);
    if (bytes.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13))
      throw new GraticuleError("usage", "- reads a list of names from stdin, one a line: what came is no text", {
        hint: "name the file itself; values are read at their places, which a pipe does not have",
      });
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function kindOf(path: string): "file" | "directory" | null {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return null;
    return stat.isDirectory() ? "directory" : "file";
  } catch (error) {
    // A path through a file is no error of reading: there is nothing there.
    if ((error as { code?: unknown }).code === "ENOTDIR") return null;
    throw asGraticuleError(error, { file: path });
  }
}

async function matchGlob(pattern: string, options: InputOptions): Promise<string[]> {
  const cwd = options.cwd ?? process.cwd();
  const matches: string[] = [];
  for await (const path of glob(pattern, { cwd })) matches.push(path);
  const found: string[] = [];
  for (const path of matches.sort(inNaturalOrder)) {
    const kind = kindOf(resolve(cwd, path));
    if (kind === "file") found.push(path);
    // As from a shell, which would have named the directory; `**` has named its files already.
    else if (kind === "directory" && !pattern.includes("**")) for (const url of await datasetsIn(path, options)) found.push(url);
  }
  if (found.length === 0)
    throw new GraticuleError("not-found", `the pattern ${pattern} matches no file`, {
      hint: "`**` goes through folders; quote the pattern so that the shell leaves it alone",
    });
  return found;
}

function inNaturalOrder(a: string, b: string): number {
  return NATURAL.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * The folder itself where it is one dataset (a Zarr store); else what formats claim below it: files by their magic number, and
 * folders that are datasets. Hidden files are left alone.
 */
async function datasetsIn(directory: string, options: InputOptions): Promise<string[]> {
  const registry = options.registry ?? formatRegistry();
  const store = fileStore();
  const root = resolve(options.cwd ?? ".", directory);
  if (await isMarkedFolder(root, registry, store)) return [directory];
  const folders = markedFolders(root, registry);
  const files = listFiles(root).filter((name) => !folders.some((folder) => name.startsWith(folder + sep)));
  const claimed: string[] = [];
  const skipped: string[] = [];
  for (const name of [...files, ...folders].sort(inNaturalOrder)) {
    if (folders.includes(name)) {
      claimed.push(join(directory, name));
      continue;
    }
    const isRead = await isClaimed(join(root, name), registry, store);
    (isRead ? claimed : skipped).push(join(directory, name));
  }
  if (claimed.length === 0)
    throw new GraticuleError("not-found", `none of the ${files.length} files in this directory is of an installed format`, {
      file: directory,
      hint: "`graticule formats` lists what is installed",
    });
  if (skipped.length > 0) options.warn?.(describeSkipped(directory, skipped));
  return claimed;
}

/** The outermost folders below `root` that are datasets. */
function markedFolders(root: string, registry: FormatRegistry): string[] {
  const marks = new Set(registry.plugins.flatMap((plugin) => plugin.manifest.formats.flatMap((claim) => claim.markers ?? [])));
  if (marks.size === 0) return [];
  const found = new Set(
    entriesBelow(root)
      .filter(({ name }) => marks.has(name))
      .map(({ folder }) => relative(root, folder))
      .filter((name) => !isHidden(name)),
  );
  return [...found].filter((name) => ![...found].some((other) => name.startsWith(other + sep)));
}

function listFiles(root: string): string[] {
  return entriesBelow(root)
    .map(({ path }) => relative(root, path))
    .filter((name) => !isHidden(name));
}

function entriesBelow(root: string): FoundEntry[] {
  return [...walkFiles(root)].flat();
}

function isHidden(name: string): boolean {
  return name.split(sep).some((part) => part.startsWith("."));
}

async function isClaimed(path: string, registry: FormatRegistry, store: Store): Promise<boolean> {
  const source = await store.open(path);
  try {
    const probe = probeOf(source);
    const claims = registry.plugins.flatMap((plugin) => plugin.manifest.formats);
    for (const claim of claims) if ((await matchMagic(claim, probe)) > 0) return isRecognised(probe, registry);
    const head = await probe.peek(0, 3);
    const inner = path.replace(/\.(gz|bz2|Z)$/, "").toLowerCase();
    const isWrapped = WRAPPERS.some((magic) => magic.equals(head.subarray(0, magic.length)));
    return isWrapped && claims.some((claim) => claim.extensions.some((extension) => inner.endsWith(extension.toLowerCase())));
  } finally {
    await source.close();
  }
}

/** Short magic numbers fit other things too (any JSON, any zip): the format itself decides. */
async function isRecognised(probe: Probe, registry: FormatRegistry): Promise<boolean> {
  try {
    await registry.recognise(probe);
    return true;
  } catch (error) {
    // Damage is told where the file is opened.
    return !isGraticuleError(error, "unknown-format") && !isGraticuleError(error, "unsupported");
  }
}

function describeSkipped(directory: string, skipped: readonly string[]): string {
  const shown = skipped.slice(0, 3).join(", ");
  const rest = skipped.length > 3 ? ` and ${skipped.length - 3} more` : "";
  return `${directory}: ${skipped.length} files are left out because no installed format reads them: ${shown}${rest}`;
}
