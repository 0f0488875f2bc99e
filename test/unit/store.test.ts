import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { fileStore } from "../../src/store/file.js";
import { memorySource } from "../../src/store/memory.js";
import { withCounting } from "../../src/store/with-counting.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-store-"));
const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i & 255);
writeFileSync(join(folder, "a.bin"), bytes);
afterAll(() => rmSync(folder, { recursive: true }));

const sources = {
  file: () => fileStore().open(join(folder, "a.bin")),
  memory: async () => memorySource("memory:a", bytes),
};

describe.each(Object.entries(sources))("%s source", (_, open) => {
  test("gives exactly the bytes asked for, in one request each", async () => {
    const counters = { requests: 0, bytes: 0 };
    const source = withCounting(await open(), counters);
    const got = new Map<number, number[]>();
    for await (const piece of source.read([
      { offset: 990, length: 10 },
      { offset: 3, length: 2 },
    ]))
      got.set(piece.index, [...piece.bytes]);
    expect(got.get(1)).toEqual([3, 4]);
    expect(got.get(0)).toEqual([...bytes.subarray(990)]);
    expect(counters).toEqual({ requests: 2, bytes: 12 });
    await source.close();
  });

  test("a range that passes the end is truncation, with the offset and both sizes", async () => {
    const source = await open();
    await expect(source.readOne({ offset: 995, length: 10 })).rejects.toMatchObject({
      tag: "truncated",
      offset: 995,
      message: "10 bytes needed at offset 995, 5 there",
    });
    await source.close();
  });

  test("an absurd size is refused before anything is allocated", async () => {
    const source = await open();
    await expect(source.readOne({ offset: 0, length: 2 ** 52 })).rejects.toMatchObject({ tag: "truncated" });
    await expect(source.readOne({ offset: -1, length: 4 })).rejects.toMatchObject({ tag: "malformed" });
    await source.close();
  });

  test("an aborted signal stops the read", async () => {
    const source = await open();
    const signal = AbortSignal.abort();
    await expect(source.readOne({ offset: 0, length: 1 }, { signal })).rejects.toThrow("aborted");
    await source.close();
  });
});

describe("file store", () => {
  test("an absent file and a directory each have their own error", async () => {
    await expect(fileStore().open(join(folder, "absent.nc"))).rejects.toMatchObject({ tag: "not-found" });
    await expect(fileStore().open(folder)).rejects.toMatchObject({ tag: "usage" });
  });

  test("the version changes when the file does", async () => {
    const path = join(folder, "b.bin");
    writeFileSync(path, "one");
    const before = await fileStore().open(path);
    writeFileSync(path, "four");
    const after = await fileStore().open(path);
    expect(after.version).not.toBe(before.version);
    await before.close();
    await after.close();
  });
});
