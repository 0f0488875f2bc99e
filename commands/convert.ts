import { string as stringArgument } from "@oclif/core/args";
import { string as stringFlag } from "@oclif/core/flags";
import { ConversionCommand, runFlags } from "../src/cli/conversion-command.js";
import { planningFlags } from "../src/cli/planning-flags.js";
import { useRemoteFlags } from "../src/cli/remote-flags.js";
import { subsetFlags } from "../src/cli/subset-flags.js";
import { writingFlags } from "../src/cli/writing-flags.js";
import type { ConvertResult } from "../src/index.js";

export default class Convert extends ConversionCommand {
  static override readonly summary = "Archives to Parquet: many files as one, reading only what the request needs";
  static override readonly description =
    "Files whose variables lie on the same grid become one table, united along time. Coordinates that --bbox, --time and --where name become slices before a byte is read. Nothing appears at the destination before it is whole; an interrupted run is finished by `graticule resume`.";
  static override readonly examples = [
    "<%= config.bin %> convert archive/ --out rain",
    "<%= config.bin %> convert 'era5/*.nc' --out out --vars t2m --bbox 350,-10,20,30 --time 2000-01/2000-06",
    '<%= config.bin %> convert air.nc --out air.parquet --where "air > 273.15 and lat > 60"',
    "<%= config.bin %> convert 's3://bucket/era5/*.nc' --out out --bbox 350,-10,20,30 --profile work",
    "<%= config.bin %> convert archive/ --out out --dry-run --json",
  ];
  static override readonly strict = false;
  static override readonly args = {
    inputs: stringArgument({ required: true, description: "files, directories, globs, URLs, or - for a list on stdin" }),
  };
  static override readonly flags = {
    out: stringFlag({
      required: true,
      helpValue: "DEST",
      description: "a folder, one file that ends in .parquet, or - for a stream of Arrow",
    }),
    ...subsetFlags,
    ...writingFlags,
    ...planningFlags,
    ...runFlags,
  };

  async run(): Promise<ConvertResult | undefined> {
    const { argv, flags } = await this.parse(Convert);
    const { convertRequestOf } = await import("../src/cli/convert-flags.js");
    if (flags.format === "arrow" || flags.out === "-") {
      const { printArrow } = await import("../src/cli/print-arrow.js");
      useRemoteFlags(flags);
      await printArrow(convertRequestOf(argv as string[], flags), flags, (text) => flags.quiet || this.printWarning(text));
      return undefined;
    }
    const { convert } = await import("../src/index.js");
    const request = convertRequestOf(argv as string[], flags);
    return this.conduct(flags, (hooks) => convert(request, hooks));
  }
}
