import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { openBytes } from "../../../test/contract/format-contract.js";
import plugin from "../src/index.js";
import { cards, fitsFile } from "./fits-file.js";

const folder = join(import.meta.dirname, "../../../sample-data");

async function attributesOf(bytes: Uint8Array, group = "/0") {
  const { dataset } = await openBytes(plugin, "memory:headers.fits", bytes);
  const attributes = dataset.groups.find(({ path }) => path === group)?.attributes ?? new Map();
  return Object.fromEntries([...attributes].map(([name, { dtype, values }]) => [name, [dtype, ...values]]));
}

describe("cards are the group's attributes as stored", () => {
  test("of every form", async () => {
    const bytes = new Uint8Array(readFileSync(join(folder, "fits-headers.fits")));
    // What astropy 8 reads, but for TWICE, of which it has both, NOBLANK, which it takes for text, and STRANGE, which it refuses.
    expect(await attributesOf(bytes)).toEqual({
      SIMPLE: ["bool", true],
      BITPIX: ["int32", 8],
      NAXIS: ["int32", 0],
      EXTEND: ["bool", true],
      LONG: ["string", "This text is longer than a card can be, so that it goes on in the next one, and in the one behind that."],
      QUOTED: ["string", "it's quoted"],
      EMPTY: ["string", ""],
      BLANKS: ["string", "  kept on the left"],
      OPEN: ["string"],
      EXPONENT: ["float64", 0.00125],
      BIG: ["int64", 12345678901234567890n],
      NOBLANK: ["int32", 7],
      COMPLEX: ["complex128", [1.5, -2]],
      TWICE: ["int32", 1],
      AMPERS: ["string", "ends with &"],
      "ESO TEL FOCU SCALE": ["float64", 1.489],
      COMMENT: ["string", "first", "second"],
      HISTORY: ["string", "made by hand"],
      "": ["string", "a blank keyword"],
      STRANGE: ["string", "12ab"],
    });
  });

  test("UTF-8, and Latin-1 where it is not", async () => {
    const bytes = fitsFile(
      cards("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", "OBSERVER= 'Å. Ångström'", "PLACE   = 'M\u00fcnchen'"),
    );
    // Of the second, the bytes of one letter are put back to Latin-1.
    const at = Buffer.from(bytes).indexOf("M\u00fcnchen", 0, "utf8");
    bytes.set(Buffer.from("M\u00fcnchen' ", "latin1"), at);
    expect(await attributesOf(bytes)).toMatchObject({ OBSERVER: ["string", "Å. Ångström"], PLACE: ["string", "München"] });
  });

  test("EXTNAME is the group's title", async () => {
    const { dataset } = await openBytes(plugin, "memory:x", readFileSync(join(folder, "fits-contract/tables.fits")));
    expect(dataset.groups.map(({ title }) => title)).toEqual([undefined, undefined, "STARS", undefined, undefined]);
  });
});
