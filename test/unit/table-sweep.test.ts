import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { cards, EMPTY_PRIMARY, fitsFile } from "../../plugins/fits/test/fits-file.js";
import { TableSweep } from "../../src/dataframe/table-sweep.js";
import { openDataset } from "../../src/format/open-dataset.js";
import { readBox } from "../../src/format/read-box.js";
import { readContext } from "../../src/format/read-context.js";
import { wholeBox } from "../../src/schema/box.js";
import { bytesOf, type TypedArray } from "../../src/schema/typed-array.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-sweep-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 40_000;
const FORMATS = ["K", "3E", "A4", "I", "L", "PJ", "J", "M", "B"];
const WIDTHS = [8, 12, 4, 2, 1, 8, 4, 16, 1];
const STRIDE = WIDTHS.reduce((sum, width) => sum + width, 0);

/** A table of two and a half MiB with columns of every width, two of them of the other signedness. */
function table(name: string, length = Number.POSITIVE_INFINITY): string {
  const rows = Buffer.alloc(ROWS * STRIDE);
  for (let i = 0, seed = 1; i < rows.length; i++) {
    seed = (16807 * seed) % 2147483647;
    rows[i] = seed;
  }
  for (let row = 0; row < ROWS; row++) rows.fill(0, row * STRIDE + 27, row * STRIDE + 35);
  const header = cards(
    "XTENSION= 'BINTABLE'",
    "BITPIX  = 8",
    "NAXIS   = 2",
    `NAXIS1  = ${STRIDE}`,
    `NAXIS2  = ${ROWS}`,
    "PCOUNT  = 0",
    "GCOUNT  = 1",
    `TFIELDS = ${FORMATS.length}`,
    ...FORMATS.flatMap((format, i) => [`TTYPE${i + 1}  = 'c${i}'`, `TFORM${i + 1}  = '${format}'`]),
    "TZERO4  = 32768",
    "TZERO9  = -128",
  );
  const path = join(folder, name);
  writeFileSync(path, fitsFile(EMPTY_PRIMARY, new Uint8Array(0), header, rows));
  if (Number.isFinite(length)) truncateSync(path, length);
  return path;
}

async function opened(path: string) {
  const context = readContext({ parallel: false });
  const dataset = await openDataset(path, { context });
  return { dataset, context, sweep: new TableSweep(dataset.variables, dataset.source, context) };
}

describe("columns of a table that are read one after the other", () => {
  test("have the values that each has by itself; the rows are read once for all of them", async () => {
    const { dataset, context, sweep } = await opened(table("whole.fits"));
    const found: (string | null)[] = [];
    let before = 0;
    for (const [i, variable] of dataset.variables.entries()) {
      if (i === 2) before = context.counters.bytes;
      const values = await sweep.take(variable, wholeBox(variable.shape));
      found.push(values?.constructor.name ?? null);
      if (!values) continue;
      const alone = await readBox(variable, wholeBox(variable.shape), readContext({ parallel: false }));
      expect(values.constructor.name).toBe(alone.constructor.name);
      expect(Buffer.compare(bytesOf(values as TypedArray), bytesOf(alone as TypedArray))).toBe(0);
    }
    expect(found).toEqual([
      null,
      "Float32Array",
      null,
      "Uint16Array",
      "Uint8Array",
      null,
      "Int32Array",
      "Float64Array",
      "Int8Array",
    ]);
    expect(context.counters.bytes).toBe(before);
    await context.close();
  });

  test("are not read ahead for one that asks for others, or for parts", async () => {
    const { dataset, context, sweep } = await opened(table("some.fits"));
    const before = context.counters.bytes;
    for (const i of [0, 3, 6, 4]) {
      const variable = dataset.variables[i];
      if (!variable) throw new Error(`there is no column ${i}`);
      expect(await sweep.take(variable, wholeBox(variable.shape))).toBeNull();
      expect(await sweep.take(variable, [{ start: 0, stop: 5 }, ...wholeBox(variable.shape).slice(1)])).toBeNull();
    }
    expect(context.counters.bytes).toBe(before);
    await context.close();
  });

  test("of a file that is cut short are left to the reading of each", async () => {
    const { dataset, context, sweep } = await opened(table("cut.fits", 1 << 20));
    for (const variable of dataset.variables) expect(await sweep.take(variable, wholeBox(variable.shape))).toBeNull();
    await context.close();
  });
});
