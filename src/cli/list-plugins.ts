import type { Config } from "@oclif/core/config";
import { discoverPlugins, type InstalledPlugin } from "../format/discover.js";
import { formatRegistry } from "../format/registry.js";
import { type Style, widthOf } from "./style.js";
import { renderTable } from "./table.js";

interface PluginLine {
  readonly name: string;
  readonly version: string;
  readonly origin: InstalledPlugin["origin"];
  readonly formats: readonly string[];
  readonly commands: readonly string[];
  readonly root: string;
}

export interface PluginsDocument {
  readonly plugins: readonly PluginLine[];
  readonly warnings: readonly string[];
}

const ORIGINS: Readonly<Record<string, InstalledPlugin["origin"]>> = { core: "dependency", user: "installed", link: "linked" };

/** Format plugins as their manifests say, and oclif's own plugins with the commands they add; a package that is both is one line. */
export function listPlugins(config: Pick<Config, "root" | "dataDir" | "name" | "getPluginsList">): PluginsDocument {
  const { plugins, warnings } = formatRegistry(discoverPlugins({ root: config.root, dataDir: config.dataDir }));
  const lines = new Map<string, PluginLine>();
  for (const { name, version, origin, root, manifest } of plugins)
    lines.set(name, { name, version, origin, root, formats: manifest.formats.map(({ id }) => id), commands: [] });
  for (const plugin of config.getPluginsList()) {
    const origin = ORIGINS[plugin.type];
    if (plugin.name === config.name || !origin) continue;
    const commands = plugin.commandIDs.map((id) => id.replaceAll(":", " ")).sort();
    const known = lines.get(plugin.name) ?? { name: plugin.name, version: plugin.version, origin, root: plugin.root, formats: [] };
    lines.set(plugin.name, { ...known, commands });
  }
  return { plugins: [...lines.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), warnings };
}

export function renderPlugins({ plugins }: PluginsDocument, style: Style): string {
  const rows = plugins.map((plugin) => [
    plugin.name,
    plugin.version,
    plugin.origin === "dependency" ? "comes with graticule" : plugin.origin === "linked" ? `linked to ${plugin.root}` : "installed",
    [...plugin.formats.map((id) => `format ${id}`), ...plugin.commands.map((id) => `command ${id}`)].join(", "),
  ]);
  const titles = ["plugin", "version", "origin", "adds"].map((title) => ({ title }));
  return renderTable(titles, rows, { heading: style.bold, width: widthOf(process.stdout) });
}
