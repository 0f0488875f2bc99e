import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { encodeKnown } from "../../src/archive/known-values.js";
import type { Archive, Piece, TableGroup } from "../../src/archive/model.js";
import { interpretDataset } from "../../src/convention/interpret.js";
import { parseExpr } from "../../src/expr/parse.js";
import type { ArrayVariable, Dataset } from "../../src/format/contract.js";
import { readContext } from "../../src/format/read-context.js";
import { estimateRun } from "../../src/physical/estimate-run.js";
import { planConvert } from "../../src/physical/plan-convert.js";
import { planRun } from "../../src/physical/plan-run.js";
import { buildConvertPlan } from "../../src/plan/build-convert.js";
import { parseGeoBox } from "../../src/plan/subset.js";
import type { ScanResources } from "../../src/scan/member-cache.js";
import { sizeOf, stridesOf } from "../../src/schema/box.js";
import { numberType } from "../../src/schema/field.js";
import { collect, type Row, SINK } from "../plan/collect.js";

const FILL = -99;

interface Grid {
  readonly lengths: readonly [number, number, number];
  /** Dimension of the table for each dimension of the file. */
  readonly order: readonly number[];
  readonly chunks: readonly number[];
  /** Where the second file takes over, and whether it runs backwards. */
  readonly cut: number;
  readonly isReversed: boolean;
  readonly west: number;
  readonly codes: readonly number[];
}

const grids: fc.Arbitrary<Grid> = fc
  .record({
    lengths: fc.tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 })),
    order: fc.constantFrom([0, 1, 2], [0, 2, 1], [2, 1, 0], [1, 0, 2]),
    chunks: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })),
    isReversed: fc.boolean(),
    west: fc.constantFrom(0, -180, 10),
    seed: fc.infiniteStream(fc.integer({ min: -5, max: 5 })),
  })
  .chain(({ seed, lengths, ...rest }) =>
    fc.integer({ min: 1, max: lengths[0] - 1 }).map((cut) => {
      const codes = Array.from({ length: sizeOf(lengths) }, () => {
        const code = seed.next().value as number;
        return code === -5 ? FILL : code;
      });
      return { ...rest, lengths, cut, codes };
    }),
  );

const lonOf = (grid: Grid, i: number): number => grid.west + (i * 360) / grid.lengths[2];
const latOf = (i: number): number => 60 - 20 * i;
const codeAt = (grid: Grid, t: number, y: number, x: number): number =>
  grid.codes[(t * grid.lengths[1] + y) * grid.lengths[2] + x] as number;

/** Chunks as bytes inside the refs: everything but a file. */
function variableOf(grid: Grid, from: number, length: number, isReversed: boolean): ArrayVariable {
  const table = [length, grid.lengths[1], grid.lengths[2]];
  const shape = grid.order.map((axis) => table[axis] as number);
  const chunks = shape.map((n, d) => Math.min(n, grid.chunks[d] as number));
  const valueAt = (index: readonly number[]): number => {
    const at = [0, 0, 0];
    for (const [d, axis] of grid.order.entries()) at[axis] = index[d] as number;
    const [t, y, x] = at as [number, number, number];
    return codeAt(grid, from + (isReversed ? length - 1 - t : t), y, x);
  };
  return {
    path: "/v",
    name: "v",
    dtype: { name: "int16", size: 2, byteOrder: "little" },
    dims: grid.order.map((axis) => ["t", "y", "x"][axis] as string),
    dimPaths: grid.order.map((axis) => ["/t", "/y", "/x"][axis] as string),
    shape,
    chunks,
    codecs: [],
    access: "direct",
    attributes: new Map([
      ["scale_factor", { dtype: "float64" as const, values: [0.5] }],
      ["add_offset", { dtype: "float64" as const, values: [10] }],
      ["_FillValue", { dtype: "int16" as const, values: [FILL] }],
    ]),
    async *locate(box) {
      const counts = shape.map((n, d) => Math.ceil(n / (chunks[d] as number)));
      for (let k = 0; k < sizeOf(counts); k++) {
        const strides = stridesOf(counts);
        const origin = counts.map((n, d) => (Math.floor(k / (strides[d] as number)) % n) * (chunks[d] as number));
        const meets = box.every(
          (r, d) => r.start < (origin[d] as number) + (chunks[d] as number) && r.stop > (origin[d] as number),
        );
        if (!meets) continue;
        const values = new Int16Array(sizeOf(chunks));
        const inner = stridesOf(chunks);
        for (let i = 0; i < values.length; i++) {
          const index = chunks.map((n, d) => (origin[d] as number) + (Math.floor(i / (inner[d] as number)) % n));
          values[i] = index.every((at, d) => at < (shape[d] as number)) ? valueAt(index) : 77;
        }
        yield { kind: "inline", origin, shape: chunks, filterMask: 0, bytes: new Uint8Array(values.buffer) };
      }
    },
  };
}

function datasetOf(variable: ArrayVariable): Dataset {
  const source = { url: "memory", size: 0, version: "1" } as Dataset["source"];
  return {
    format: "netcdf4",
    container: "hdf5",
    version: 4,
    source,
    dimensions: [],
    groups: [],
    variables: [variable],
    warnings: [],
    close: async () => undefined,
  };
}

function scenario(grid: Grid): {
  archive: Archive;
  resources: ScanResources & { counters: { requests: number; bytes: number; chunks: number } };
} {
  const [length, rows, columns] = grid.lengths;
  const files = [variableOf(grid, 0, grid.cut, false), variableOf(grid, grid.cut, length - grid.cut, grid.isReversed)];
  const known = (name: string, axis: number, values: Float64Array, role: "X" | "Y" | null) => ({
    field: { name, type: numberType("float64"), nullable: false, metadata: {} },
    role: "coordinate" as const,
    axes: [axis],
    ...(role && { axis: role }),
    values: encodeKnown(values),
  });
  const piece = (member: number): Piece => ({
    member,
    variable: "/v",
    axes: grid.order,
    offset: member === 1 && grid.isReversed ? length - grid.cut - 1 : 0,
    step: member === 1 && grid.isReversed ? -1 : 1,
    chunks: files[member]?.chunks ?? null,
    elementSize: 2,
  });
  const group: TableGroup = {
    name: "t_y_x",
    axes: [
      { dim: "t", length, column: 0 },
      { dim: "y", length: rows, column: 1 },
      { dim: "x", length: columns, column: 2 },
    ],
    columns: [
      {
        field: { name: "t", type: numberType("int32"), nullable: false, metadata: {} },
        role: "index",
        axes: [0],
        values: { kind: "index" },
      },
      known(
        "y",
        1,
        Float64Array.from({ length: rows }, (_, i) => latOf(i)),
        "Y",
      ),
      known(
        "x",
        2,
        Float64Array.from({ length: columns }, (_, i) => lonOf(grid, i)),
        "X",
      ),
      { field: { name: "v", type: numberType("float64"), nullable: true, metadata: {} }, role: "data", axes: [0, 1, 2] },
    ],
    joined: 0,
    segments: [
      { start: 0, stop: grid.cut, pieces: [null, null, null, piece(0)] },
      { start: grid.cut, stop: length, pieces: [null, null, null, piece(1)] },
    ],
    metadata: {},
  };
  const context = readContext({ parallel: false });
  const datasets = files.map(datasetOf);
  const meanings = datasets.map((dataset) => interpretDataset(dataset));
  const resources = {
    counters: context.counters,
    async member(i: number) {
      return { dataset: datasets[i] as Dataset, meaning: meanings[i] as never, context, release: () => undefined };
    },
  };
  return { archive: { members: [], tables: [group], warnings: [] }, resources };
}

function expectedRows(grid: Grid, keeps: (row: Row) => boolean): Row[] {
  const rows: Row[] = [];
  const [length, height, width] = grid.lengths;
  for (let t = 0; t < length; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const code = codeAt(grid, t, y, x);
        const row = { t, y: latOf(y), x: lonOf(grid, x), v: code === FILL ? null : code * 0.5 + 10 };
        if (keeps(row)) rows.push(row);
      }
  return rows;
}

/** Whether a longitude lies in a box: walked eastwards from its western edge. */
function isBetween(lon: number, west: number, east: number): boolean {
  const eastwards = (a: number, b: number): number => (((b - a) % 360) + 360) % 360;
  return east - west >= 360 || eastwards(west, lon) <= eastwards(west, east) || (east > west && east - west > 360);
}

interface Case {
  readonly where: string;
  readonly keeps: (row: Row) => boolean;
}
const value = (row: Row): number => (row.v === null ? Number.NaN : Number(row.v));
const cases: fc.Arbitrary<Case> = fc.oneof(
  fc
    .integer({ min: -80, max: 70 })
    .map((a): Case => ({ where: `y between ${a} and ${a + 30}`, keeps: (r) => Number(r.y) >= a && Number(r.y) <= a + 30 })),
  fc.integer({ min: 7, max: 13 }).map((a): Case => ({ where: `v > ${a}`, keeps: (r) => value(r) > a })),
  fc.integer({ min: 0, max: 5 }).map((a): Case => ({ where: `t in (${a}, ${a + 2})`, keeps: (r) => r.t === a || r.t === a + 2 })),
  fc
    .integer({ min: 0, max: 5 })
    .map((a): Case => ({ where: `t % 2 = 0 and not (v <= ${a + 7})`, keeps: (r) => Number(r.t) % 2 === 0 && value(r) > a + 7 })),
  fc
    .integer({ min: -50, max: 50 })
    .map((a): Case => ({ where: `y > ${a} or v = 11`, keeps: (r) => Number(r.y) > a || value(r) === 11 })),
  fc.integer({ min: -200, max: 360 }).map((a): Case => ({ where: `x + y < ${a}`, keeps: (r) => Number(r.x) + Number(r.y) < a })),
  fc.constant<Case>({ where: "v is null", keeps: (r) => r.v === null }),
  fc.constant<Case>({ where: "v > 11 and v < 11", keeps: () => false }),
  fc.tuple(fc.integer({ min: -180, max: 360 }), fc.integer({ min: 1, max: 359 })).map(([w, width]): Case => {
    const e = w + width > 360 ? w + width - 360 : w + width;
    return { where: `wrap_between(x, ${w}, ${e})`, keeps: (r) => isBetween(Number(r.x), w, e) };
  }),
);

const key = (row: Row): string => [row.t, row.y, row.x, row.v].join(" ");

describe("a scan", () => {
  test("gives the rows of the predicate, optimised or not, whatever the chunks, the files and the slabs", async () => {
    await fc.assert(
      fc.asyncProperty(
        grids,
        fc.array(cases, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(1 << 30, 2000, 300),
        async (grid, terms, memory) => {
          const { archive, resources } = scenario(grid);
          const where = parseExpr(terms.map((term) => `(${term.where})`).join(" and "));
          const options = { jobs: 2, memory, recipe: {} };
          const wanted = expectedRows(grid, (row) => terms.every((term) => term.keeps(row))).map(key);
          const plain = planRun(buildConvertPlan(archive, { where, sink: SINK }), archive, { ...options, sink: SINK });
          const { run } = await planConvert(archive, { where, sink: SINK }, options);
          const rows = (await collect(run, resources)).map(key);
          expect([...rows].sort()).toEqual([...wanted].sort());
          expect((await collect(plain, resources)).map(key).sort()).toEqual([...wanted].sort());
          expect(new Set(rows).size).toBe(rows.length);
          const ordered = await planConvert(archive, { where, sink: SINK, order: "array" }, options);
          expect((await collect(ordered.run, resources)).map(key)).toEqual(wanted);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("reads what was estimated, and no more than the plan that is not optimised", async () => {
    await fc.assert(
      fc.asyncProperty(
        grids,
        fc.array(cases, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(1 << 30, 2000),
        async (grid, terms, memory) => {
          const { archive, resources } = scenario(grid);
          const where = parseExpr(terms.map((term) => `(${term.where})`).join(" and "));
          const { run } = await planConvert(archive, { where, sink: SINK }, { jobs: 1, memory, recipe: {} });
          const estimate = await estimateRun(run, resources);
          const before = resources.counters.chunks;
          await collect(run, resources);
          expect(resources.counters.chunks - before).toBe(estimate.chunks);
          const whole = await planConvert(archive, { sink: SINK }, { jobs: 1, memory, recipe: {} });
          const all = await estimateRun(whole.run, resources);
          expect(estimate.chunks + estimate.pruned).toBe(all.chunks);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a box keeps the same cells on grids from 0 to 360 and from -180 to 180", async () => {
    await fc.assert(
      fc.asyncProperty(grids, fc.integer({ min: -180, max: 180 }), fc.integer({ min: 0, max: 359 }), async (grid, west, width) => {
        const east = west + width > 180 ? west + width - 360 : west + width;
        const found: string[][] = [];
        for (const start of [0, -180]) {
          // The same cells under other names: shifted by half a turn.
          const { archive, resources } = scenario({
            ...grid,
            west: start,
            lengths: [grid.lengths[0], grid.lengths[1], 8],
            codes: Array.from({ length: grid.lengths[0] * grid.lengths[1] * 8 }, (_, i) => i % 4),
          });
          const { run } = await planConvert(
            archive,
            { bbox: parseGeoBox(`${west},-90,${east},90`), sink: SINK },
            { jobs: 1, memory: 1 << 30, recipe: {} },
          );
          found.push(
            (await collect(run, resources)).map((row) => `${row.t} ${row.y} ${((Number(row.x) % 360) + 360) % 360}`).sort(),
          );
        }
        expect(found[0]).toEqual(found[1]);
        const inBox = Array.from({ length: 8 }, (_, i) => i * 45).filter((lon) => isBetween(lon, west, east)).length;
        expect(found[0]?.length).toBe(grid.lengths[0] * grid.lengths[1] * inBox);
      }),
      { numRuns: 50 },
    );
  });
});
