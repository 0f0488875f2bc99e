import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { decodeValues } from "../../../src/convention/decode.js";
import { interpretDataset } from "../../../src/convention/interpret.js";
import type { VariableMeaning } from "../../../src/convention/meaning.js";
import { readBox } from "../../../src/format/read-box.js";
import { isSet } from "../../../src/schema/bitmap.js";
import { wholeBox } from "../../../src/schema/box.js";
import type { TypedArray } from "../../../src/schema/typed-array.js";
import { openBytes } from "../../../test/contract/format-contract.js";
import plugin from "../src/index.js";

const folder = join(import.meta.dirname, "../../../sample-data");
type Decoded = Record<string, Record<string, readonly (number | string | null)[]>>;
const expected = JSON.parse(readFileSync(join(folder, "fits-decoded.json"), "utf8")) as Decoded;

describe.each(Object.entries(expected))("%s", (file, variables) => {
  test.each(Object.entries(variables))("%s means what it does to astropy", async (path, values) => {
    const bytes = new Uint8Array(readFileSync(join(folder, "fits-contract", file)));
    const { dataset, context } = await openBytes(plugin, file, bytes);
    const variable = dataset.variables.find((v) => v.path === path);
    if (!variable) throw new Error(`${path} is not there`);
    const raw = (await readBox(variable, wholeBox(variable.shape), context)) as TypedArray;
    if (variable.dtype.name.startsWith("complex")) {
      expect([...raw].map(Number)).toEqual(values);
      return;
    }
    const meaning = interpretDataset(dataset).variables.get(path) as VariableMeaning;
    const decoded = decodeValues(raw, variable, meaning);
    const found = Array.from(decoded.values as ArrayLike<number | bigint>, (value, i) => {
      if ((decoded.validity && !isSet(decoded.validity, i)) || Number.isNaN(value)) return null;
      return typeof value === "bigint" || !Number.isFinite(value) ? String(value) : value;
    });
    expect(found).toEqual(values);
  });
});
