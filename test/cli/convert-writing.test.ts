import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import type { ConvertResult } from "../../src/index.js";
import { metadataOf, partsIn, root, run } from "../support/faults.js";
import { readWithHyparquet, readWithParquetWasm } from "../unit/parquet-readers.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-writing-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** 12 times, 73 latitudes from north to south, 72 longitudes; packed. */
const file = join(root, "sample-data/one-predicate/t2m.nc");
let made = 0;

async function convert(...flags: readonly string[]): Promise<{ path: string; result: ConvertResult }> {
  const dest = join(folder, String(made++));
  const { code, stdout, stderr } = await run(["convert", file, "--out", dest, "--json", "--part-size", "100MB", ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return { path: partsIn(dest)[0] as string, result: JSON.parse(stdout) };
}

async function refused(...flags: readonly string[]) {
  const { code, stdout } = await run(["convert", file, "--out", join(folder, "never"), "--json", ...flags]);
  return { code, ...JSON.parse(stdout).error } as { code: string; message: string; hint?: string };
}

describe("convert writes as it is asked to", () => {
  const usual = convert();

  it.each([
    ["lz4", [], "LZ4_RAW", ["RLE_DICTIONARY"]],
    ["lz4_raw", ["--encoding", "t2m=plain"], "LZ4_RAW", ["PLAIN"]],
    ["zstd", ["--encoding", "t2m=BYTE_STREAM_SPLIT", "--page-version", "2"], "ZSTD", ["BYTE_STREAM_SPLIT"]],
    ["snappy", ["--encoding", "t2m=dictionary", "--encoding", "lat=plain"], "SNAPPY", ["RLE_DICTIONARY"]],
  ] as const)("%s %s: the same values to readers of others", async (compression, flags, codec, encoding) => {
    const { path, result } = await convert("--compression", compression, ...flags);
    const chunk = metadataOf(path).row_groups[0]?.columns[3]?.meta_data;
    expect({ codec: chunk?.codec, encoding: result.tables[0]?.encodings?.t2m }).toEqual({ codec, encoding });
    expect(chunk?.encodings).toContain(encoding[0]);
    const expected = readWithParquetWasm((await usual).path);
    expect(expected.t2m).toHaveLength(63072);
    expect(readWithParquetWasm(path)).toEqual(expected);
    expect(await readWithHyparquet(path)).toEqual(expected);
  });

  it("Bloom filters and row groups of the size that is asked for", async () => {
    const { path } = await convert("--bloom", "t2m,lat", "--row-group-size", "250kB");
    const groups = metadataOf(path).row_groups;
    // Four columns: timestamp (8), two coordinates (4 each), float32: 20 bytes a row.
    for (const { num_rows } of groups) expect(Number(num_rows)).toBeLessThanOrEqual(12500);
    expect(groups.length).toBeGreaterThan(5);
    const filtered = groups[0]?.columns.map(({ meta_data }) => meta_data?.bloom_filter_offset !== undefined);
    expect(filtered).toEqual([false, true, false, true]);
    expect(readWithParquetWasm(path)).toEqual(readWithParquetWasm((await usual).path));
  });

  it("row groups say what they are sorted by", async () => {
    const sorting = [
      { column_idx: 0, descending: false, nulls_first: false },
      { column_idx: 1, descending: true, nulls_first: false },
      { column_idx: 2, descending: false, nulls_first: false },
    ];
    for (const flags of [[], ["--where", "t2m > 280"], ["--bbox", "350,-10,20,30"]])
      expect(metadataOf((await convert(...flags)).path).row_groups[0]?.sorting_columns).toEqual(sorting);
  });

  it("explain tells it before anything is written", async () => {
    const first = await run(["explain", file, "--encoding", "t2m=PLAIN", "--bloom", "lat", "--row-group-size", "1000"]);
    expect(first.stdout).toContain("encodings: t2m PLAIN (asked for); time, lat, lon RLE_DICTIONARY (runs of the axis)");
    expect(first.stdout).toContain("Bloom filters: lat");
    expect(first.stdout).toContain("row groups: at most 1000 rows, data pages of version 1");
    expect(first.stdout).toContain("sorted inside a row group by time, lat desc, lon");
  });
});

describe("what cannot be written so is told before anything is read", () => {
  it.each([
    [["--encoding", "t2m=DELTA_BYTE_ARRAY"], /"t2m" cannot be encoded as DELTA_BYTE_ARRAY/, /PLAIN, RLE_DICTIONARY, BYTE_STREAM/],
    [["--encoding", "t2n=PLAIN"], /no column "t2n"/, /t2m/],
    [["--encoding", "t2m=PLANE"], /no encoding "PLANE"/, /BYTE_STREAM_SPLIT/],
    [["--encoding", "t2m"], /write COLUMN=ENCODING/, undefined],
    [["--bloom", "t3m"], /--bloom: the output has no column "t3m"/, /t2m/],
    [["--row-group-size", "0"], /--row-group-size 0/, undefined],
    [["--compression", "lz4:3"], /lz4_raw has no levels/, undefined],
    [["--compression", "lzo"], /no compression "lzo"/, /lz4_raw/],
  ] as const)("%s", async (flags, message, hint) => {
    const error = await refused(...flags);
    expect(error).toMatchObject({ code: "usage", message: expect.stringMatching(message) });
    if (hint) expect(error.hint).toMatch(hint);
  });
});
