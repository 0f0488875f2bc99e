import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { openArchive } from "../../src/archive/open-archive.js";
import { isGraticuleError } from "../../src/errors.js";
import { parseExpr } from "../../src/expr/parse.js";
import type { ArrayVariable, ChunkRef } from "../../src/format/contract.js";
import { cutMissing, partsOf } from "../../src/format/cut-missing.js";
import { readContext } from "../../src/format/read-context.js";
import { planConvert } from "../../src/physical/plan-convert.js";
import { readTask } from "../../src/physical/read-task.js";
import { MemberCache } from "../../src/scan/member-cache.js";
import { cellCount } from "../../src/schema/grid-batch.js";
import { SAMPLES } from "../unit/archive-values.js";
import { collect, SINK, SMALL } from "./collect.js";

jest.setTimeout(60_000);

async function planOf(file: string, vars: readonly string[], where?: string, options: object = {}) {
  const context = readContext({ parallel: false });
  try {
    const archive = await openArchive([join(SAMPLES, file)], where === undefined ? { vars } : {}, context);
    const cache = new MemberCache(archive.members);
    const request = { sink: SINK, vars, ...(where !== undefined && { where: parseExpr(where) }) };
    const { run } = await planConvert(archive, request, { ...SMALL, resources: cache, ...options });
    return { run, cache };
  } finally {
    await context.close();
  }
}

/** What of `sample-data/hdf5-sparse.h5` is not stored reads as the fill value. */
describe("arrays of which next to nothing is stored", () => {
  test("a chunk that was never stored is read in parts, whatever its size, each cell once", async () => {
    const { run, cache } = await planOf("hdf5-large-chunk.h5", ["values"]);
    let [rows, most, next] = [0, 0, 0];
    for (const task of run.tasks)
      for await (const batch of readTask(run, task, cache)) {
        const cells = cellCount(batch);
        const [first] = batch.axes;
        expect(first?.start).toBe(next);
        next += first?.length ?? 0;
        rows += cells;
        most = Math.max(most, cells);
        const values = batch.columns.find(({ field }) => field.name === "values")?.data as Float32Array;
        expect([values[0], values[cells - 1]]).toEqual([2.5, 2.5]);
      }
    await cache.close();
    expect(rows).toBe(12288 ** 2);
    expect(most).toBeLessThanOrEqual(2 ** 23);
  });

  test("the one chunk that is stored is found by its indices", async () => {
    const where = "phony_dim_2 >= 99999 AND phony_dim_2 < 100001 AND phony_dim_3 >= 200000 AND phony_dim_3 <= 200001";
    const { run, cache } = await planOf("hdf5-sparse.h5", ["island"], where);
    const rows = await collect(run, cache);
    await cache.close();
    expect(rows.map((row) => [row.phony_dim_2, row.phony_dim_3, row.island])).toEqual([
      [99999, 200000, 1],
      [99999, 200001, 1],
      [100000, 200000, 7],
      [100000, 200001, 1],
    ]);
  });

  test("indices of a long dimension are compared block by block, and made where they are read", async () => {
    const where = "phony_dim_6 = 67108863 AND phony_dim_7 BETWEEN 33554430 AND 33554431";
    const { run, cache } = await planOf("hdf5-sparse.h5", ["vast"], where);
    const rows = await collect(run, cache);
    await cache.close();
    expect(rows).toEqual([33554430, 33554431].map((x) => ({ phony_dim_6: 67108863, phony_dim_7: x, vast: 0 })));
  });

  test.each(["unused", "vast"])("%s would be more slabs than a plan holds: refused at once, with what to do", async (name) => {
    const began = performance.now();
    const failure = await planOf("hdf5-sparse.h5", [name]).catch((error: unknown) => error);
    expect(isGraticuleError(failure, "unsupported")).toBe(true);
    expect(failure).toMatchObject({ message: expect.stringContaining("slabs"), hint: expect.stringContaining("--bbox") });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test("parts of no size would be more tasks than a plan holds", async () => {
    const failure = await planOf("hdf5-sparse.h5", ["unused"], "phony_dim_4 < 40960", { partBytes: 4 << 20 }).catch(
      (error: unknown) => error,
    );
    expect(isGraticuleError(failure, "unsupported")).toBe(true);
    expect(failure).toMatchObject({ message: expect.stringContaining("parts"), hint: expect.stringContaining("--part-size") });
  });
});

describe("boxes of chunks", () => {
  const large = [
    { start: 4, stop: 20_004 },
    { start: 1, stop: 20_001 },
  ];
  const variableWith = (...kinds: readonly ChunkRef["kind"][]): ArrayVariable =>
    ({
      path: "/v",
      async *locate() {
        for (const kind of kinds) yield { kind, origin: [4, 1], shape: [20_000, 20_000], filterMask: 0 } as ChunkRef;
      },
    }) as unknown as ArrayVariable;
  const cut = async (variable: ArrayVariable, maxBytes: number) => {
    const context = readContext({ parallel: false });
    const found = [];
    for await (const box of cutMissing(
      variable,
      [[{ start: 0, stop: 1 }, large[1] ?? { start: 0, stop: 0 }], large],
      4,
      maxBytes,
      context,
    ))
      found.push(box.map(({ start, stop }) => `${start}:${stop}`).join(" "));
    await context.close();
    return found;
  };

  test("are cut where nothing is stored, and whole where something is", async () => {
    expect(await cut(variableWith("missing", "missing"), 20_000 * 4 * 10_000)).toEqual([
      "0:1 1:20001",
      "4:10004 1:20001",
      "10004:20004 1:20001",
    ]);
    expect(await cut(variableWith("missing", "stored"), 1)).toEqual(["0:1 1:20001", "4:20004 1:20001"]);
    expect(await cut(variableWith("plugin"), 1)).toEqual(["0:1 1:20001", "4:20004 1:20001"]);
  });

  test("parts are row-major and cover the box", () => {
    const parts = [
      ...partsOf(
        [
          { start: 1, stop: 3 },
          { start: 5, stop: 8 },
        ],
        2,
        4,
      ),
    ];
    expect(parts.map((box) => box.map(({ start, stop }) => `${start}:${stop}`).join(" "))).toEqual([
      "1:2 5:7",
      "1:2 7:8",
      "2:3 5:7",
      "2:3 7:8",
    ]);
  });
});
