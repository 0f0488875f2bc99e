import { string as stringArgument } from "@oclif/core/args";
import { boolean as booleanFlag } from "@oclif/core/flags";
import { BaseCommand } from "../../src/cli/base-command.js";

export default class Autocomplete extends BaseCommand {
  static override readonly needsPlugins = true;
  static override readonly summary = "Completion for the shell, and how to set it up";
  static override readonly description =
    "Commands, flags and the values of flags are completed with Tab; everywhere else, names of files.";
  static override readonly examples = ["<%= config.bin %> autocomplete bash", "<%= config.bin %> autocomplete --refresh-cache"];
  static override readonly args = {
    shell: stringArgument({ options: ["zsh", "bash", "powershell"], description: "which shell (default: the one that runs)" }),
  };
  static override readonly flags = {
    "refresh-cache": booleanFlag({ char: "r", description: "write the functions anew, and print nothing" }),
  };

  async run(): Promise<{ readonly folder: string }> {
    await this.parse(Autocomplete);
    const { autocomplete } = await import("../../src/cli/completion/autocomplete.js");
    if (this.jsonEnabled()) return autocomplete("autocomplete:create", [], this.config);
    return autocomplete("autocomplete", this.argv, this.config);
  }
}
