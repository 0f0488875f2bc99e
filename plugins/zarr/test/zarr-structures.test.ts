import { describe, expect, test } from "@jest/globals";
import { readBox } from "../../../src/format/read-box.js";
import { wholeBox } from "../../../src/schema/box.js";
import { plainValues } from "../../../test/contract/expected.js";
import { memoryStore } from "./memory-store.js";
import { openText } from "./open-store.js";

const base = { zarr_format: 2, compressor: null, filters: null, order: "C", fill_value: null };

describe("a field that is an array", () => {
  /** numpy.frombuffer(bytes(range(1, 21)), [("a", "|u1", (2, 2)), ("b", "<u2", (2,)), ("c", ">u2")])["b"] and the like. */
  const dtype = [
    ["a", "|u1", [2, 2]],
    ["b", "<u2", [2]],
    ["c", ">u2"],
  ];
  const chunk = `base64:${Buffer.from(Array.from({ length: 20 }, (_, i) => i + 1)).toString("base64")}`;
  const open = () => openText(JSON.stringify({ "x/.zarray": { ...base, dtype, shape: [3], chunks: [2] }, "x/0": chunk }));

  test("adds its dimensions, which belong to one cell", async () => {
    const { variable } = await open();
    expect(variable("/x").fields?.map(({ path, shape, dims, cellDims }) => [path, shape, dims, cellDims])).toEqual([
      ["/x.a", [3, 2, 2], ["dim_0", "a_dim_0", "a_dim_1"], 2],
      ["/x.b", [3, 2], ["dim_0", "b_dim_0"], 1],
      ["/x.c", [3], ["dim_0"], undefined],
    ]);
  });

  test("has the values of every structure, and of structures that nobody wrote zeros", async () => {
    const { variable, context } = await open();
    const read = (variable("/x").fields ?? []).map(async (field) => {
      return plainValues(await readBox(field, wholeBox(field.shape), context), field.dtype.name);
    });
    expect(await Promise.all(read)).toEqual([
      [1, 2, 3, 4, 11, 12, 13, 14, 0, 0, 0, 0],
      [0x0605, 0x0807, 0x100f, 0x1211, 0, 0],
      [0x090a, 0x1314, 0],
    ]);
  });
});

test("of a large uncompressed chunk only the rows are read that are wanted", async () => {
  const rows = 100_000;
  const target = Buffer.alloc(8 * rows * 2);
  for (let i = 0; i < 2 * rows; i++) target.writeInt32LE(i, 8 * i + 4);
  const dtype = [
    ["a", "<f4"],
    ["b", "<i4"],
  ];
  const refs = { "x/.zarray": { ...base, dtype, shape: [rows, 2], chunks: [rows, 2] }, "x/0.0": ["s3://b/t", 0, target.length] };
  const store = memoryStore({ "s3://b/t": target }, { canList: false });
  const { variable, context } = await openText(JSON.stringify(refs), "s3://b/refs.json", { store });
  const field = variable("/x").fields?.[1];
  if (!field) throw new Error("no field");
  const before = context.counters.bytes;
  const box = [
    { start: 70_000, stop: 70_002 },
    { start: 1, stop: 2 },
  ];
  expect([...((await readBox(field, box, context)) as Int32Array)]).toEqual([140_001, 140_003]);
  expect(context.counters.bytes - before).toBe(2 * 2 * 8);
});

test("fields of UTF-32 of structures that nobody wrote have the fill value's text", async () => {
  /** numpy.array([("né", 5)], [("n", "<U2"), ("k", "|u1")]).tobytes() */
  const fill_value = Buffer.from([110, 0, 0, 0, 233, 0, 0, 0, 5]).toString("base64");
  const dtype = [
    ["n", "<U2"],
    ["k", "|u1"],
  ];
  const text = JSON.stringify({ "x/.zarray": { ...base, dtype, shape: [3], chunks: [2], fill_value } });
  const { variable, context } = await openText(text);
  const [n, k] = variable("/x").fields ?? [];
  if (!n || !k) throw new Error("no fields");
  expect(await readBox(n, [{ start: 1, stop: 3 }], context)).toEqual(["né", "né"]);
  expect([...((await readBox(k, [{ start: 1, stop: 3 }], context)) as Uint8Array)]).toEqual([5, 5]);
});
