import { string as stringArgument } from "@oclif/core/args";
import { ConversionCommand, runFlags } from "../src/cli/conversion-command.js";
import type { ConvertResult } from "../src/index.js";

export default class Resume extends ConversionCommand {
  static override readonly summary = "Finish an interrupted convert; what is done is not done again";
  static override readonly examples = ["<%= config.bin %> resume out"];
  static override readonly args = {
    dest: stringArgument({ required: true, description: "the destination of the interrupted run" }),
  };
  static override readonly flags = runFlags;

  async run(): Promise<ConvertResult> {
    const { args, flags } = await this.parse(Resume);
    const { resume } = await import("../src/index.js");
    const options = flags.jobs === undefined ? {} : { jobs: flags.jobs };
    return this.conduct(flags, (hooks) => resume(args.dest, options, hooks));
  }
}
