import { rmSync } from "node:fs";
import { join } from "node:path";
import { asGraticuleError } from "../../errors.js";
import type { PartOutput, StagedFile } from "./contract.js";
import { FileOutput } from "./file-output.js";

/** A part in the staging folder, on the file system of the destination. */
export class StagedFileOutput implements PartOutput {
  readonly #path: string;
  readonly #output: FileOutput;

  constructor(
    staging: string,
    readonly name: string,
  ) {
    this.#path = join(staging, name);
    this.#output = this.#named(() => new FileOutput(this.#path));
  }

  get bytes(): number {
    return this.#output.bytes;
  }

  write(bytes: Uint8Array): void {
    this.#named(() => this.#output.write(bytes));
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  async finish(): Promise<{ staged: StagedFile; sha256: string }> {
    return { staged: { kind: "file", name: this.name }, sha256: this.#named(() => this.#output.close()) };
  }

  async abandon(): Promise<void> {
    this.#output.abandon();
    rmSync(this.#path, { force: true });
  }

  #named<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asGraticuleError(error, { file: this.#path });
    }
  }
}
