import { string as stringArgument } from "@oclif/core/args";
import { boolean as booleanFlag, string as stringFlag } from "@oclif/core/flags";
import { BaseCommand } from "../src/cli/base-command.js";
import { remoteFlags, useRemoteFlags } from "../src/cli/remote-flags.js";
import type { GcResult } from "../src/index.js";

export default class Gc extends BaseCommand {
  static override readonly summary = "Remove what no reader and no run of a dataset needs any more";
  static override readonly description =
    "Parts that the current snapshot does not name, runs that were given up, staged parts and open multipart uploads of none. A run that can be resumed keeps all it has; files that graticule did not write are never touched.";
  static override readonly examples = [
    "<%= config.bin %> gc out --dry-run",
    "<%= config.bin %> gc s3://bucket/out --older-than 1d",
  ];
  static override readonly args = {
    dest: stringArgument({ required: true, description: "the destination of a convert: a path or s3://bucket/prefix" }),
  };
  static override readonly flags = {
    "dry-run": booleanFlag({ description: "tell what would be removed" }),
    "older-than": stringFlag({
      helpValue: "AGE",
      description: "leave what was written or replaced since: 90s, 30m, 12h, 1d (default: leave nothing)",
    }),
    ...remoteFlags,
  };

  async run(): Promise<GcResult> {
    const { args, flags } = await this.parse(Gc);
    useRemoteFlags(flags);
    const { gc } = await import("../src/index.js");
    const { parseAge } = await import("../src/cli/parse-age.js");
    const { renderGc } = await import("../src/cli/render-gc.js");
    const age = flags["older-than"];
    const result = await gc(args.dest, {
      ...(flags["dry-run"] && { dryRun: true }),
      ...(age !== undefined && { olderThan: parseAge(age) }),
    });
    this.print(renderGc(result, this.style));
    return result;
  }
}
