import { string as stringArgument } from "@oclif/core/args";
import { boolean as booleanFlag, integer as integerFlag, string as stringFlag } from "@oclif/core/flags";
import { BaseCommand } from "../src/cli/base-command.js";
import type { ConvertResult } from "../src/index.js";

export default class Resume extends BaseCommand {
  static override readonly summary = "Finish an interrupted convert; what is done is not done again";
  static override readonly examples = ["<%= config.bin %> resume out"];
  static override readonly args = {
    dest: stringArgument({ required: true, description: "the destination of the interrupted run" }),
  };
  static override readonly flags = {
    jobs: integerFlag({ min: 1, helpValue: "N", description: "worker threads (default: one per core)" }),
    progress: stringFlag({
      options: ["auto", "json"],
      default: "auto",
      description: "a line on a terminal, or lines of JSON on stderr",
    }),
    quiet: booleanFlag({ description: "print nothing but errors" }),
  };

  async run(): Promise<ConvertResult> {
    const { args, flags } = await this.parse(Resume);
    const { progressFor } = await import("../src/cli/progress.js");
    const { interruption } = await import("../src/cli/interruption.js");
    const { resume } = await import("../src/index.js");
    const progress = progressFor({
      mode: flags.progress as "auto" | "json",
      quiet: flags.quiet || this.jsonEnabled(),
      stream: process.stderr,
    });
    try {
      const result = await resume(args.dest, flags.jobs === undefined ? {} : { jobs: flags.jobs }, {
        signal: interruption(),
        onProgress: progress.update,
        onWarning: (text) => flags.quiet || progress.interrupt(() => this.printWarning(text)),
      });
      progress.end();
      await this.#print(result, flags.quiet);
      return result;
    } finally {
      progress.end();
    }
  }

  async #print(result: ConvertResult, quiet: boolean): Promise<void> {
    if (quiet || this.jsonEnabled()) return;
    const { renderConversion } = await import("../src/cli/render-conversion.js");
    this.print(renderConversion(result, this.style));
  }
}
