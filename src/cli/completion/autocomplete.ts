import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "@oclif/core/config";
import { GraticuleError } from "../../errors.js";
import { bashScript, type CompletedCommand } from "./bash-script.js";

/**
 * Runs a command of oclif's plugin for completion, and puts a function of our own in the place of the one that it writes for bash:
 * that one hides the names of files, and knows flags only before the first of them.
 * @returns where the functions of all shells lie
 */
export async function autocomplete(id: string, argv: string[], config: Config): Promise<{ readonly folder: string }> {
  const plugin = config.plugins.get("@oclif/plugin-autocomplete");
  if (!plugin) throw new GraticuleError("internal", "the plugin for completion is not installed");
  const command = await plugin.findCommand(id, { must: true });
  await command.run(argv, config);
  const folder = join(config.cacheDir, "autocomplete");
  writeFileSync(join(folder, "functions", "bash", `${config.bin}.bash`), bashScript(config.bin, completedCommands(config)));
  return { folder };
}

function completedCommands(config: Config): CompletedCommand[] {
  return config.commands
    .filter((command) => !command.hidden)
    .map(({ id, flags }) => ({
      words: id.replaceAll(":", " "),
      flags: [
        ...Object.values(flags)
          .filter((flag) => !flag.hidden)
          .map((flag) => ({
            name: `--${flag.name}`,
            takesValue: flag.type === "option",
            ...(flag.type === "option" && flag.options && { options: flag.options }),
          })),
        { name: "--help", takesValue: false },
      ],
    }))
    .sort((a, b) => (a.words < b.words ? -1 : 1));
}
