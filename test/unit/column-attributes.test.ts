import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import { convert } from "../../src/index.js";
import { temporaryFolder } from "../support/parquet.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

async function footerOf(input: string): Promise<Record<string, string | undefined>> {
  const out = join(folder.path, "one.parquet");
  await convert({ inputs: join("sample-data", input), out, mode: "overwrite" });
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(out));
  return Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]));
}

describe("attributes in the footer", () => {
  test("pandas' attributes: what has been applied to packed values is not among them", async () => {
    const { PANDAS_ATTRS = "" } = await footerOf("convert-packed/packed.nc");
    // As sample-data/generators/convert.py wrote them.
    expect(JSON.parse(PANDAS_ATTRS)).toEqual({ columns: { valid: { valid_min: "0", valid_max: "50" } } });
  });
});
