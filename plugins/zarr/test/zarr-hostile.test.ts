import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { isGraticuleError } from "../../../src/errors.js";
import { readBox } from "../../../src/format/read-box.js";
import { seeded } from "../../../test/contract/boxes.js";
import { openStore, openText, samples } from "./open-store.js";

const scratch = mkdtempSync(join(tmpdir(), "zarr-hostile-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const v2 = { zarr_format: 2, shape: [4], chunks: [2], dtype: "<i2", compressor: null, filters: null, order: "C", fill_value: 0 };
const v3 = {
  zarr_format: 3,
  node_type: "array",
  shape: [4],
  data_type: "int16",
  chunk_grid: { name: "regular", configuration: { chunk_shape: [2] } },
  chunk_key_encoding: { name: "default" },
  fill_value: 0,
  codecs: [{ name: "bytes", configuration: { endian: "little" } }],
};
const shard = (configuration: object) => ({
  codecs: [
    {
      name: "sharding_indexed",
      configuration: {
        chunk_shape: [1],
        codecs: [{ name: "bytes" }],
        index_codecs: [{ name: "bytes" }, { name: "crc32c" }],
        ...configuration,
      },
    },
  ],
});

/** A store of one array, as references. */
const open2 = (more: object, chunks: object = {}) => openText(JSON.stringify({ "x/.zarray": { ...v2, ...more }, ...chunks }));
const open3 = (more: object, chunks: object = {}) =>
  openText(JSON.stringify({ "zarr.json": { zarr_format: 3, node_type: "group" }, "x/zarr.json": { ...v3, ...more }, ...chunks }));

describe("an array of version 2 is malformed", () => {
  test.each([
    ["without a shape", { shape: undefined }],
    ["with a negative length", { shape: [-1] }],
    ["with a length that is no number", { shape: ["4"] }],
    ["with a length beyond 2⁵³", { shape: [2 ** 54] }],
    ["with chunks of another rank", { chunks: [2, 2] }],
    ["with chunks of nothing", { chunks: [0] }],
    ["with 1000 dimensions", { shape: Array(1000).fill(1), chunks: Array(1000).fill(1) }],
    ["with a filter without id", { filters: [{}] }],
    ["with filters that are no list", { filters: { id: "zlib" } }],
    ["with a fill value that is no number", { fill_value: "red" }],
    ["with an element of gigabytes", { dtype: "|S4000000000" }],
    ["with labels that are none", { dtype: "|O", filters: [{ id: "categorize" }] }],
    ["of version 1", { zarr_format: 1 }],
  ])("%s", async (_, more) => {
    const { dataset } = await open2(more);
    expect(dataset.variables[0]?.error).toMatchObject({ code: "malformed", variable: "/x" });
  });
});

describe("an array of version 3 is malformed", () => {
  test.each([
    ["without codecs", { codecs: [] }],
    ["with a codec without name", { codecs: [{}] }],
    ["without a grid", { chunk_grid: {} }],
    ["with a transpose that is none", { codecs: [{ name: "transpose", configuration: { order: [0, 0] } }, { name: "bytes" }] }],
    ["with shards that cannot be divided", shard({ chunk_shape: [3] })],
    ["with an index nowhere", shard({ index_location: "middle" })],
    [
      "with chunk keys that are separated by nothing",
      { chunk_key_encoding: { name: "default", configuration: { separator: "" } } },
    ],
    ["with raw bits of no whole bytes", { data_type: "r7" }],
    ["with a structure without fields", { data_type: { name: "struct", configuration: { fields: [] } } }],
  ])("%s", async (_, more) => {
    const { dataset } = await open3(more);
    expect(dataset.variables[0]?.error).toMatchObject({ code: "malformed" });
  });
});

describe("what has no reader is named", () => {
  test.each([
    ["long double", open2, { dtype: "<f16" }, "<f16"],
    ["pickled objects", open2, { dtype: "|O", filters: [{ id: "pickle" }] }, "pickle"],
    ["objects without a codec", open2, { dtype: "|O" }, "unknown encoding"],
    ["a codec from nowhere", open2, { compressor: { id: "imagecodecs_jpeg2k" } }, "imagecodecs_jpeg2k"],
    ["more elements than can be counted", open2, { shape: [1e15, 1e15], chunks: [1, 1] }, "elements"],
    ["chunks of terabytes", open2, { shape: [1e13], chunks: [1e13] }, "chunks of"],
    ["bfloat16", open3, { data_type: "bfloat16" }, "bfloat16"],
    ["an irregular grid", open3, { chunk_grid: { name: "rectilinear", configuration: {} } }, "rectilinear"],
    ["storage transformers", open3, { storage_transformers: [{ name: "x" }] }, "storage transformers"],
    ["metadata that must be understood", open3, { new_key: { must_understand: true } }, "new_key"],
    [
      "lzma, and what to do",
      open2,
      { compressor: { id: "lzma" } },
      "codec lzma: write the array again with a compressor that is read (zstd",
    ],
    ["zfpy, and what to do", open3, { codecs: [{ name: "bytes" }, { name: "numcodecs.zfpy" }] }, "compressor that is read (zstd"],
    ["a codec of version 3 from nowhere", open3, { codecs: [{ name: "bytes" }, { name: "numcodecs.pcodec" }] }, "pcodec"],
    [
      "a transpose before shards",
      open3,
      {
        shape: [4, 4],
        chunk_grid: { name: "regular", configuration: { chunk_shape: [2, 4] } },
        codecs: [{ name: "transpose", configuration: { order: [1, 0] } }, ...shard({ chunk_shape: [1, 1] }).codecs],
      },
      "transpose",
    ],
  ] as const)("%s", async (_, open, more, name) => {
    const { variable, context } = await (open as typeof open2)(more);
    expect(variable("/x").error).toBeUndefined();
    expect(variable("/x").unsupported).toContain(name);
    await expect(readBox(variable("/x"), [{ start: 0, stop: 0 }], context)).rejects.toMatchObject({ tag: "unsupported" });
  });

  test("metadata that need not be understood are passed over", async () => {
    const { variable } = await open3({ new_key: { must_understand: false } });
    expect(variable("/x").unsupported).toBeUndefined();
  });
});

describe("damaged chunks are told", () => {
  const base64 = (bytes: number[]) => `base64:${Buffer.from(bytes).toString("base64")}`;
  const text = { dtype: "|O", filters: [{ id: "vlen-utf8" }], fill_value: "" };

  test.each([
    ["too short", open2({}, { "x/0": base64([1, 0]) }), "malformed"],
    ["no zlib stream", open2({ compressor: { id: "zlib" } }, { "x/0": base64([1, 2, 3, 4]) }), "malformed"],
    ["text that is not there", open2(text, { "x/0": base64([2, 0, 0, 0, 9, 0, 0, 0, 65]) }), "malformed"],
    ["another number of texts", open2(text, { "x/0": base64([255, 255, 255, 255]) }), "malformed"],
    ["no JSON", open2({ ...text, filters: [{ id: "json2" }] }, { "x/0": base64([123]) }), "malformed"],
    ["UTF-32 of another length", open2({ dtype: "<U3", fill_value: "" }, { "x/0": base64([65, 0, 0, 0]) }), "malformed"],
    [
      "a category without a label",
      open2({ ...text, filters: [{ id: "categorize", labels: ["a", "b"], astype: "|u1" }] }, { "x/0": base64([1, 3]) }),
      "malformed",
    ],
    [
      "a negative category",
      open2({ ...text, filters: [{ id: "categorize", labels: ["a", "b"], astype: "|i1" }] }, { "x/0": base64([1, 255]) }),
      "malformed",
    ],
    ["a shard shorter than its index", open3(shard({}), { "x/c/0": base64([1, 2, 3]) }), "truncated"],
    ["a shard with a false checksum", open3(shard({}), { "x/c/0": base64(Array(36).fill(255)) }), "checksum"],
    [
      "a shard whose index points elsewhere",
      open3(shard({ index_codecs: [{ name: "bytes" }] }), { "x/c/0": base64(Array(32).fill(7)) }),
      "malformed",
    ],
  ])("%s", async (_, opened, tag) => {
    await expect((await opened).values("/x")).rejects.toMatchObject({ tag, variable: "/x" });
  });

  /** As numcodecs.Categorize(["a", "b"], dtype=...).decode gives them. */
  test.each(["|O", "<U1"])("categories of %s: 0 is none of the labels, and no text", async (dtype) => {
    const filters = [{ id: "categorize", labels: ["a", "b"], astype: "|u1" }];
    const { values } = await open2({ ...text, dtype, filters }, { "x/0": base64([1, 2]), "x/1": base64([0, 2]) });
    expect(await values("/x")).toEqual(["a", "b", "", "b"]);
  });

  /** numpy.frombuffer(b"a\0\0\0" b"\0\0\0\0" b"b\0\0\0" b"\0\0\0\0", "<U4") is ["a\0b"]. */
  test("NULs inside of UTF-32 stay, those at the end are padding", async () => {
    const chunk = [97, 0, 0, 0, 0, 0, 0, 0, 98, 0, 0, 0, 0, 0, 0, 0];
    const { variable, context } = await open2({ shape: [1], chunks: [1], dtype: "<U4", fill_value: "" }, { "x/0": base64(chunk) });
    expect(await readBox(variable("/x"), [{ start: 0, stop: 1 }], context)).toEqual(["a\0b"]);
  });

  test("a huge chunk of text that is absent takes no memory", async () => {
    const { variable, context } = await open2({ ...text, shape: [1e9], chunks: [1e9], fill_value: "none" });
    expect(await readBox(variable("/x"), [{ start: 5e8, stop: 5e8 + 2 }], context)).toEqual(["none", "none"]);
  });
});

describe("JSON", () => {
  test.each([
    ["nested deeply", `{"x/.zarray": {"shape": ${"[".repeat(50_000)}${"]".repeat(50_000)}}}`],
    [
      "nested deeply in attributes",
      `{"x/.zarray": ${JSON.stringify(JSON.stringify(v2))}, "x/.zattrs": "{\\"a\\": ${"[".repeat(50_000)}1.0${"]".repeat(50_000)}}"}`,
    ],
    ["with endless digits", `{"x/.zarray": "{\\"zarr_format\\": 2, \\"shape\\": [${"9".repeat(100_000)}]}"}`],
  ])("%s makes one array malformed", async (_, text) => {
    const { dataset } = await openText(text);
    expect(dataset.variables.map((v) => v.error?.code)).toEqual(["malformed"]);
  });

  test("with names of JavaScript's own is no trouble", async () => {
    const { values, variable } = await openText(
      `{"constructor/.zarray": ${JSON.stringify(v2)}, "__proto__/.zarray": ${JSON.stringify(v2)}, "x/.zarray": ${JSON.stringify(v2)}, "x/.zattrs": {"__proto__": 1, "toString": 2}}`,
    );
    expect(await values("/__proto__")).toEqual([0, 0, 0, 0]);
    expect([...variable("/x").attributes.keys()]).toEqual(["__proto__", "toString"]);
  });
});

test("tables of references with wrong bytes end in order", async () => {
  const folder = join(scratch, "kerchunk-parquet");
  mkdirSync(join(folder, "flag"), { recursive: true });
  writeFileSync(join(folder, ".zmetadata"), readFileSync(join(samples, "kerchunk-parquet/.zmetadata")));
  const table = readFileSync(join(samples, "kerchunk-parquet/flag/refs.0.parq"));
  const random = seeded(11);
  for (let i = 0; i < 300; i++) {
    const copy = Buffer.from(table);
    for (let k = 0; k < 2; k++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
    writeFileSync(join(folder, "flag/refs.0.parq"), i % 10 === 0 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy);
    const started = performance.now();
    const { values, context } = await openStore(join(folder, ".zmetadata"));
    const failure = await values("/flag").catch((error: unknown) => error);
    // What says that no chunk is there gives the fill value.
    const tag = Array.isArray(failure) ? "filled" : isGraticuleError(failure) && failure.tag;
    expect(["malformed", "truncated", "unsupported", "not-found", "filled"]).toContain(tag);
    expect(performance.now() - started).toBeLessThan(5000);
    await context.close();
  }
});
