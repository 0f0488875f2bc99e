import { describe, expect, test } from "@jest/globals";
import type { Dataset } from "../../../src/format/contract.js";
import { findVariable } from "../../../src/format/find-variable.js";
import { openBytes } from "../../../test/contract/format-contract.js";
import plugin from "../src/index.js";
import { cards, EMPTY_PRIMARY, fitsFile } from "./fits-file.js";

function image(name: string, version?: number): Buffer {
  const cardsOfNames = [`EXTNAME = '${name}'`, ...(version === undefined ? [] : [`EXTVER  = ${version}`])];
  return cards("XTENSION= 'IMAGE   '", "BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = 2", "PCOUNT  = 0", "GCOUNT  = 1", ...cardsOfNames);
}

async function dataset(): Promise<Dataset> {
  const headers = [image("SCI"), image("SCI", 2), image("DQ", 2), image("A,3", 7), image("A", 3)];
  const parts = headers.flatMap((header) => [header, new Uint8Array(2)]);
  return (await openBytes(plugin, "memory:names.fits", fitsFile(EMPTY_PRIMARY, new Uint8Array(0), ...parts))).dataset;
}

/** As astropy's `hdus["SCI", 2]`; an HDU without EXTVER is the first of its name (FITS 4.0, section 4.4.2.6). */
describe("HDUs by EXTNAME and EXTVER", () => {
  test.each([
    ["SCI,1/data", "/1/data"],
    ["SCI,2/data", "/2/data"],
    ["sci:2/data", "/2/data"],
    ["/SCI, 2/data", "/2/data"],
    ["DQ/data", "/3/data"],
    ["DQ,2/data", "/3/data"],
    ["A,3,7/data", "/4/data"],
    ["A/data", "/5/data"],
    ["2/data", "/2/data"],
  ])("%s is %s", async (asked, path) => {
    expect(findVariable(await dataset(), asked).path).toBe(path);
  });

  test("a name of several says which there are", async () => {
    const found = await dataset();
    expect(() => findVariable(found, "SCI/data")).toThrow(
      expect.objectContaining({ tag: "usage", hint: "say which: /1/data (SCI,1/data), /2/data (SCI,2/data)" }),
    );
    expect(() => findVariable(found, "A,3/data")).toThrow(
      expect.objectContaining({ hint: "say which: /4/data (A,3,7/data), /5/data (A,3/data)" }),
    );
  });

  test("an EXTVER that none has says which there are", async () => {
    const found = await dataset();
    expect(() => findVariable(found, "SCI,3/data")).toThrow(
      expect.objectContaining({ tag: "usage", hint: "there are SCI,1, SCI,2" }),
    );
  });
});
