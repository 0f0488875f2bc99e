import { boolean as booleanFlag, integer as integerFlag, string as stringFlag } from "@oclif/core/flags";
import type { ConvertResult } from "../dataframe/convert-result.js";
import type { RunHooks } from "../dataframe/run-hooks.js";
import { BaseCommand } from "./base-command.js";
import { remoteFlags, useRemoteFlags } from "./remote-flags.js";

/** The flags of commands that run tasks. */
export const runFlags = {
  jobs: integerFlag({ min: 1, helpValue: "N", description: "worker threads (default: one per core)" }),
  progress: stringFlag({
    options: ["auto", "json"],
    default: "auto",
    description: "a line on a terminal, or lines of JSON on stderr",
  }),
  quiet: booleanFlag({ description: "print nothing but errors" }),
  ...remoteFlags,
};

/** A command that converts: progress while it runs, warnings in between, a summary or the document at the end. */
export abstract class ConversionCommand extends BaseCommand {
  protected async conduct(
    flags: { readonly progress: string; readonly quiet: boolean } & Parameters<typeof useRemoteFlags>[0],
    work: (hooks: RunHooks) => Promise<ConvertResult>,
  ): Promise<ConvertResult> {
    useRemoteFlags(flags);
    const { progressFor } = await import("./progress.js");
    const { interruption } = await import("./interruption.js");
    const progress = progressFor({
      mode: flags.progress as "auto" | "json",
      quiet: flags.quiet || this.jsonEnabled(),
      stream: process.stderr,
    });
    try {
      const result = await work({
        signal: interruption(),
        onProgress: progress.update,
        onWarning: (text) => flags.quiet || progress.interrupt(() => this.printWarning(text)),
      });
      progress.end();
      if (!flags.quiet && !this.jsonEnabled()) {
        const { renderConversion } = await import("./render-conversion.js");
        this.print(renderConversion(result, this.style));
      }
      return result;
    } finally {
      progress.end();
    }
  }
}
