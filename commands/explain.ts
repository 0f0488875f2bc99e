import { string as stringArgument } from "@oclif/core/args";
import { boolean as booleanFlag, string as stringFlag } from "@oclif/core/flags";
import { BaseCommand } from "../src/cli/base-command.js";
import { runFlags } from "../src/cli/conversion-command.js";
import type { ExplainDocument } from "../src/cli/explain/explain-inputs.js";
import type { ExplainQueryDocument } from "../src/cli/explain/explain-query.js";
import { planningFlags } from "../src/cli/planning-flags.js";
import { useRemoteFlags } from "../src/cli/remote-flags.js";
import { subsetFlags } from "../src/cli/subset-flags.js";
import { writingFlags } from "../src/cli/writing-flags.js";
import { GraticuleError } from "../src/errors.js";

export default class Explain extends BaseCommand {
  static override readonly strict = false;
  static override readonly summary = "How a conversion would be run: logical, optimised and physical plan";
  static override readonly description =
    "Takes what `graticule convert` takes, with all of its flags, and reads no data: coordinates and chunk indexes only. Says which filters become slices, which chunks they leave out, and what a run will read. Of a query (SELECT …): what its filters decide, and with --analyze what running it took.";
  static override readonly examples = [
    "<%= config.bin %> explain air.nc --bbox 350,-10,20,30 --time 2000-01/2000-03",
    '<%= config.bin %> explain "archive/*.nc" --where "lat between 40 and 50 and t2m > 273.15" --verbose',
    "<%= config.bin %> explain --analyze \"SELECT air FROM 'out' WHERE lat > 60\"",
  ];
  static override readonly args = {
    inputs: stringArgument({
      required: true,
      description: "files, directories, globs, URLs, or - for a list on stdin; or one query",
    }),
  };
  static override readonly flags = {
    out: stringFlag({ helpValue: "DEST", description: "as convert takes it: nothing is looked for or written there" }),
    ...subsetFlags,
    ...writingFlags,
    ...planningFlags,
    analyze: booleanFlag({ description: "of a query: run it, and tell what was read and left out" }),
    verbose: booleanFlag({ description: "the plan after each rule of the optimiser" }),
    ...runFlags,
  };

  async run(): Promise<ExplainDocument | ExplainQueryDocument> {
    const { argv, flags } = await this.parse(Explain);
    useRemoteFlags(flags);
    const { interruption } = await import("../src/cli/interruption.js");
    const { explainQuery, isQuery } = await import("../src/cli/explain/explain-query.js");
    if (isQuery(argv as string[])) {
      const explained = await explainQuery(argv as string[], { analyze: flags.analyze, signal: interruption() });
      this.print(explained.text);
      return explained;
    }
    if (flags.analyze)
      throw new GraticuleError("usage", "--analyze is for queries", { hint: "convert --json tells what a conversion read" });
    const { explainInputs } = await import("../src/cli/explain/explain-inputs.js");
    const { explainRequestOf } = await import("../src/cli/explain/explain-flags.js");
    const request = explainRequestOf(argv as string[], flags, (text) => flags.quiet || this.printWarning(text));
    const document = await explainInputs(argv as string[], { ...request, signal: interruption() });
    if (flags.quiet) return document;
    this.print(document.text);
    for (const warning of document.warnings) this.printWarning(warning);
    return document;
  }
}
