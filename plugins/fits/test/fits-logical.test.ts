import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { catVariable } from "../../../src/cli/cat/cat-variable.js";
import { cards, EMPTY_PRIMARY, fitsFile } from "./fits-file.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-logical-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function printed(file: string, variable: string): Promise<unknown> {
  let text = "";
  const output = {
    async write(piece: string | Uint8Array) {
      text += String(piece);
    },
  };
  await catVariable(file, { variable, raw: false, format: "json", document: false }, output);
  return JSON.parse(text);
}

/** The byte 0 of a logical column is NULL, in rows and in the heap alike (FITS 4.0, sections 7.3.3.1 and 7.3.5). */
test.each([
  ["P", 8],
  ["Q", 16],
])("truth values of the heap (%sL) that are neither are missing", async (letter, size) => {
  const heap = Buffer.from("T\0FFT\0", "latin1");
  const rows = Buffer.alloc((3 + size) * 3);
  for (const [row, [count, offset]] of (
    [
      [3, 0],
      [0, 0],
      [3, 3],
    ] as const
  ).entries()) {
    rows.write("T\0F", row * (3 + size), "latin1");
    const at = row * (3 + size) + 3;
    rows.writeUInt32BE(count, size === 8 ? at : at + 4);
    rows.writeUInt32BE(offset, size === 8 ? at + 4 : at + 12);
  }
  const header = cards(
    "XTENSION= 'BINTABLE'",
    "BITPIX  = 8",
    "NAXIS   = 2",
    `NAXIS1  = ${3 + size}`,
    "NAXIS2  = 3",
    `PCOUNT  = ${heap.length}`,
    "GCOUNT  = 1",
    "TFIELDS = 2",
    "TTYPE1  = 'fixed'",
    "TFORM1  = '3L'",
    "TTYPE2  = 'varying'",
    `TFORM2  = '1${letter}L(3)'`,
  );
  const file = join(folder, `${letter}.fits`);
  writeFileSync(file, fitsFile(EMPTY_PRIMARY, new Uint8Array(0), header, Buffer.concat([rows, heap])));
  expect(await printed(file, "fixed")).toEqual(Array(3).fill([true, null, false]));
  expect(await printed(file, "varying")).toEqual([[true, null, false], [], [false, true, null]]);
});
