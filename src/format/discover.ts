import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FormatClaim, PluginManifest } from "./contract.js";

/** A package that carries a `graticule` manifest; none of its code is loaded yet. */
export interface InstalledPlugin {
  /** Package name. */
  readonly name: string;
  readonly version: string;
  /** Folder of its package.json. */
  readonly root: string;
  /** Named by graticule's own package.json, installed by `graticule plugins install`, or linked by `graticule plugins link`. */
  readonly origin: "dependency" | "installed" | "linked";
  readonly manifest: PluginManifest;
}

export interface Discovery {
  readonly plugins: readonly InstalledPlugin[];
  /** Packages that were named but are not to be had, or whose manifest makes no sense, by name. */
  readonly warnings: readonly string[];
}

export interface DiscoveryOptions {
  /** Folder of graticule's package.json. */
  readonly root?: string;
  /** Where oclif keeps user plugins. */
  readonly dataDir?: string;
}

interface PackageJson {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly graticule?: unknown;
  readonly oclif?: { readonly plugins?: readonly { name?: unknown; type?: unknown; root?: unknown }[] };
}

/**
 * Every installed format plugin: dependencies of graticule's package.json and oclif's user plugins (installed or linked) that
 * carry a `graticule` key. Linked ones come before installed ones, those before dependencies, and a package counts once, so
 * that linking a working copy takes the place of the published plugin.
 */
export function discoverPlugins(options: DiscoveryOptions = {}): Discovery {
  const root = options.root ?? ownRoot();
  const warnings: string[] = [];
  const found = new Map<string, InstalledPlugin>();
  const consider = (folder: string | null, name: string, origin: InstalledPlugin["origin"]): void => {
    if (folder === null) {
      if (origin !== "dependency") warnings.push(`plugin ${name} is registered but its package is not there`);
      return;
    }
    const json = readPackage(folder, warnings);
    if (!json || json.graticule === undefined) return;
    const own = typeof json.name === "string" ? json.name : name;
    if (found.has(own)) return;
    const problem = problemOf(json.graticule);
    if (problem) {
      warnings.push(`plugin ${own} is left out: ${problem}`);
      return;
    }
    const version = typeof json.version === "string" ? json.version : "0.0.0";
    found.set(own, { name: own, version, root: folder, origin, manifest: json.graticule as PluginManifest });
  };
  const dataDir = options.dataDir ?? defaultDataDir();
  for (const user of userPlugins(dataDir, warnings))
    consider(user.root ?? resolvePackage(dataDir, user.name), user.name, user.root ? "linked" : "installed");
  const own = readPackage(root, warnings);
  for (const name of Object.keys(own?.dependencies ?? {})) consider(resolvePackage(root, name), name, "dependency");
  return { plugins: [...found.values()], warnings };
}

/** Where oclif keeps user plugins: `GRATICULE_DATA_DIR`, else the platform's folder for data. */
export function defaultDataDir(): string {
  if (process.env.GRATICULE_DATA_DIR) return process.env.GRATICULE_DATA_DIR;
  const windows = process.platform === "win32" ? process.env.LOCALAPPDATA : undefined;
  const base = process.env.XDG_DATA_HOME || windows || join(process.env.HOME || homedir(), ".local/share");
  return join(base, "graticule");
}

/** The folder of graticule's own package.json, from the sources as from `dist`. */
export function ownRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (existsSync(join(folder, "package.json"))) return folder;
    const parent = dirname(folder);
    if (parent === folder) return folder;
    folder = parent;
  }
}

/** Node's own way to a package, without its `exports`: node_modules of the folder and of each folder above it. */
function resolvePackage(from: string, name: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
    if (dirname(folder) === folder) return null;
  }
}

function userPlugins(dataDir: string, warnings: string[]): { name: string; root?: string }[] {
  const json = existsSync(join(dataDir, "package.json")) ? readPackage(dataDir, warnings) : null;
  const listed = json?.oclif?.plugins ?? [];
  if (!Array.isArray(listed)) return [];
  const named = listed.filter(
    (plugin): plugin is { name: string; type?: unknown; root?: unknown } => typeof plugin?.name === "string",
  );
  const linked = named.filter((plugin) => plugin.type === "link" && typeof plugin.root === "string");
  const installed = named.filter((plugin) => plugin.type !== "link");
  return [...linked.map(({ name, root }) => ({ name, root: root as string })), ...installed.map(({ name }) => ({ name }))];
}

function readPackage(folder: string, warnings: string[]): PackageJson | null {
  const path = join(folder, "package.json");
  try {
    const json: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof json === "object" && json !== null) return json as PackageJson;
    warnings.push(`${path} holds no object`);
  } catch (error) {
    warnings.push(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return null;
}

/** What is wrong with a manifest, in words; null where it can be used. */
function problemOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return "its `graticule` key is no object";
  const manifest = value as Partial<Record<keyof PluginManifest, unknown>>;
  if (typeof manifest.apiVersion !== "number") return "its manifest names no apiVersion";
  if (typeof manifest.entry !== "string") return "its manifest names no entry module";
  if (!Array.isArray(manifest.formats) || manifest.formats.length === 0) return "its manifest names no formats";
  const bad = (manifest.formats as Partial<FormatClaim>[]).find((claim) => !isClaim(claim));
  return bad ? `its manifest describes the format ${JSON.stringify(bad?.id ?? "without an id")} incompletely` : null;
}

function isClaim(claim: Partial<FormatClaim> | null): boolean {
  if (typeof claim?.id !== "string" || typeof claim.title !== "string") return false;
  const { magic, extensions, capabilities } = claim;
  if (!Array.isArray(magic) || !Array.isArray(extensions) || !Array.isArray(capabilities)) return false;
  if (!capabilities.every((one) => typeof (one?.what ?? one) === "string")) return false;
  return magic.every((one) => Number.isSafeInteger(one?.offset) && one.offset >= 0 && /^([0-9a-f]{2})+$/i.test(String(one?.hex)));
}
