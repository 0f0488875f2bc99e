import { string as stringArgument } from "@oclif/core/args";
import { boolean as booleanFlag, string as stringFlag } from "@oclif/core/flags";
import { ConversionCommand, runFlags } from "../src/cli/conversion-command.js";
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
    format: stringFlag({
      options: ["parquet", "arrow"],
      default: "parquet",
      description: "arrow: one Arrow IPC stream on standard output",
    }),
    ...subsetFlags,
    ...writingFlags,
    "part-size": stringFlag({ helpValue: "SIZE", description: "decoded bytes of a part at most (default 256MiB)" }),
    rename: stringFlag({ multiple: true, helpValue: "OLD=NEW", description: "another name for a column" }),
    "valid-range": stringFlag({
      options: ["mask", "report"],
      description: "values outside of what the files call valid: missing, or counted (default: they are values)",
    }),
    units: stringFlag({ multiple: true, helpValue: "COLUMN=UNIT", description: "converts a column, as in t2m=degC" }),
    dtype: stringFlag({
      multiple: true,
      helpValue: "COLUMN=TYPE",
      description: "type of a column's numbers, as in t2m=float32; what it cannot hold is an error",
    }),
    with: stringFlag({
      options: ["source", "scalars"],
      multiple: true,
      description: "further columns: the file's name, scalar coordinates",
    }),
    align: stringFlag({ helpValue: "exact|nearest:TOL", default: "exact", description: "when coordinates of two files are equal" }),
    "on-duplicate-time": stringFlag({
      options: ["error", "first", "last"],
      default: "error",
      description: "which file counts where several have a cell",
    }),
    "skip-damaged": booleanFlag({ description: "leave out files that are damaged, with a warning each" }),
    layout: stringFlag({
      options: ["parts", "hats", "huggingface"],
      description: "how parts lie in the folder: plainly, as a catalogue of the sky, or as a dataset with its card (default parts)",
    }),
    append: booleanFlag({
      exclusive: ["overwrite"],
      description: "add to what is there: inputs that are in it already are left out, those that have changed are replaced",
    }),
    overwrite: booleanFlag({ exclusive: ["append"], description: "replace what is there" }),
    "keep-replaced": booleanFlag({ description: "leave parts that are replaced to graticule gc" }),
    "dry-run": booleanFlag({ description: "read headers only, and predict chunks, requests, bytes, rows, size and memory" }),
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
