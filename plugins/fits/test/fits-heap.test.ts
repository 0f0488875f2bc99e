import { describe, expect, test } from "@jest/globals";
import { readBox } from "../../../src/format/read-box.js";
import { wholeBox } from "../../../src/schema/box.js";
import { memorySource } from "../../../src/store/memory.js";
import { openBytes } from "../../../test/contract/format-contract.js";
import plugin from "../src/index.js";
import { readHeap } from "../src/tables/heap.js";
import { cards, EMPTY_PRIMARY, fitsFile } from "./fits-file.js";

/** A table of one column and two rows; TSCAL is 2 and TZERO 10. */
function table(format: string, rowLength: number, data: Buffer): Buffer {
  const header = cards(
    "XTENSION= 'BINTABLE'",
    "BITPIX  = 8",
    "NAXIS   = 2",
    `NAXIS1  = ${rowLength}`,
    "NAXIS2  = 2",
    `PCOUNT  = ${data.length - 2 * rowLength}`,
    "GCOUNT  = 1",
    "TFIELDS = 1",
    "TTYPE1  = 'c'",
    `TFORM1  = '${format}'`,
    "TSCAL1  = 2.0",
    "TZERO1  = 10.0",
  );
  return fitsFile(EMPTY_PRIMARY, new Uint8Array(0), header, data);
}

async function valuesOf(bytes: Buffer): Promise<unknown[]> {
  const { dataset, context } = await openBytes(plugin, "memory:complex.fits", bytes);
  const [variable] = dataset.variables;
  if (!variable) throw new Error("no column");
  return Array.from((await readBox(variable, wholeBox(variable.shape), context)) as ArrayLike<unknown>);
}

function singles(...numbers: readonly number[]): Buffer {
  const out = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) out.writeFloatBE(number, 4 * i);
  return out;
}

// FITS 4.0, section 7.3.2: TSCAL multiplies both parts of a complex number, TZERO is added to the real one.
describe("TSCAL and TZERO of complex numbers", () => {
  test("in the rows", async () => {
    expect(await valuesOf(table("1C", 8, singles(1, 2, 3, -4)))).toEqual([12, 4, 16, -8]);
  });

  test("in the heap", async () => {
    const rows = Buffer.alloc(16);
    rows.writeUInt32BE(1, 0);
    rows.writeUInt32BE(1, 8);
    rows.writeUInt32BE(8, 12);
    expect(await valuesOf(table("1PC(1)", 8, Buffer.concat([rows, singles(1, 2, 3, -4)])))).toEqual([[[12, 4]], [[16, -8]]]);
  });
});

test("arrays that lie far apart in the heap are asked for together", async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  const source = memorySource("memory:heap", bytes);
  const asked: number[] = [];
  const counted = {
    ...source,
    size: source.size,
    url: source.url,
    read: (ranges: Parameters<typeof source.read>[0]) => {
      asked.push(ranges.length);
      return source.read(ranges);
    },
  };
  const offsets = [90_000, 0, 50_000, 10];
  const rows = new Map<number, number[]>();
  const { context } = await openBytes(plugin, "memory:any.fits", fitsFile(EMPTY_PRIMARY));
  const heap = { file: "memory:heap", offset: 100, length: 99_900 };
  const descriptors = offsets.map((offset) => ({ count: 2, offset }));
  await readHeap(
    counted,
    heap,
    descriptors,
    ({ count }) => count,
    0,
    context,
    (row, own) => rows.set(row, [...own]),
  );
  expect(asked).toEqual([3]);
  for (const [row, offset] of offsets.entries()) expect(rows.get(row)).toEqual([(100 + offset) % 251, (101 + offset) % 251]);
});
