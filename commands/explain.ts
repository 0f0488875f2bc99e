import { availableParallelism } from "node:os";
import { string as stringArgument } from "@oclif/core/args";
import { boolean as booleanFlag, integer as integerFlag, option as optionFlag, string as stringFlag } from "@oclif/core/flags";
import { BaseCommand } from "../src/cli/base-command.js";
import type { ExplainDocument } from "../src/cli/explain/explain-inputs.js";

export default class Explain extends BaseCommand {
  static override readonly strict = false;
  static override readonly summary = "How a conversion would be run: logical, optimised and physical plan";
  static override readonly description =
    "Takes what `graticule convert` takes and reads no data: coordinates and chunk indexes only. Says which filters become slices, which chunks they leave out, and what a run will read. SQL and recipes are not explained yet.";
  static override readonly examples = [
    "<%= config.bin %> explain air.nc --bbox 350,-10,20,30 --time 2000-01/2000-03",
    '<%= config.bin %> explain "archive/*.nc" --where "lat between 40 and 50 and t2m > 273.15" --verbose',
  ];
  static override readonly args = {
    inputs: stringArgument({ required: true, description: "files, directories, globs, or - for a list on stdin" }),
  };
  static override readonly flags = {
    vars: stringFlag({ description: "data variables to convert", helpValue: "A,B", delimiter: ",", multiple: true }),
    bbox: stringFlag({ description: "box in degrees; may wrap", helpValue: "W,S,E,N" }),
    time: stringFlag({ description: "ISO 8601 interval in the data's own calendar, either side open", helpValue: "START/END" }),
    where: stringFlag({ description: "SQL predicate over columns", helpValue: "EXPR" }),
    table: stringFlag({ description: "the one table that is wanted" }),
    order: optionFlag({ options: ["storage", "array"] as const, default: "storage" as const, description: "order of the rows" })(),
    jobs: integerFlag({ description: "tasks at a time", min: 1 }),
    verbose: booleanFlag({ description: "the plan after each rule of the optimiser" }),
  };

  async run(): Promise<ExplainDocument> {
    const { argv, flags } = await this.parse(Explain);
    const { interruption } = await import("../src/cli/interruption.js");
    const { explainInputs } = await import("../src/cli/explain/explain-inputs.js");
    const { vars, bbox, time, where, table, order, jobs, verbose } = flags;
    const document = await explainInputs(argv as string[], {
      ...(vars && { vars }),
      ...(bbox !== undefined && { bbox }),
      ...(time !== undefined && { time }),
      ...(where !== undefined && { where }),
      ...(table !== undefined && { table }),
      order,
      jobs: jobs ?? availableParallelism(),
      memory: 2 ** 31,
      verbose,
      signal: interruption(),
    });
    this.print(document.text);
    for (const warning of document.warnings) this.printWarning(warning);
    return document;
  }
}
