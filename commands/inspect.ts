import { string as stringArgument } from "@oclif/core/args";
import { boolean as booleanFlag } from "@oclif/core/flags";
import { BaseCommand } from "../src/cli/base-command.js";
import type { InspectDocument } from "../src/cli/inspect/document.js";
import type { Inspection } from "../src/cli/inspect/inspect-file.js";
import { remoteFlags, useRemoteFlags } from "../src/cli/remote-flags.js";

export default class Inspect extends BaseCommand {
  static override readonly summary = "What a file holds: dimensions, coordinates with their extent, variables, attributes";
  static override readonly description =
    "Reads headers and coordinates only, unless --stats or --checksum asks for the values. The content decides about the format, not the extension; a file compressed as a whole (.gz, .bz2, .Z) is read as what it holds.";
  static override readonly examples = [
    "<%= config.bin %> inspect air.nc",
    "<%= config.bin %> inspect air.nc --attributes",
    "<%= config.bin %> inspect air.nc --stats --checksum --json",
    "<%= config.bin %> inspect s3://bucket/air.nc --anonymous",
  ];
  static override readonly args = {
    input: stringArgument({ required: true, description: "a file, or a URL: file://, http(s)://, s3://bucket/key" }),
  };
  static override readonly flags = {
    stats: booleanFlag({ default: false, description: "read all values: count, range, mean, first and last" }),
    checksum: booleanFlag({ default: false, description: "read all values: SHA-256 of what is stored, in C order, little-endian" }),
    attributes: booleanFlag({ default: false, description: "print the attributes of variables too" }),
    ...remoteFlags,
  };

  async run(): Promise<InspectDocument> {
    const { args, flags } = await this.parse(Inspect);
    useRemoteFlags(flags);
    const { interruption } = await import("../src/cli/interruption.js");
    const { exitCodeOfDocument, inspectFile } = await import("../src/cli/inspect/inspect-file.js");
    const coordinates = !this.jsonEnabled();
    const { document, known } = await inspectFile(args.input, {
      coordinates,
      stats: flags.stats,
      checksum: flags.checksum,
      signal: interruption(),
    });
    process.exitCode = exitCodeOfDocument(document);
    if (!this.jsonEnabled()) await this.#printForPeople(document, known, flags.attributes);
    return document;
  }

  async #printForPeople(document: InspectDocument, known: Inspection["known"], attributes: boolean): Promise<void> {
    const { renderInspection } = await import("../src/cli/inspect/render.js");
    const { widthOf } = await import("../src/cli/style.js");
    this.print(renderInspection(document, known, { attributes, style: this.style, width: widthOf(process.stdout) }));
    for (const warning of document.warnings) this.printWarning(warning);
    if (document.error) this.printError(document.error);
  }
}
