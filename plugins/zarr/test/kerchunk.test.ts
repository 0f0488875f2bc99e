import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readBox } from "../../../src/format/read-box.js";
import type { Plain } from "../../../test/contract/expected.js";
import { memoryStore } from "./memory-store.js";
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
    ["no target", { "x/0": [""] }, "malformed"],
    ["a folder as target", { "x/0": ["zarr-contract"] }, "malformed"],
    ["a folder as target, by its whole path", { "x/0": [samples, 0, 4] }, "malformed"],
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

  const openTemplates = (templates: object, url: string) =>
    openText(JSON.stringify({ version: 1, templates, refs: { "x/.zarray": array({}), "x/0": [url, 0, 4] } }));

  test.each([
    ["name themselves", { a: "{{a}}{{a}}" }],
    ["name one another", { a: "{{b}}", b: "{{a}}" }],
    ["grow sixfold at each of eight steps", growing(6, 7)],
    ["grow tenfold at each of eight steps", growing(10, 7)],
    ["add long text to itself", { a: "{{b+b+b+b}}", b: "{{c+c+c+c}}", c: "{{d+d+d+d}}", d: "x".repeat(2000) }],
    ["open and never close", { a: "{{".repeat(1 << 20) }],
    ["stand within nine others", growing(1, 9)],
  ])("templates that %s are malformed, at once", async (_, templates) => {
    const { values } = await openTemplates(templates, "{{a}}");
    const started = performance.now();
    await expect(values("/x")).rejects.toMatchObject({ tag: "malformed", variable: "/x" });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("a template that failed leaves the others as they were", async () => {
    const templates = { a: "{{a}}", file: "{{c}}", c: "kerchunk-plain{{end}}", end: ".bin{{''}}" };
    const refs = { "x/.zarray": array({}), "x/0": ["{{a}}", 0, 4], "y/.zarray": array({}), "y/0": ["{{file}}", 0, 4] };
    const { values } = await openText(JSON.stringify({ version: 1, templates, refs }));
    for (let i = 0; i < 12; i++) await expect(values("/x")).rejects.toMatchObject({ tag: "malformed" });
    expect(await values("/y")).toHaveLength(4);
  });

  test("that are generated without end stop where the user does", async () => {
    const gen = [{ key: "x/{{i}}", url: "{{u(n=i)}}", dimensions: { i: { stop: 1_000_000 } } }];
    const text = JSON.stringify({ version: 1, templates: { u: "a{{n}}" }, refs: { "x/.zarray": array({}) }, gen });
    const opening = openText(text, undefined, { signal: AbortSignal.timeout(20) });
    await expect(opening).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("that are generated from text that grows are refused", async () => {
    const gen = [{ key: "x/{{i}}", url: "{{a}}", dimensions: { i: { stop: 1_000_000 } } }];
    const text = JSON.stringify({ version: 1, templates: { a: "{{b}}".repeat(100), b: "y".repeat(600) }, refs: {}, gen });
    await expect(openText(text)).rejects.toMatchObject({ tag: "malformed" });
  });
});

/** Each template names the next so many times. */
function growing(times: number, steps: number): Record<string, string> {
  const name = (i: number) => String.fromCharCode(97 + i);
  const all = Array.from({ length: steps }, (_, i) => [name(i), `{{${name(i + 1)}}}`.repeat(times)]);
  return { ...Object.fromEntries(all), [name(steps)]: "x{{1}}" };
}

describe("references that came over the wire", () => {
  const folder = "https://data.example/archive";
  const bytes = new Uint8Array([1, 0, 2, 0]);
  const open = (url: string, target: string) => {
    const metadata = { zarr_format: 2, shape: [2], chunks: [2], dtype: "<i2", compressor: null, filters: null, fill_value: 0 };
    const store = memoryStore(
      {
        [`${folder}/a.bin`]: bytes,
        [`${folder}/deep/a.bin`]: bytes,
        "s3://bucket/a.bin": bytes,
        [`file://${samples}/a.bin`]: bytes,
      },
      { canList: false },
    );
    return openText(JSON.stringify({ "x/.zarray": metadata, "x/0": [target, 0, 4] }), url, { store });
  };

  test.each(["/etc/hostname", "file:///etc/hostname", "FILE:/etc/hostname", "C:\\data\\a.nc", "\\\\server\\share\\a.nc"])(
    "name no local file: %s",
    async (target) => {
      for (const url of [`${folder}/refs.json`, "s3://bucket/refs.json"])
        await expect((await open(url, target)).values("/x")).rejects.toMatchObject({
          tag: "permission",
          message: expect.stringContaining("local file"),
          variable: "/x",
        });
    },
  );

  test.each([
    [`${folder}/refs.json`, "a.bin"],
    [`${folder}/refs.json?signature=a/b`, "deep/a.bin"],
    [`${folder}/refs.json`, "s3://bucket/a.bin"],
    ["s3://bucket/refs.json", `${folder}/a.bin`],
    ["s3://bucket/refs.json", "a.bin"],
    [join(samples, "in-memory.json"), "s3://bucket/a.bin"],
    [`file://${samples}/refs.json`, "a.bin"],
  ])("%s may name %s", async (url, target) => {
    expect(await (await open(url, target)).values("/x")).toEqual([1, 2]);
  });
});
