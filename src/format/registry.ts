import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { GraticuleError } from "../errors.js";
import { type FormatClaim, type FormatPlugin, PLUGIN_API_VERSION, type Probe } from "./contract.js";
import { type Discovery, type DiscoveryOptions, defaultDataDir, discoverPlugins, type InstalledPlugin } from "./discover.js";
import { matchMagic } from "./probe.js";

export interface FormatRegistry {
  readonly plugins: readonly InstalledPlugin[];
  /** Plugins that are left out or failed to load, by name; grows while plugins are loaded. */
  readonly warnings: readonly string[];
  /**
   * The plugin that reads this content: magic numbers first (no code is loaded), then the sniffing of those that remain. The
   * extension only orders equals.
   * @throws `unsupported` for a scientific format without plugin; `unknown-format`, saying what the content looks like
   */
  recognise(probe: Probe): Promise<FormatPlugin>;
  /** The code behind a claim. @throws `unsupported` where it does not load */
  load(claim: { readonly plugin: InstalledPlugin; readonly claim: FormatClaim }): Promise<FormatPlugin>;
}

interface Candidate {
  readonly plugin: InstalledPlugin;
  readonly claim: FormatClaim;
  readonly magicLength: number;
}

const shared = new Map<string, FormatRegistry>();

/** What is installed, looked for once in a process: opening many files must not look for plugins each time. */
export function installedFormats(): FormatRegistry {
  const dataDir = defaultDataDir();
  let registry = shared.get(dataDir);
  if (!registry) {
    registry = formatRegistry({ dataDir });
    shared.set(dataDir, registry);
  }
  return registry;
}

/** @param discovery what is installed; by default it is looked for now */
export function formatRegistry(discovery: Discovery | DiscoveryOptions = {}): FormatRegistry {
  const { plugins: found, warnings: early } = "plugins" in discovery ? discovery : discoverPlugins(discovery);
  const warnings = [...early];
  const plugins = found.filter((plugin) => {
    const { apiVersion } = plugin.manifest;
    if (apiVersion === PLUGIN_API_VERSION) return true;
    warnings.push(
      `plugin ${plugin.name} ${plugin.version} is left out: it speaks plugin API ${apiVersion}, this graticule ${PLUGIN_API_VERSION}`,
    );
    return false;
  });
  const loaded = new Map<string, Promise<FormatPlugin | null>>();
  const load = (candidate: Candidate): Promise<FormatPlugin | null> => {
    const key = `${candidate.plugin.name}\n${candidate.claim.id}`;
    let plugin = loaded.get(key);
    if (!plugin) {
      plugin = loadPlugin(candidate, warnings);
      loaded.set(key, plugin);
    }
    return plugin;
  };
  return {
    plugins,
    warnings,
    recognise: (probe) => recognise(plugins, probe, load, warnings),
    async load({ plugin, claim }) {
      const loadedPlugin = await load({ plugin, claim, magicLength: 0 });
      if (loadedPlugin) return loadedPlugin;
      const why = warnings.find((warning) => warning.startsWith(`plugin ${plugin.name} `));
      throw new GraticuleError("unsupported", why ?? `the plugin ${plugin.name} does not load`);
    },
  };
}

async function recognise(
  plugins: readonly InstalledPlugin[],
  probe: Probe,
  load: (candidate: Candidate) => Promise<FormatPlugin | null>,
  warnings: readonly string[],
): Promise<FormatPlugin> {
  let lost: string | undefined;
  let perhaps: FormatPlugin | null = null;
  for (const candidate of await candidatesFor(plugins, probe)) {
    const plugin = await load(candidate);
    if (!plugin) lost ??= warnings.find((warning) => warning.startsWith(`plugin ${candidate.plugin.name} `));
    const answer = (await plugin?.sniff(probe)) ?? "no";
    if (plugin && answer === "yes") return plugin;
    if (answer === "maybe") perhaps ??= plugin;
  }
  if (perhaps) return perhaps;
  const { dataFormatOf, describeContent } = await import("./probe-content.js");
  const format = await dataFormatOf(probe);
  if (format)
    throw new GraticuleError("unsupported", `no installed plugin reads ${format}`, {
      file: probe.url,
      offset: 0,
      hint: "`graticule formats` lists what is installed; `graticule plugins install` adds formats",
    });
  throw new GraticuleError("unknown-format", `no installed format reads this: ${await describeContent(probe)}`, {
    file: probe.url,
    offset: 0,
    hint: lost ?? "`graticule formats` lists what is installed; `graticule plugins install` adds formats",
  });
}

/**
 * Claims whose magic number fits, the longest first, then claims without one; among equals those that know the extension. Places
 * far in the file are looked at only where nothing is found near its beginning.
 */
async function candidatesFor(plugins: readonly InstalledPlugin[], probe: Probe): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const reach of ["head", "far"] as const) {
    for (const plugin of plugins)
      for (const claim of plugin.manifest.formats) {
        const magicLength = await matchMagic(claim, probe, reach);
        const isOpen = claim.magic.length === 0 && reach === "head";
        if (magicLength > 0 || isOpen) candidates.push({ plugin, claim, magicLength });
      }
    if (candidates.some(({ magicLength }) => magicLength > 0)) break;
  }
  const name = probe.url.toLowerCase();
  const known = ({ claim }: Candidate): number =>
    Number(claim.extensions.some((extension) => name.endsWith(extension.toLowerCase())));
  return candidates.sort((a, b) => b.magicLength - a.magicLength || known(b) - known(a));
}

/** The plugin's code; null, with a warning that names it, where it does not load or is not what its manifest says. */
async function loadPlugin({ plugin, claim }: Candidate, warnings: string[]): Promise<FormatPlugin | null> {
  const refuse = (why: string): null => {
    warnings.push(`plugin ${plugin.name} ${plugin.version} is left out: ${why}`);
    return null;
  };
  try {
    const module: { default?: unknown } = await import(pathToFileURL(join(plugin.root, plugin.manifest.entry)).href);
    const offered = Array.isArray(module.default) ? module.default : [module.default];
    const own = offered.find((one): one is FormatPlugin => isFormatPlugin(one) && one.id === claim.id) ?? null;
    if (!own) return refuse(`its entry module exports no plugin with the id "${claim.id}"`);
    if (own.apiVersion !== PLUGIN_API_VERSION)
      return refuse(`its code speaks plugin API ${own.apiVersion}, this graticule ${PLUGIN_API_VERSION}`);
    return own;
  } catch (error) {
    return refuse(`it does not load (${error instanceof Error ? error.message : String(error)})`);
  }
}

function isFormatPlugin(value: unknown): value is FormatPlugin {
  const plugin = value as Partial<FormatPlugin> | null;
  return typeof plugin === "object" && plugin !== null && typeof plugin.sniff === "function" && typeof plugin.open === "function";
}
