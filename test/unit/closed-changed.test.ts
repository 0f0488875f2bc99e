import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { catVariable } from "../../src/cli/cat/cat-variable.js";
import { open } from "../../src/index.js";
import { fileStore } from "../../src/store/file.js";
import { keepOpened } from "../../src/store/keep-opened.js";
import { openStore } from "../../src/store/open-store.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";
import { writeClassic } from "../support/write-classic.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-closed-"));
const path = join(folder, "v.nc");
const onLinux = existsSync("/proc/self/fd") ? it : it.skip;
const CLOSED = { tag: "usage", message: "the dataset was closed" };

let server: RangeServer;
beforeAll(async () => {
  server = await rangeServer();
});
beforeEach(() => {
  const step = (at: number): Float32Array => Float32Array.from({ length: 5000 }, (_, i) => at * 5000 + i);
  writeClassic(path, { steps: 60, lats: 50, lons: 100, step });
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 1 }));
  server.files.set("/v.nc", { bytes: readFileSync(path), etag: '"one"' });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const first = { slice: { time: 0, lat: 0, lon: [0, 3] } } as const;
const last = { slice: { time: 59, lat: 49, lon: [97, 100] } } as const;

describe("a dataset that was closed", () => {
  it.each([
    ["a file", () => path],
    ["a file compressed as a whole", () => `${path}.gz`],
    ["a file of a web server", () => `${server.origin}/v.nc`],
  ])("gives no values any more: %s", async (_, urlOf) => {
    const dataset = await open(urlOf());
    const value = dataset.variable("value");
    expect([...((await value.read(last)).values as Float32Array)]).toEqual([299_997, 299_998, 299_999]);
    await dataset.close();
    await expect(value.read(last)).rejects.toMatchObject(CLOSED);
    await expect(value.slabs()[Symbol.asyncIterator]().next()).rejects.toMatchObject(CLOSED);
  });

  onLinux("leaves no descriptor open, whatever is asked of it afterwards", async () => {
    const before = readdirSync("/proc/self/fd").length;
    const dataset = await open(path);
    const value = dataset.variable("value");
    await value.read(first);
    await dataset.close();
    for (let i = 0; i < 3; i++) await expect(value.read(first)).rejects.toMatchObject(CLOSED);
    expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(before);
  });

  it("ends what is being read from it, in its own words", async () => {
    server.delay = 200;
    const dataset = await open(`${server.origin}/v.nc`);
    const reading = dataset.variable("value").read(last);
    const failure = expect(reading).rejects.toMatchObject(CLOSED);
    await dataset.close();
    await failure;
    server.delay = 0;
  });

  it("is closed for its sources too", async () => {
    const store = keepOpened(openStore());
    for (const source of [await fileStore().open(path), await store.open(`${server.origin}/v.nc`)]) {
      await source.close();
      await expect(source.readOne({ offset: 0, length: 4 })).rejects.toMatchObject(CLOSED);
    }
    await store.close();
  });
});

describe("a local file that is written to while it is open", () => {
  it("is told by the next read, and by a slab", async () => {
    const dataset = await open(path);
    const value = dataset.variable("value");
    const slabs = value.slabs()[Symbol.asyncIterator]();
    await value.read(first);
    appendFileSync(path, "more");
    await expect(value.read(first)).rejects.toMatchObject({ tag: "changed", file: path });
    await expect(slabs.next()).rejects.toMatchObject({ tag: "changed", file: path });
    await dataset.close();
  });

  it("is told by `cat`, before it ends", async () => {
    let written = 0;
    const output = {
      async write(piece: string | Uint8Array): Promise<void> {
        if (written === 0) appendFileSync(path, "more");
        written += piece.length;
      },
    };
    const request = { variable: "value", raw: false, format: "csv", document: false } as const;
    await expect(catVariable(path, request, output)).rejects.toMatchObject({ tag: "changed", file: path });
    expect(written).toBeGreaterThan(0);
    const { error } = await catVariable(
      path,
      { ...request, format: "json", document: true },
      { write: async () => appendFileSync(path, "x") },
    );
    expect(error).toMatchObject({ tag: "changed" });
  });
});

it("a server that gives neither ETag nor date is warned of", async () => {
  const warning = "the server gives neither ETag nor Last-Modified: a change that leaves the size as it is cannot be noticed";
  const warningsOf = async (file: { etag?: string | null; modified?: string }): Promise<readonly string[]> => {
    server.files.set("/w.nc", { bytes: readFileSync(path), ...file });
    const dataset = await open(`${server.origin}/w.nc`);
    await dataset.close();
    return dataset.warnings;
  };
  expect(await warningsOf({ etag: null })).toContain(warning);
  expect(await warningsOf({ etag: null, modified: "Tue, 01 Nov 2022 00:00:00 GMT" })).not.toContain(warning);
  expect(await warningsOf({ etag: '"one"' })).not.toContain(warning);
});
