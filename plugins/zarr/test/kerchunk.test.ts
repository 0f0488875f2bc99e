import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readBox } from "../../../src/format/read-box.js";
import type { Plain } from "../../../test/contract/expected.js";
import { openStore, openText, refsOf, samples } from "./open-store.js";

type Expected = Record<string, Record<string, { dtype: string; shape: number[]; values: Plain[] }>>;

const expected = JSON.parse(readFileSync(join(samples, "kerchunk-expected.json"), "utf8")) as Expected;

describe.each(Object.keys(expected))("%s gives what fsspec and zarr-python read", (name) => {
  const path = join(samples, name, name.endsWith(".json") ? "" : ".zmetadata").replace(/\/$/, "");

  test.each(Object.entries(expected[name] ?? {}))("%s", async (variable, { dtype, shape, values }) => {
    const store = await openStore(path);
    expect(store.dataset).toMatchObject({ format: "zarr", container: "kerchunk", version: 2 });
    expect(store.variable(variable)).toMatchObject({ dtype: { name: dtype }, shape });
    expect(await store.values(variable)).toEqual(values);
  });
});

describe("references", () => {
  const array = (more: object) =>
    JSON.stringify({
      zarr_format: 2,
      shape: [4],
      chunks: [2],
      dtype: "<i2",
      compressor: null,
      filters: null,
      order: "C",
      fill_value: 9,
      ...more,
    });

  test("with a range read that range, and no more", async () => {
    const { variable, context } = await openStore(join(samples, "kerchunk-classic.json"));
    const before = { ...context.counters };
    const row = [
      { start: 2, stop: 3 },
      { start: 0, stop: 3 },
    ];
    await readBox(variable("/wind"), row, context);
    expect([context.counters.requests - before.requests, context.counters.bytes - before.bytes]).toEqual([1, 6]);
  });

  test("take part of an uncompressed chunk that is large", async () => {
    const length = 1 << 20;
    const target = "in-memory.json";
    const text = JSON.stringify({
      ".zgroup": "{}",
      "x/.zarray": array({ shape: [length], chunks: [length] }),
      "x/0": [target, 0, 2 * length],
    });
    const { variable, context } = await openText(text);
    const [ref] = await refsOf(variable("/x"), [{ start: 1000, stop: 1003 }], context);
    expect(ref).toMatchObject({ kind: "stored", offset: 2000, length: 6, origin: [1000], shape: [3] });
  });

  test("without groups of their own have the groups that their paths name", async () => {
    const { dataset, values } = await openText(JSON.stringify({ "a/b/x/.zarray": array({}), "a/b/x/0": "base64:AQACAA==" }));
    expect(dataset.groups.map((group) => group.path)).toEqual(["/", "/a", "/a/b"]);
    expect(await values("/a/b/x")).toEqual([1, 2, 9, 9]);
  });

  test("as objects and with bare NaN are read", async () => {
    const text = `{"version": 1, "refs": {".zgroup": {"zarr_format": 2}, "x/.zarray": ${array({})}, "x/.zattrs": "{\\"valid_max\\": NaN}"}}`;
    const { variable, values } = await openText(text);
    expect(variable("/x").attributes.get("valid_max")).toEqual({ dtype: "float64", values: [Number.NaN] });
    expect(await values("/x")).toEqual([9, 9, 9, 9]);
  });

  test.each([
    ["a target that is not there", { "x/0": ["no-such-file.nc", 0, 4] }, "not-found"],
    ["a range past the end", { "x/0": ["in-memory.json", 1e9, 4] }, "truncated"],
    ["a range that is none", { "x/0": ["in-memory.json", -1, 4] }, "malformed"],
    ["half a range", { "x/0": ["in-memory.json", 1] }, "malformed"],
    ["bytes of the wrong length", { "x/0": "base64:AQ==" }, "malformed"],
    ["a template that nothing defines", { "x/0": ["{{host}}/a.nc", 0, 4] }, "malformed"],
    ["what Jinja2 has beyond expressions", { "x/0": ["{{ host | upper }}/a.nc", 0, 4] }, "unsupported"],
  ])("with %s are told", async (_, refs, tag) => {
    const { values } = await openText(JSON.stringify({ version: 1, templates: {}, refs: { "x/.zarray": array({}), ...refs } }));
    await expect(values("/x")).rejects.toMatchObject({ tag, variable: "/x" });
  });

  test.each([
    ["too many generated ones", { gen: [{ key: "{{i}}", url: "u", dimensions: { i: { stop: 1e9 } } }] }, "unsupported"],
    ["a step of nothing", { gen: [{ key: "{{i}}", url: "u", dimensions: { i: { stop: 5, step: 0 } } }] }, "malformed"],
    ["a version from the future", { version: 7 }, "unsupported"],
    ["no refs", { refs: undefined }, "malformed"],
    ["no metadata", { refs: { "x/0": "1" } }, "unknown-format"],
  ])("with %s are refused", async (_, document, tag) => {
    const text = JSON.stringify({ version: 1, refs: { "x/.zarray": array({}) }, ...document });
    await expect(openText(text)).rejects.toMatchObject({ tag });
  });

  test("templates that name themselves come to an end", async () => {
    const text = JSON.stringify({
      version: 1,
      templates: { a: "{{a}}{{a}}" },
      refs: { "x/.zarray": array({}), "x/0": ["{{a}}", 0, 4] },
    });
    await expect((await openText(text)).values("/x")).rejects.toMatchObject({
      tag: expect.stringMatching(/malformed|not-found|usage/),
    });
  });
});
