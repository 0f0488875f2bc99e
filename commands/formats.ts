import { BaseCommand } from "../src/cli/base-command.js";
import type { FormatsDocument } from "../src/cli/list-formats.js";

export default class Formats extends BaseCommand {
  static override readonly summary = "What is installed, and what each format can do";
  static override readonly description =
    "The list comes from the manifests of the installed packages; none of their code is loaded. `graticule plugins install` adds formats, `graticule plugins scaffold` begins a new one.";
  static override readonly examples = ["<%= config.bin %> formats", "<%= config.bin %> formats --json"];

  async run(): Promise<FormatsDocument> {
    await this.parse(Formats);
    const { listFormats, renderFormats } = await import("../src/cli/list-formats.js");
    const document = listFormats({ root: this.config.root, dataDir: this.config.dataDir });
    this.print(renderFormats(document, this.style));
    for (const warning of document.warnings) this.printWarning(warning);
    return document;
  }
}
