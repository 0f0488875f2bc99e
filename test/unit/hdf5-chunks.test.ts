import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { intersect, sizeOf, wholeBox } from "../../src/schema/box.js";
import { type OpenedHdf5, openHdf5, sha256Of } from "../support/hdf5-variables.js";

type Expected = Record<string, Record<string, { shape: number[]; sha256: string }>>;

const expected = JSON.parse(readFileSync("sample-data/hdf5-chunks.json", "utf8")) as Expected;

/** What the generator says it writes; the fixtures were made with HDF5 2.0. */
const INDEXES = ["earliest: version 1 B-trees", "v110: layout 4 behind a userblock of 1024 bytes", "latest: layout 5"] as const;

describe.each(INDEXES)("%s", (title) => {
  const name = title.split(":")[0] as string;
  const datasets = Object.entries(expected[name] ?? {});
  let file: OpenedHdf5;

  beforeAll(async () => {
    file = await openHdf5(`sample-data/hdf5-chunks-${name}.h5`);
  });
  afterAll(() => file.close());

  test.each(datasets)("%s holds what h5py reads", async (path, { shape, sha256 }) => {
    expect(file.variable(path).shape).toEqual(shape);
    expect(file.variable(path).error).toBeUndefined();
    expect(sha256Of(await file.read(path))).toBe(sha256);
  });

  test("refs cover a box once, in any part of any dataset", async () => {
    for (const [path, { shape }] of datasets) {
      if (sizeOf(shape) > 5000) continue;
      const box = shape.map((length) => ({ start: length >> 2, stop: Math.max(length >> 2, length - (length >> 3)) }));
      let cells = 0;
      for (const ref of await file.refs(path, box)) {
        const common = intersect(
          ref.origin.map((start, d) => ({ start, stop: start + (ref.shape[d] as number) })),
          box,
        );
        expect(common).not.toBeNull();
        cells += sizeOf((common ?? []).map(({ start, stop }) => stop - start));
      }
      expect([path, cells]).toEqual([path, sizeOf(box.map(({ start, stop }) => stop - start))]);
    }
  });

  test("absent chunks are few refs, however many they are", async () => {
    expect(await file.refs("/missing/everything")).toEqual([{ kind: "missing", origin: [0, 0], shape: [100, 100], filterMask: 0 }]);
    const far = await file.refs("/many/far");
    expect(far.filter((ref) => ref.kind === "stored")).toHaveLength(16);
    expect(far.filter((ref) => ref.kind === "missing").length).toBeLessThan(18);
  });

  test("a box far into a large index costs a few blocks of metadata", async () => {
    const own = await openHdf5(`sample-data/hdf5-chunks-${name}.h5`);
    const before = own.context.counters.requests;
    const refs = await own.refs("/many/far", [{ start: 139_999, stop: 140_000 }]);
    expect(refs).toMatchObject([{ kind: "stored", origin: [139_999], shape: [1], length: 1 }]);
    expect(own.context.counters.requests - before).toBeLessThanOrEqual(4);
    await own.close();
  });

  test("filter masks name the filters that a chunk went without", async () => {
    const masks = (await file.refs("/masked")).map((ref) => ref.filterMask);
    expect(masks).toEqual([0, 3, 2]);
  });

  test("offsets count from the file's beginning, userblock included", async () => {
    const bytes = readFileSync(`sample-data/hdf5-chunks-${name}.h5`);
    for (const ref of await file.refs("/implicit")) {
      if (ref.kind !== "stored") throw new Error(`a ref of kind ${ref.kind}`);
      const cell = ref.origin.map((start) => ({ start, stop: start + 1 }));
      const [value] = (await file.read("/implicit", cell)) as Int32Array;
      expect(bytes.readInt32LE(ref.offset)).toBe(value);
    }
  });

  test("codecs stand in encoding order", () => {
    const labels = (path: string) => file.variable(path).codecs.map((spec) => file.context.codecs.label(spec));
    expect(labels("/single/all")).toEqual(["shuffle", "deflate:4", "fletcher32"]);
    expect(labels("/single/lzf")).toEqual(["shuffle", "lzf"]);
    expect(labels("/contiguous/big-endian")).toEqual([]);
  });

  test("damage of one byte is an error or without effect, and never another error than ours", async () => {
    const bytes = readFileSync(`sample-data/hdf5-chunks-${name}.h5`);
    const step = Math.ceil(bytes.length / 25);
    for (let at = name === "v110" ? 1024 + 96 : 96; at < bytes.length; at += step) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      await openHdf5("damaged.h5", damaged).then(
        async (own) => {
          for (const v of own.dataset.variables.filter((_, i) => i % 5 === at % 5)) {
            if (v.error || sizeOf(v.shape) > 5000) continue;
            await own.read(v.path, wholeBox(v.shape)).catch((error: { tag?: string }) => {
              expect(["malformed", "truncated", "checksum", "unsupported"]).toContain(error.tag);
            });
          }
        },
        (error: { tag?: string }) => expect(["malformed", "truncated", "checksum", "unsupported"]).toContain(error.tag),
      );
    }
  });
});

test.each(["v110", "latest"])("partial edge chunks may be stored without filters: %s", async (name) => {
  const file = await openHdf5(`sample-data/hdf5-chunks-${name}.h5`);
  const refs = await file.refs("/edges-unfiltered");
  expect(refs.map((ref) => [ref.origin, ref.filterMask])).toEqual([
    [[0, 0], 0],
    [[0, 3], 0],
    [[0, 6], 1],
    [[2, 0], 0],
    [[2, 3], 0],
    [[2, 6], 1],
    [[4, 0], 1],
    [[4, 3], 1],
    [[4, 6], 1],
  ]);
  await file.close();
});
