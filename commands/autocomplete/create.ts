import { BaseCommand } from "../../src/cli/base-command.js";

/** Called where plugins are installed or removed. */
export default class Create extends BaseCommand {
  static override readonly needsPlugins = true;
  static override readonly enableJsonFlag = false;
  static override readonly hidden = true;
  static override readonly summary = "Write the functions of completion anew";

  async run(): Promise<void> {
    await this.parse(Create);
    const { autocomplete } = await import("../../src/cli/completion/autocomplete.js");
    await autocomplete("autocomplete:create", [], this.config);
  }
}
