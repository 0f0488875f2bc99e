import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { openBytes } from "../../../test/contract/format-contract.js";
import plugin from "../src/index.js";

const file = join(import.meta.dirname, "../../../sample-data/fits-checksums.fits");

async function verify(change: (bytes: Uint8Array) => void) {
  const bytes = new Uint8Array(readFileSync(file));
  change(bytes);
  const { dataset, context } = await openBytes(plugin, file, bytes);
  return dataset.verify?.(context);
}

test("checksums that astropy wrote hold", async () => {
  expect(await verify(() => undefined)).toEqual([]);
});

test("a changed byte of the data breaks both sums", async () => {
  const wrong = await verify((bytes) => {
    bytes[2880 + 3] = 99;
  });
  expect(wrong).toEqual([expect.stringContaining("HDU 0: DATASUM is"), expect.stringContaining("HDU 0: CHECKSUM does not hold")]);
});

test("a changed byte of the header breaks CHECKSUM alone", async () => {
  const wrong = await verify((bytes) => {
    const at = Buffer.from(bytes).indexOf("XTENSION");
    bytes[at + 40] = 0x78;
  });
  expect(wrong).toEqual([expect.stringContaining("HDU 1: CHECKSUM does not hold")]);
});
