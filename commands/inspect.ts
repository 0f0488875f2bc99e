import { string as stringArgument } from "@oclif/core/args";
import { boolean as booleanFlag } from "@oclif/core/flags";
import { BaseCommand } from "../src/cli/base-command.js";
import type { InspectDocument } from "../src/cli/inspect/document.js";
import type { Inspection } from "../src/cli/inspect/inspect-file.js";
import type { InspectList } from "../src/cli/inspect/inspect-inputs.js";
import { remoteFlags, useRemoteFlags } from "../src/cli/remote-flags.js";

export default class Inspect extends BaseCommand {
  static override readonly summary = "What a file holds: dimensions, coordinates with their extent, variables, attributes";
  static override readonly description =
    "Reads headers and coordinates only, unless --stats or --checksum asks for the values. The content decides about the format, not the extension; a file compressed as a whole (.gz, .bz2, .Z) is read as what it holds. Several files are described one after the other.";
  static override readonly examples = [
    "<%= config.bin %> inspect air.nc",
    "<%= config.bin %> inspect air.nc --attributes",
    "<%= config.bin %> inspect 'archive/*.nc' --json",
    "<%= config.bin %> inspect air.nc --stats --checksum --json",
    "<%= config.bin %> inspect s3://bucket/air.nc --anonymous",
  ];
  static override readonly strict = false;
  static override readonly args = {
    inputs: stringArgument({ required: true, description: "files, directories, globs, URLs, or - for a list on stdin" }),
  };
  static override readonly flags = {
    stats: booleanFlag({ default: false, description: "read all values: count, range, mean, first and last" }),
    checksum: booleanFlag({ default: false, description: "read all values: SHA-256 of what is stored, in C order, little-endian" }),
    attributes: booleanFlag({ default: false, description: "print the attributes of variables too" }),
    ...remoteFlags,
  };

  async run(): Promise<InspectDocument | InspectList> {
    const { argv, flags } = await this.parse(Inspect);
    useRemoteFlags(flags);
    const { interruption } = await import("../src/cli/interruption.js");
    const { inspectInputs } = await import("../src/cli/inspect/inspect-inputs.js");
    const { stats, checksum } = flags;
    const request = { coordinates: !this.jsonEnabled(), stats, checksum, signal: interruption() };
    const { document, exitCode } = await inspectInputs(argv as string[], request, {
      file: await this.#printerOf(flags.attributes),
      error: (error) => this.printError(error),
      warning: (text) => this.printWarning(text),
    });
    process.exitCode = exitCode;
    return document;
  }

  /** Prints files for people, with an empty line between two. */
  async #printerOf(attributes: boolean): Promise<(inspection: Inspection) => void> {
    if (this.jsonEnabled()) return () => undefined;
    const { renderInspection } = await import("../src/cli/inspect/render.js");
    const { widthOf } = await import("../src/cli/style.js");
    const options = { attributes, style: this.style, width: widthOf(process.stdout) };
    let between = "";
    return ({ document, known }) => {
      this.print(between + renderInspection(document, known, options));
      between = "\n";
      for (const warning of document.warnings) this.printWarning(warning);
      if (document.error) this.printError(document.error);
    };
  }
}
