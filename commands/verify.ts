import { string as stringArgument } from "@oclif/core/args";
import { boolean as booleanFlag } from "@oclif/core/flags";
import { BaseCommand } from "../src/cli/base-command.js";
import { remoteFlags, useRemoteFlags } from "../src/cli/remote-flags.js";
import type { VerifyResult } from "../src/index.js";

export default class Verify extends BaseCommand {
  static override readonly summary = "Compare a dataset with its manifest, and with the sources";
  static override readonly description =
    "Every part: there, of the size and SHA-256 that the manifest says, a whole Parquet file with its rows and readable statistics. With --source the values are read from the sources again and compared cell by cell. All that differs is named: exit code 6 where the dataset is not what its manifest says, 3 where it is and its values are not the sources'.";
  static override readonly examples = [
    "<%= config.bin %> verify out",
    "<%= config.bin %> verify s3://bucket/out --source --json --profile work",
  ];
  static override readonly args = {
    dest: stringArgument({ required: true, description: "the destination of a convert: a path or s3://bucket/prefix" }),
  };
  static override readonly flags = {
    source: booleanFlag({ description: "read the sources again, and compare every cell" }),
    ...remoteFlags,
  };

  async run(): Promise<VerifyResult> {
    const { args, flags } = await this.parse(Verify);
    useRemoteFlags(flags);
    const { interruption } = await import("../src/cli/interruption.js");
    const { verify } = await import("../src/index.js");
    const { renderVerification, verificationExit } = await import("../src/cli/render-verification.js");
    const result = await verify(args.dest, { signal: interruption(), ...(flags.source && { source: true }) });
    this.print(renderVerification(result, this.style));
    process.exitCode = verificationExit(result);
    return result;
  }
}
