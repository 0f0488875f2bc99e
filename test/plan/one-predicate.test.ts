import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Archive } from "../../src/archive/model.js";
import { parseExpr } from "../../src/expr/parse.js";
import { countChunks } from "../../src/physical/count-chunks.js";
import { estimateRun } from "../../src/physical/estimate-run.js";
import { planConvert } from "../../src/physical/plan-convert.js";
import { planRun } from "../../src/physical/plan-run.js";
import { buildConvertPlan } from "../../src/plan/build-convert.js";
import { scanOf } from "../../src/plan/walk.js";
import { archiveOf, collect, type Row, SINK, SMALL, withMembers } from "./collect.js";

const HERE = join(import.meta.dirname, "../../sample-data/one-predicate");
const expected = JSON.parse(readFileSync(join(HERE, "expected.json"), "utf8"));
const request = { where: parseExpr(expected.predicate), sink: SINK };
const SHAPE = [12, 73, 72] as const;

/** What numpy summed up: rows, stored codes, values, and positions in the array. */
function summary(rows: readonly Row[]) {
  const position = (row: Row): number => {
    const day = (Number(row.time) / 1e6 - 946_684_800) / 86_400;
    return (day * SHAPE[1] + (90 - Number(row.lat)) / 2.5) * SHAPE[2] + Number(row.lon) / 5;
  };
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    rows: rows.length,
    sum_of_codes: sum((row) => Math.round((Number(row.t2m) - 250) / 0.01)),
    sum_of_positions: sum(position),
    sum_of_values: Number(sum((row) => Number(row.t2m)).toFixed(6)),
  };
}

const wanted = {
  rows: expected.rows,
  sum_of_codes: expected.sum_of_codes,
  sum_of_positions: expected.sum_of_positions,
  sum_of_values: Number(expected.sum_of_values.toFixed(6)),
};

describe("lat between 40 and 50 and t2m > 273.15, on int16 data with scale 0.01 and offset 250", () => {
  let archive: Archive;
  beforeAll(async () => {
    archive = await archiveOf([join(HERE, "t2m.nc")]);
  });

  test("lat becomes a slice, t2m stays a filter", async () => {
    const { optimized, run } = await planConvert(archive, request, SMALL);
    const scan = scanOf(optimized.roots[0] as never);
    expect(scan.claimed.map(({ claim }) => claim)).toEqual(["exact", "exact", "inexact"]);
    expect(scan.selection).toEqual([null, [{ start: 16, stop: 21 }], null]);
    expect(run.tables[0]?.residual).toEqual(parseExpr("t2m > 273.15"));
    expect(countChunks(run)).toEqual(expected.chunks);
  });

  test("reads the chunks of the band, and nothing else", async () => {
    await withMembers(archive, async (cache) => {
      const { run } = await planConvert(archive, request, { ...SMALL, resources: cache });
      const opened = await cache.member(0);
      opened.release();
      const before = cache.counters;
      const rows = await collect(run, cache);
      const after = cache.counters;
      expect(summary(rows)).toEqual(wanted);
      expect(after.chunks - before.chunks).toBe(expected.chunks.kept);
      const indexReads = await indexCost(archive);
      expect(after.requests - before.requests - indexReads.requests).toBe(expected.requests);
      expect(after.bytes - before.bytes - indexReads.bytes).toBe(expected.bytes);
    });
  });

  test("the estimate is what the run then takes", async () => {
    const { run } = await planConvert(archive, request, SMALL);
    const estimate = await withMembers(archive, (cache) => estimateRun(run, cache));
    const taken = await withMembers(archive, async (cache) => {
      await collect(run, cache);
      return cache.counters;
    });
    expect(taken).toMatchObject({ chunks: estimate.chunks, requests: estimate.requests, bytes: estimate.bytes });
    expect(estimate).toMatchObject({ files: 1, rows: expected.rows_in_band, ...{ pruned: expected.chunks.pruned } });
  });

  test("the plan that is not optimised gives the same rows from all chunks", async () => {
    const run = planRun(buildConvertPlan(archive, request), archive, { ...SMALL, sink: SINK });
    await withMembers(archive, async (cache) => {
      const rows = await collect(run, cache);
      expect(summary(rows)).toEqual(wanted);
      expect(cache.counters.chunks).toBe(expected.all.chunks);
    });
    const optimised = await planConvert(archive, request, SMALL);
    const both = [run, optimised.run].map((plan) => withMembers(archive, (cache) => collect(plan, cache)));
    const [plain, sliced] = await Promise.all(both);
    const key = (row: Row): string => [row.time, row.lat, row.lon, row.t2m].join();
    expect(sliced?.map(key).sort()).toEqual(plain?.map(key).sort());
  });

  test("small slabs, each of the chunks of three days, give the same rows, each chunk once", async () => {
    const { run } = await planConvert(archive, request, { ...SMALL, jobs: 4, memory: 4 * 6 * 3 * 10 * 36 * 8 });
    expect(run.tasks.flatMap((task) => task.slabs).length).toBe(4);
    await withMembers(archive, async (cache) => {
      expect(summary(await collect(run, cache))).toEqual(wanted);
      expect(cache.counters.chunks).toBe(expected.chunks.kept);
    });
  });
});

/** What walking the chunk index of the band reads. */
async function indexCost(archive: Archive): Promise<{ requests: number; bytes: number }> {
  return withMembers(archive, async (cache) => {
    const member = await cache.member(0);
    const before = { ...cache.counters };
    const t2m = member.dataset.variables.find((variable) => variable.name === "t2m");
    const box = [
      { start: 0, stop: 12 },
      { start: 16, stop: 21 },
      { start: 0, stop: 72 },
    ];
    for await (const ref of t2m?.locate(box, member.context) ?? []) expect(ref.kind).toBe("stored");
    member.release();
    return { requests: cache.counters.requests - before.requests, bytes: cache.counters.bytes - before.bytes };
  });
}
