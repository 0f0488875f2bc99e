import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
// The built program, because reading threads need JavaScript.
import { type NumberVector, type RowBatch, read, scan } from "../../dist/src/index.js";
import type { GridBatch } from "../../src/schema/grid-batch.js";
import { field, temporaryFolder, writeBatches } from "../support/parquet.js";

const folder = temporaryFolder();
const path = join(folder.path, "large.parquet");
const rows = 2_000_000;

/** Row i holds i and its sine: more than reading threads are begun for, in five row groups. */
beforeAll(async () => {
  const batch: GridBatch = {
    axes: [{ dim: "i", start: 0, length: rows }],
    columns: [
      { field: field("i", { kind: "number", name: "int32" }), axes: [0], data: Int32Array.from({ length: rows }, (_, i) => i) },
      {
        field: field("sine", { kind: "number", name: "float64" }),
        axes: [0],
        data: Float64Array.from({ length: rows }, (_, i) => Math.sin(i)),
      },
    ],
  };
  await writeBatches(path, [batch], { codec: "none", maxRows: 400_000, pageRows: 20_000 });
}, 120_000);
afterAll(() => folder.remove());

function numbers(batch: RowBatch, column: number): ArrayLike<number> {
  return (batch.columns[column] as NumberVector).values as Float64Array;
}

describe("a large file", () => {
  test("is decoded by threads, and its rows come in order", async () => {
    expect(existsSync("dist/src/execute/scan-worker.js")).toBe(true);
    let next = 0;
    let wrong = 0;
    for await (const batch of read(path, { jobs: 2 })) {
      const [i, sine] = [numbers(batch, 0), numbers(batch, 1)];
      for (let row = 0; row < batch.rows; row++, next++) if (i[row] !== next || sine[row] !== Math.sin(next)) wrong++;
    }
    expect([next, wrong]).toEqual([rows, 0]);
  });

  test("gives what a predicate chooses, as one thread does", async () => {
    const collected = async (jobs: number): Promise<number[]> => {
      const found: number[] = [];
      for await (const batch of read(path, { where: "sine > 0.99999 and i > 1000", columns: ["i"], jobs }))
        found.push(...Array.from(numbers(batch, 0)));
      return found;
    };
    const wanted = Array.from({ length: rows }, (_, i) => i).filter((i) => i > 1000 && Math.sin(i) > 0.99999);
    expect(await collected(2)).toEqual(wanted);
    expect(await collected(1)).toEqual(wanted);
  });

  test("stops where the limit is reached, or the caller leaves", async () => {
    const { report } = await scan(path).select("i").limit(5).explain({ analyze: true });
    expect(report).toMatchObject({ rows: 5 });
    let seen = 0;
    for await (const batch of read(path, { jobs: 2 })) {
      seen += batch.rows;
      break;
    }
    expect(seen).toBeLessThan(rows);
    const aborted = new AbortController();
    aborted.abort();
    await expect(read(path, { signal: aborted.signal }).next()).rejects.toBeDefined();
  });
});
