import { resolve } from "node:path";
import { string as stringArgument } from "@oclif/core/args";
import { directory as directoryFlag } from "@oclif/core/flags";
import { BaseCommand } from "../../src/cli/base-command.js";
import type { ScaffoldDocument } from "../../src/cli/scaffold/write-scaffold.js";

export default class Scaffold extends BaseCommand {
  static override readonly summary = "Begin a plugin for a new format";
  static override readonly description =
    "Writes a package that builds, passes its tests and can be linked as it is: it reads a small example format, to be replaced by yours.";
  static override readonly examples = [
    "<%= config.bin %> plugins scaffold my-grid",
    "<%= config.bin %> plugins scaffold my-grid --dir ~/src/my-grid",
  ];
  static override readonly args = {
    name: stringArgument({ required: true, description: "the format's id: lower-case letters, digits, hyphens" }),
  };
  static override readonly flags = {
    dir: directoryFlag({ description: "where to write it [default: ./graticule-NAME]", helpValue: "DIR" }),
  };

  async run(): Promise<ScaffoldDocument> {
    const { args, flags } = await this.parse(Scaffold);
    const { writeScaffold } = await import("../../src/cli/scaffold/write-scaffold.js");
    const document = writeScaffold(args.name, this.config, flags.dir);
    const steps = [`cd ${document.directory}`, "npm install && npm test", "graticule plugins link ."];
    this.print(
      `${document.files.map((file) => `  ${file}`).join("\n")}\n\n${document.name} is written. Its types come from the graticule in ${resolve(this.config.root)} (devDependencies). Next:\n${steps.map((step) => `  ${step}`).join("\n")}`,
    );
    return document;
  }
}
