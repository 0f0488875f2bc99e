import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parseExpr } from "../../src/expr/parse.js";
import { planConvert } from "../../src/physical/plan-convert.js";
import { parseGeoBox } from "../../src/plan/subset.js";
import { archiveOf, collect, type Row, SINK, SMALL, withMembers } from "./collect.js";

interface Case {
  readonly file: string;
  readonly bbox?: string;
  readonly time?: string;
  readonly where?: string;
  readonly rows: number;
  readonly sum_of_positions: number;
  /** Of data and of coordinates over two axes. */
  readonly chunks_read: number;
}

const HERE = join(import.meta.dirname, "../../sample-data/subsets");
const cases = JSON.parse(readFileSync(join(HERE, "expected.json"), "utf8")) as readonly Case[];

/** Positions in the array, from what the rows carry. */
function positionOf(file: string, row: Row): number {
  if (file === "curvilinear.nc") return Number(row.v);
  return (Number(row.time) - 0.5) * 16 + Number(row.lon) / 22.5;
}

describe("subsets, as numpy and cftime select them", () => {
  test.each(cases.map((own) => [own.bbox ?? own.time ?? own.where ?? "", own.file, own] as const))(
    "%s of %s",
    async (_, __, own) => {
      const archive = await archiveOf([join(HERE, own.file)]);
      await withMembers(archive, async (cache) => {
        const request = {
          ...(own.bbox !== undefined && { bbox: parseGeoBox(own.bbox) }),
          ...(own.time !== undefined && { time: own.time }),
          ...(own.where !== undefined && { where: parseExpr(own.where) }),
          sink: SINK,
        };
        const { run } = await planConvert(archive, request, { ...SMALL, resources: cache });
        const before = cache.counters.chunks;
        const rows = await collect(run, cache);
        expect(rows.length).toBe(own.rows);
        expect(rows.reduce((sum, row) => sum + positionOf(own.file, row), 0)).toBe(own.sum_of_positions);
        expect(cache.counters.chunks - before).toBe(own.chunks_read);
      });
    },
  );
});
