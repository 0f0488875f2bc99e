import { Command } from "@oclif/core/command";
import { type ErrorJSON, GraticuleError } from "../errors.js";
import { describeError } from "./describe-error.js";
import { asUsageError } from "./oclif-errors.js";
import { plainStyle, type Style, styleFor } from "./style.js";

/**
 * What every command shares: `--json` prints exactly one document on stdout, errors become exit codes by their tag, warnings
 * go to stderr. `run()` returns the document; printing for people is separate.
 */
export abstract class BaseCommand extends Command {
  static override readonly enableJsonFlag: boolean = true;
  /** Whether it looks at oclif's plugins; what does not is started without loading them (see `quick-start.ts`). */
  static readonly needsPlugins: boolean = false;

  /** Runs to the end; the exit code is set, nothing is thrown but requests to exit. */
  async start(): Promise<void> {
    await this._run();
  }

  /** Text for people, on stdout; nothing under `--json`. */
  protected print(text: string): void {
    if (!this.jsonEnabled()) process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  }

  /** A warning for people, on stderr; under `--json` the document carries it. */
  protected printWarning(message: string): void {
    if (!this.jsonEnabled()) process.stderr.write(`Warning: ${message}\n`);
  }

  /** An error that did not stop the command, for people, on stderr. */
  protected printError(error: ErrorJSON): void {
    if (!this.jsonEnabled())
      process.stderr.write(describeError(GraticuleError.fromJSON(error), { argv: process.argv.slice(2) }).text);
  }

  /** Colours where stdout is a terminal that wants them. */
  protected get style(): Style {
    return this.jsonEnabled() ? plainStyle : styleFor(process.stdout);
  }

  override logJson(json: unknown): void {
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  }

  override async catch(error: unknown): Promise<void> {
    if ((error as { code?: string } | null)?.code === "EEXIT") throw error;
    const { id, flags } = this.ctor;
    const own = await asUsageError(error, { command: { words: id.replaceAll(":", " "), flags } });
    const { text, exitCode } = describeError(own, { argv: process.argv.slice(2), version: this.config.version });
    process.exitCode = exitCode;
    const asJson = this.jsonEnabled();
    if (asJson) this.logJson({ error: own.toJSON() });
    if (!asJson || exitCode === 1) process.stderr.write(text);
  }
}
