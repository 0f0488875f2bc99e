import { BaseCommand } from "../../src/cli/base-command.js";
import type { PluginsDocument } from "../../src/cli/list-plugins.js";

export default class Plugins extends BaseCommand {
  static override readonly needsPlugins = true;
  static override readonly summary = "The installed plugins and the formats they add";
  static override readonly description =
    "Plugins that come with graticule, that `plugins install` brought and that `plugins link` points at, with what each adds: formats, commands.";
  static override readonly examples = ["<%= config.bin %> plugins", "<%= config.bin %> plugins --json"];

  async run(): Promise<PluginsDocument> {
    await this.parse(Plugins);
    const { listPlugins, renderPlugins } = await import("../../src/cli/list-plugins.js");
    const document = listPlugins(this.config);
    this.print(renderPlugins(document, this.style));
    for (const warning of document.warnings) this.printWarning(warning);
    return document;
  }
}
