import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { type RecordBatch, Table, tableFromIPC } from "apache-arrow";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { convert, type ReadArrowRequest, readArrow, writeParquet } from "../../src/index.js";
import { graticule, root } from "./run-graticule.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-arrow-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sample = (name: string): string => join(root, "sample-data", name);

/** One way to write values of two readers: timestamps as microseconds, lists as arrays. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  if (typeof value === "object" && Symbol.iterator in value) return [...(value as Iterable<unknown>)].map(plain);
  return value;
}

async function rowsOfParquet(path: string): Promise<Record<string, unknown>[]> {
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors });
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

function rowsOfArrow(table: Table): Record<string, unknown>[] {
  const columns = table.schema.fields.map(({ name }) => [name, table.getChild(name)] as const);
  return Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(columns.map(([name, column]) => [name, plain(column?.get(row))])),
  );
}

/** All batches at once: what the first ones hold must outlive the last. */
async function collect(request: ReadArrowRequest): Promise<Table> {
  const { schema, batches } = await readArrow(request);
  const all: RecordBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return new Table(schema, all);
}

const REQUESTS: Readonly<Record<string, ReadArrowRequest>> = {
  "files united along time": { inputs: sample("merg") },
  "a slice along two dimensions": { inputs: sample("merg"), bbox: [0, 13, 2, 15] },
  "single cells of a predicate": { inputs: sample("merg"), where: "ch4 < 230" },
  "packed numbers": { inputs: sample("convert-packed") },
  texts: { inputs: sample("convert-text") },
  "one of several tables": { inputs: sample("command-line/weather.nc"), vars: ["t2m"] },
  "FITS: vectors as lists": { inputs: sample("fits-contract/tables.fits"), table: "1_row" },
};

describe("rows as Arrow", () => {
  test.each(Object.entries(REQUESTS))("%s: as in the Parquet of the same request", async (name, request) => {
    const out = join(folder, `${name.replaceAll(/\W/g, "-")}.parquet`);
    await convert({ ...request, out });
    const expected = await rowsOfParquet(out);
    expect(expected.length).toBeGreaterThan(0);
    expect(rowsOfArrow(await collect(request))).toEqual(expected);
  });

  test("the command prints a stream that ends where the rows end", async () => {
    const args = ["convert", sample("merg"), "--where", "ch4 < 230", "--format", "arrow", "--out", "-"];
    const { code, stdout, stderr } = await graticule(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect([...stdout.subarray(-8)]).toEqual([255, 255, 255, 255, 0, 0, 0, 0]);
    const out = join(folder, "printed.parquet");
    await convert({ inputs: sample("merg"), where: "ch4 < 230", out });
    expect(rowsOfArrow(tableFromIPC(stdout))).toEqual(await rowsOfParquet(out));
  });

  test("goes back into Parquet as it came", async () => {
    const { schema, batches } = await readArrow({ inputs: sample("merg") });
    const [there, direct] = [join(folder, "there.parquet"), join(folder, "direct.parquet")];
    await writeParquet(batches, there);
    await convert({ inputs: sample("merg"), out: direct });
    expect(await rowsOfParquet(there)).toEqual(await rowsOfParquet(direct));
    expect(schema.fields.find(({ name }) => name === "latitude")?.metadata.get("units")).toBe("degrees_north");
  });

  test("reading that is left early closes its files", async () => {
    const before = readdirSync("/proc/self/fd").length;
    const { batches } = await readArrow({ inputs: sample("merg") });
    for await (const batch of batches) {
      expect(batch.numRows).toBeGreaterThan(0);
      break;
    }
    expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(before);
  });

  test.each([
    [["--format", "arrow", "--out", "x.arrow"], "write --out - > x.arrow"],
    [["--out", "-"], "--format arrow"],
    [["--format", "arrow", "--out", "-", "--append"], undefined],
    [["--format", "arrow", "--out", "-", "--json"], undefined],
  ])("%j is a usage error", async (flags, hint) => {
    const { code, stdout, stderr } = await graticule(["convert", sample("merg"), ...flags]);
    expect(code).toBe(2);
    if (!flags.includes("--json")) expect(stdout.length).toBe(0);
    if (hint) expect(stderr).toContain(hint);
  });

  test("several tables are named", async () => {
    await expect(readArrow({ inputs: sample("command-line/weather.nc") })).rejects.toMatchObject({ tag: "usage" });
  });
});
