import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { decodeValues } from "../../../src/convention/decode.js";
import { interpretDataset } from "../../../src/convention/interpret.js";
import type { VariableMeaning } from "../../../src/convention/meaning.js";
import { readBox } from "../../../src/format/read-box.js";
import { isSet } from "../../../src/schema/bitmap.js";
import { wholeBox } from "../../../src/schema/box.js";
import type { TypedArray } from "../../../src/schema/typed-array.js";
import { openBytes } from "../../../test/contract/format-contract.js";
import plugin from "../src/index.js";
import { cards, EMPTY_PRIMARY, fitsFile } from "./fits-file.js";

interface Tile {
  readonly pixels: readonly number[];
  /** 1 where a pixel is missing, and bytes of one mark. */
  readonly mask?: readonly number[];
  readonly blank?: number;
}

/** Whole numbers of a tile, big-endian, as GZIP_1 has them. */
function packed(values: readonly number[], size: number): Buffer {
  const bytes = Buffer.alloc(values.length * size);
  for (const [i, value] of values.entries()) {
    if (size === 8) bytes.writeBigInt64BE(BigInt(value), i * size);
    else if (size === 1) bytes.writeUInt8(value, i);
    else bytes.writeIntBE(value, i * size, size);
  }
  return gzipSync(bytes);
}

/** An image of one tile a row (FITS 4.0, section 10.1), its masks as section 10.2.2 has them. */
function compressed(bitpix: number, tiles: readonly Tile[], ...more: readonly string[]): Buffer {
  const hasMask = tiles.some(({ mask }) => mask);
  const hasBlank = tiles.some(({ blank }) => blank !== undefined);
  const names = ["COMPRESSED_DATA", ...(hasMask ? ["NULL_PIXEL_MASK"] : []), ...(hasBlank ? ["ZBLANK"] : [])];
  const rowLength = 8 + (hasMask ? 8 : 0) + (hasBlank ? 4 : 0);
  const rows = Buffer.alloc(rowLength * tiles.length);
  const heap: Buffer[] = [];
  let used = 0;
  let at = 0;
  const describe = (bytes: Buffer | undefined) => {
    rows.writeUInt32BE(bytes?.length ?? 0, at);
    rows.writeUInt32BE(used, at + 4);
    at += 8;
    if (!bytes) return;
    heap.push(bytes);
    used += bytes.length;
  };
  for (const { pixels, mask, blank } of tiles) {
    describe(packed(pixels, Math.abs(bitpix) / 8));
    if (hasMask) describe(mask && packed(mask, 2));
    if (hasBlank) at = rows.writeInt32BE(blank ?? 0, at);
  }
  const header = cards(
    "XTENSION= 'BINTABLE'",
    "BITPIX  = 8",
    "NAXIS   = 2",
    `NAXIS1  = ${rowLength}`,
    `NAXIS2  = ${tiles.length}`,
    `PCOUNT  = ${used}`,
    "GCOUNT  = 1",
    `TFIELDS = ${names.length}`,
    ...names.flatMap((name, i) => [`TTYPE${i + 1}  = '${name}'`, `TFORM${i + 1}  = '${name === "ZBLANK" ? "1J" : "1PB"}'`]),
    "ZIMAGE  = T",
    `ZBITPIX = ${bitpix}`,
    "ZNAXIS  = 2",
    `ZNAXIS1 = ${tiles[0]?.pixels.length}`,
    `ZNAXIS2 = ${tiles.length}`,
    "ZCMPTYPE= 'GZIP_1'",
    ...more,
  );
  return fitsFile(EMPTY_PRIMARY, new Uint8Array(0), header, Buffer.concat([rows, ...heap]));
}

async function decoded(bytes: Uint8Array): Promise<{ type: string; values: (number | null)[] }> {
  const { dataset, context } = await openBytes(plugin, "memory:tiles.fits", bytes);
  const [variable] = dataset.variables;
  if (!variable) throw new Error("the image is not there");
  const raw = (await readBox(variable, wholeBox(variable.shape), context)) as TypedArray;
  const meaning = interpretDataset(dataset).variables.get(variable.path) as VariableMeaning;
  const { values, validity } = decodeValues(raw, variable, meaning);
  const list = Array.from(values as ArrayLike<number | bigint>, (value, i) =>
    validity && !isSet(validity, i) ? null : Number(value),
  );
  return { type: variable.dtype.name, values: list };
}

const MASKED = [
  { pixels: [1, 2, 3, 4], mask: [0, 1, 0, 0] },
  { pixels: [5, 6, 7, 8] },
  { pixels: [0, 0, 9, 9], mask: [1, 0, 0, 1] },
];
const SEEN = [1, null, 3, 4, 5, 6, 7, 8, null, 0, 9, null];
const MASK = "ZMASKCMP= 'GZIP_1'";

test.each([
  [8, "int16"],
  [16, "int32"],
  [32, "int64"],
  [64, "int64"],
])("a mask of missing pixels, BITPIX %i, without BLANK: all values of the stored type stay values", async (bitpix, type) => {
  expect(await decoded(compressed(bitpix, MASKED, MASK))).toEqual({ type, values: SEEN });
});

test.each(["ZBLANK  = -99", "BLANK   = -99"])("with %s marked pixels have it, and the type stays", async (card) => {
  expect(await decoded(compressed(16, MASKED, MASK, card))).toEqual({ type: "int16", values: SEEN });
});

test("BZERO that turns the sign stays with the integers", async () => {
  const { values, type } = await decoded(compressed(16, MASKED, MASK, "BSCALE  = 1", "BZERO   = 32768"));
  expect({ values, type }).toEqual({ type: "int32", values: SEEN.map((value) => value && value + 32768).with(9, 32768) });
});

test("scaled integers", async () => {
  const { values, type } = await decoded(compressed(16, MASKED, MASK, "BSCALE  = 0.5", "BZERO   = 10"));
  expect({ values, type }).toEqual({ type: "int32", values: SEEN.map((value) => (value === null ? null : value / 2 + 10)) });
});

test.each([
  ["ZBLANK  = 3", [1, 2, null, 4]],
  ["BLANK   = 3", [1, 2, null, 4]],
])("%s alone marks integers", async (card, values) => {
  expect(await decoded(compressed(16, [{ pixels: [1, 2, 3, 4] }], card))).toEqual({ type: "int16", values });
});

test("ZBLANK comes before BLANK", async () => {
  const { values } = await decoded(compressed(16, [{ pixels: [1, 2, 3, 4] }], "BLANK   = 2", "ZBLANK  = 3"));
  expect(values).toEqual([1, 2, null, 4]);
});

test("each tile's own ZBLANK holds for that tile", async () => {
  const tiles = [
    { pixels: [1, 2, 3], blank: 2 },
    { pixels: [1, 2, 3], blank: 1 },
  ];
  const { values, type } = await decoded(compressed(16, tiles));
  expect({ values, type }).toEqual({ type: "int32", values: [1, null, 3, null, 2, 3] });
});

test("64-bit integers that have every value cannot tell missing ones", async () => {
  const tiles = [{ pixels: [1, -(2 ** 63)], mask: [1, 0] }];
  await expect(decoded(compressed(64, tiles, MASK))).rejects.toMatchObject({ tag: "unsupported" });
});

test("a mask of which nothing says how it is compressed", async () => {
  await expect(decoded(compressed(16, MASKED))).rejects.toMatchObject({ tag: "malformed" });
});
