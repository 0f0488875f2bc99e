import { describe, expect, test } from "@jest/globals";
import { readBox } from "../../../src/format/read-box.js";
import { wholeBox } from "../../../src/schema/box.js";
import { openBytes } from "../../../test/contract/format-contract.js";
import plugin from "../src/index.js";
import { cards, EMPTY_PRIMARY, fitsFile, imageCards } from "./fits-file.js";

const first = Uint8Array.from({ length: 6 }, (_, i) => i);
const second = Uint8Array.from({ length: 4 }, (_, i) => 10 + i);

/** What can be read, by path, and what is said about the rest. */
async function survey(bytes: Uint8Array) {
  const { dataset, context } = await openBytes(plugin, "memory:damaged.fits", bytes);
  const read: Record<string, unknown> = {};
  for (const variable of dataset.variables)
    read[variable.path] =
      variable.error?.code ??
      (await readBox(variable, wholeBox(variable.shape), context).then(
        (values) => [...(values as Uint8Array)],
        (error: { tag: string }) => error.tag,
      ));
  return { read, groups: dataset.groups.map(({ path }) => path).slice(1), warnings: dataset.warnings, error: dataset.error };
}

const whole = fitsFile(EMPTY_PRIMARY, new Uint8Array(0), imageCards("A", 3, 2), first, imageCards("B", 2, 2), second);

describe("damage leaves the rest readable", () => {
  test("nothing is said of a sound file", async () => {
    expect(await survey(whole)).toEqual({
      read: { "/1/data": [...first], "/2/data": [...second] },
      groups: ["/0", "/1", "/2"],
      warnings: [],
      error: undefined,
    });
  });

  test("cut in the data of the last HDU", async () => {
    const { read, error } = await survey(whole.subarray(0, 4 * 2880 + 2));
    expect(read).toEqual({ "/1/data": [...first], "/2/data": "truncated" });
    expect(error).toMatchObject({ code: "truncated", offset: 4 * 2880 + 2 });
  });

  test("only the padding of the last HDU is absent", async () => {
    const { read, error, warnings } = await survey(whole.subarray(0, 4 * 2880 + 4));
    expect({ read, error, warnings }).toEqual({
      read: { "/1/data": [...first], "/2/data": [...second] },
      error: undefined,
      warnings: [],
    });
  });

  test("cut in the header of the last HDU", async () => {
    const { read, groups, error } = await survey(whole.subarray(0, 3 * 2880 + 240));
    expect({ read, groups }).toEqual({ read: { "/1/data": [...first] }, groups: ["/0", "/1", "/2"] });
    expect(error).toMatchObject({ code: "truncated" });
  });

  test("an axis that is too long: the HDU is told, the next one found", async () => {
    const bytes = fitsFile(EMPTY_PRIMARY, new Uint8Array(0), imageCards("A", 3000, 2000), first, imageCards("B", 2, 2), second);
    const { read, error, warnings } = await survey(bytes);
    expect(read).toEqual({ "/1/data": "truncated", "/2/data": [...second] });
    expect(error?.message).toContain("6000000 bytes");
    expect(warnings.join()).toContain("the next header is found at 8640");
  });

  test.each([
    ["NAXIS2  = -4", "NAXIS2 is"],
    ["NAXIS2  = 'two'", "NAXIS2 is"],
    ["NAXIS2  = 99999999999999999999", "NAXIS2 is"],
    ["NAXIS2  = 9007199254740991", "more than any file"],
    ["BITPIX  = 12", "BITPIX is"],
    ["NAXIS   = 1000", "NAXIS is"],
    ["PCOUNT  = -1", "PCOUNT is"],
  ])("a header that says %s", async (line, message) => {
    const keyword = line.slice(0, 9);
    const lines = [
      "XTENSION= 'IMAGE   '",
      "BITPIX  = 8",
      "NAXIS   = 2",
      "NAXIS1  = 3",
      "NAXIS2  = 2",
      "PCOUNT  = 0",
      "GCOUNT  = 1",
    ];
    const damaged = cards(...lines.map((own) => (own.startsWith(keyword) ? line : own)));
    const { read, groups, error } = await survey(
      fitsFile(EMPTY_PRIMARY, new Uint8Array(0), damaged, first, imageCards("B", 2, 2), second),
    );
    expect({ read, groups }).toEqual({ read: { "/2/data": [...second] }, groups: ["/0", "/1", "/2"] });
    expect(error).toMatchObject({ code: "malformed" });
    expect(error?.message).toContain(message);
  });

  test("a header without END", async () => {
    const open = imageCards("A", 3, 2).subarray(0, -80);
    const { read, error } = await survey(fitsFile(EMPTY_PRIMARY, new Uint8Array(0), open, first, imageCards("B", 2, 2), second));
    expect(read).toEqual({ "/2/data": [...second] });
    expect(error?.message).toContain("has no END");
  });

  test("rubbish between HDUs, also of an odd length", async () => {
    for (const length of [2880, 100]) {
      const start = fitsFile(EMPTY_PRIMARY, new Uint8Array(0), imageCards("A", 3, 2), first);
      const end = fitsFile(imageCards("B", 2, 2), second);
      const { read, warnings } = await survey(Buffer.concat([start, Buffer.alloc(length, 0x7a), end]));
      expect(read).toEqual({ "/1/data": [...first], "/2/data": [...second] });
      expect(warnings).toEqual([expect.stringContaining(`${length} bytes from 8640 on`)]);
    }
  });

  test("bytes after the end are ignored", async () => {
    for (const length of [1, 512, 10_000]) {
      const { read, error } = await survey(Buffer.concat([whole, Buffer.alloc(length, 0x1a)]));
      expect({ read, error }).toEqual({ read: { "/1/data": [...first], "/2/data": [...second] }, error: undefined });
    }
  });

  test("a table whose fields are longer than its rows, or of an unknown type", async () => {
    const header = (form: string) =>
      cards(
        "XTENSION= 'BINTABLE'",
        "BITPIX  = 8",
        "NAXIS   = 2",
        "NAXIS1  = 2",
        "NAXIS2  = 2",
        "PCOUNT  = 0",
        "GCOUNT  = 1",
        "TFIELDS = 3",
        "TFORM1  = 'B'",
        `TFORM2  = '${form}'`,
        "TFORM3  = 'B'",
      );
    for (const form of ["9J", "W", "", "99999999999999999999D"]) {
      const { read } = await survey(fitsFile(EMPTY_PRIMARY, new Uint8Array(0), header(form), Uint8Array.of(1, 2, 3, 4)));
      expect(read).toEqual({ "/1/col1": [1, 3], "/1/col2": "malformed", "/1/col3": "malformed" });
    }
  });

  test("an array that leads out of the heap", async () => {
    const header = cards(
      "XTENSION= 'BINTABLE'",
      "BITPIX  = 8",
      "NAXIS   = 2",
      "NAXIS1  = 8",
      "NAXIS2  = 2",
      "PCOUNT  = 4",
      "GCOUNT  = 1",
      "TFIELDS = 1",
      "TFORM1  = '1PB(2)'",
    );
    const descriptors = (...numbers: number[]) => {
      const bytes = Buffer.alloc(20);
      numbers.forEach((number, i) => {
        bytes.writeUInt32BE(number, 4 * i);
      });
      return bytes;
    };
    const read = async (...numbers: number[]) =>
      (await survey(fitsFile(EMPTY_PRIMARY, new Uint8Array(0), header, descriptors(...numbers)))).read["/1/col1"];
    expect(await read(2, 0, 2, 2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(await read(2, 0, 2, 3)).toBe("malformed");
    expect(await read(0xffffffff, 0, 0, 0)).toBe("malformed");
  });

  test("a file that does not begin as FITS", async () => {
    await expect(survey(Buffer.from("SIMPLY  = T".padEnd(2880)))).rejects.toMatchObject({ tag: "malformed", offset: 0 });
  });
});
