import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asGraticuleError, GraticuleError } from "../../errors.js";
import { scatter } from "../../format/scatter.js";
import { type Box, wholeBox } from "../../schema/box.js";

const PIECE = 4 << 20;

/**
 * Boxes of an array, put in any order, given back as the array's bytes in row-major order: for arrays whose chunks reach so far
 * across the rows that reading by rows would decode each chunk again and again. A temporary file holds them meanwhile.
 */
export class RowOrderSpool {
  readonly #folder = mkdtempSync(join(tmpdir(), `graticule-spool-${process.pid}-`));
  readonly #fd = openSync(join(this.#folder, "rows"), "wx+", 0o600);
  readonly #whole: Box;
  #size = 0;

  constructor(
    shape: readonly number[],
    readonly elementSize: number,
  ) {
    this.#whole = wholeBox(shape);
  }

  /** @throws `temporary` where the disk is full */
  put(bytes: Uint8Array, box: Box): void {
    try {
      scatter(
        (start, length, position) => {
          for (let done = 0; done < length; ) done += writeSync(this.#fd, bytes, start + done, length - done, position + done);
        },
        box,
        this.#whole,
        box,
        this.elementSize,
      );
      this.#size += bytes.length;
    } catch (error) {
      throw asGraticuleError(error);
    }
  }

  /** @throws `temporary` where the file has become shorter: what is left of it is not the array */
  *pieces(): Iterable<Uint8Array> {
    const piece = new Uint8Array(PIECE);
    for (let at = 0; at < this.#size; ) {
      const got = readSync(this.#fd, piece, 0, Math.min(PIECE, this.#size - at), at);
      if (got === 0)
        throw new GraticuleError("temporary", `the temporary file of ${this.#size} bytes ends after ${at}`, {
          file: join(this.#folder, "rows"),
          hint: "something else changed it; run the command again",
        });
      yield piece.subarray(0, got);
      at += got;
    }
  }

  close(): void {
    closeSync(this.#fd);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
