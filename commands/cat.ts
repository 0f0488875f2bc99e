import { string as stringArgument } from "@oclif/core/args";
import { boolean as booleanFlag, option as optionFlag, string as stringFlag } from "@oclif/core/flags";
import { BaseCommand } from "../src/cli/base-command.js";
import { remoteFlags, useRemoteFlags } from "../src/cli/remote-flags.js";
import { exitCodeOf } from "../src/errors.js";

export default class Cat extends BaseCommand {
  static override readonly summary = "The values of a variable";
  static override readonly description = [
    "Values are decoded as CF says (missing values, scale and offset, dates) unless --raw asks for what is stored. They are written as they are read, so a variable may be larger than memory.",
    "csv has a row per value, coordinates before it; json is a nested array; npy is NumPy's file; arrow is an Arrow IPC stream with the columns of csv, in which a complex number is a struct of re and im, a structure a struct of its fields.",
  ].join("\n\n");
  static override readonly examples = [
    "<%= config.bin %> cat air.nc air --slice time=0:10,lat=3",
    "<%= config.bin %> cat air.nc /air --format npy > air.npy",
    "<%= config.bin %> cat air.nc time --raw",
  ];
  static override readonly args = {
    input: stringArgument({ required: true, description: "a file, or a URL: file://, http(s)://, s3://bucket/key" }),
    variable: stringArgument({ required: true, description: "its path (/group/name), or its name where only one has it" }),
  };
  static override readonly flags = {
    slice: stringFlag({
      description: "indices per dimension: time=0:10,lat=3,lon=-5: (a range that passes an end stops there)",
      helpValue: "DIM=A:B,…",
    }),
    raw: booleanFlag({ default: false, description: "numbers as stored" }),
    format: optionFlag({
      options: ["csv", "json", "npy", "arrow"] as const,
      default: "csv" as const,
      description: "how to write them",
    })(),
    ...remoteFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Cat);
    useRemoteFlags(flags);
    const { interruption } = await import("../src/cli/interruption.js");
    const { catVariable } = await import("../src/cli/cat/cat-variable.js");
    const { streamOutput } = await import("../src/cli/cat/output.js");
    const { slice, raw, format } = flags;
    const request = {
      variable: args.variable,
      ...(slice !== undefined && { slice }),
      raw,
      format,
      document: this.jsonEnabled(),
      signal: interruption(),
    };
    const { warnings, error } = await catVariable(args.input, request, streamOutput(process.stdout));
    for (const warning of warnings) this.printWarning(warning);
    if (error) process.exitCode = exitCodeOf(error);
  }
}
