import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { open } from "../../src/index.js";
import type { ByteRange, ByteSource, ReadOptions } from "../../src/store/contract.js";
import { httpStore } from "../../src/store/http/http-store.js";
import { keepOpened } from "../../src/store/keep-opened.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";
import { writeClassic } from "../support/write-classic.js";

const SIZE = 20_000_000;
const KIB = 1024;
const bytes = Uint8Array.from({ length: SIZE }, (_, i) => (i * 7 + (i >> 8) + (i >> 16)) & 255);

let server: RangeServer;
let url = "";

beforeAll(async () => {
  server = await rangeServer();
  server.files.set("/a.bin", { bytes, etag: '"one"' });
  url = `${server.origin}/a.bin`;
});
afterAll(() => server.close());
beforeEach(() => {
  server.asked.length = 0;
  server.mostAtOnce = 0;
  server.delay = 0;
});

const asked = () => server.asked.map(({ range }) => [range?.[0], (range?.[1] ?? 0) - (range?.[0] ?? 0) + 1]);
const isRight = ({ offset, length }: ByteRange, got: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(offset, offset + length)).equals(got);

async function readAll(source: ByteSource, ranges: readonly ByteRange[], options: ReadOptions = {}): Promise<number[]> {
  const order: number[] = [];
  for await (const { index, bytes: got } of source.read(ranges, options)) {
    if (!isRight(ranges[index] as ByteRange, got)) throw new Error(`range ${index} is wrong`);
    order.push(index);
  }
  return order;
}

describe("metadata of a remote file", () => {
  test("are read ahead: further the more misses there are near each other, and not at all far away", async () => {
    const source = await httpStore().open(url);
    const small = async (offset: number): Promise<void> => {
      expect(isRight({ offset, length: 100 }, await source.readOne({ offset, length: 100 }))).toBe(true);
    };
    for (const at of [10, 250_000, 300_000, 400_000, 600_000, 15_000_000, 15_050_000]) await small(at);
    expect(asked()).toEqual([
      [0, 256 * KIB],
      [256 * KIB, 256 * KIB],
      [576 * KIB, 512 * KIB],
      [228 * 64 * KIB, 64 * KIB],
      [229 * 64 * KIB, 256 * KIB],
    ]);
  });

  test("the rest of a file comes whole where it is short", async () => {
    const source = await httpStore().open(url);
    const offset = SIZE - 900_000;
    await source.readOne({ offset, length: 10 });
    await source.readOne({ offset: SIZE - 10, length: 10 });
    expect(server.asked).toHaveLength(2);
  });

  test("a block that is on its way is not asked for twice", async () => {
    const source = await httpStore().open(url);
    server.delay = 20;
    await Promise.all([0, 100, 70_000, 200].map((at) => source.readOne({ offset: 9_000_000 + at, length: 50 })));
    expect(server.asked.length).toBeLessThanOrEqual(3);
  });
});

describe("a file that is opened again", () => {
  test("is asked for its version only, and forgotten where that is another", async () => {
    server.files.set("/again.bin", { bytes, etag: '"one"' });
    const open = () => httpStore().open(`${server.origin}/again.bin`);
    const first = await open();
    await first.readOne({ offset: 9_000_000, length: 10 });
    await first.close();
    server.asked.length = 0;
    const second = await open();
    for (const offset of [0, 9_000_000])
      expect(isRight({ offset, length: 10 }, await second.readOne({ offset, length: 10 }))).toBe(true);
    expect(asked()).toEqual([[0, 1]]);
    await second.close();
    server.files.set("/again.bin", { bytes: new Uint8Array(SIZE).fill(1), etag: '"two"' });
    const third = await open();
    expect([...(await third.readOne({ offset: 9_000_000, length: 3 }))]).toEqual([1, 1, 1]);
    await third.close();
  });

  test("but not where a date, which is of the second, is all that tells versions apart", async () => {
    server.files.set("/dated.bin", { bytes, etag: null, modified: "Tue, 03 Mar 2026 10:00:00 GMT" });
    for (let i = 0; i < 2; i++) await (await httpStore().open(`${server.origin}/dated.bin`)).close();
    expect(asked()).toEqual([
      [0, 256 * KIB],
      [0, 256 * KIB],
    ]);
  });
});

describe("ranges of a remote file", () => {
  const chunks = Array.from({ length: 40 }, (_, i): ByteRange => ({ offset: 1_000_000 + i * 300_000, length: 20_000 }));

  test("are joined and asked for at once, and come as they arrive", async () => {
    const source = await httpStore({ costs: { latency: 0.01 }, limits: { inFlight: 16 } }).open(url);
    server.asked.length = 0;
    server.delay = 30;
    const traffic = { requests: 0, bytes: 0 };
    const onTraffic = (requests: number, read: number): void => {
      traffic.requests += requests;
      traffic.bytes += read;
    };
    const expected = source.cost?.(chunks);
    const start = Date.now();
    expect((await readAll(source, chunks, { onTraffic })).sort((a, b) => a - b)).toEqual(chunks.map((_, i) => i));
    expect(server.mostAtOnce).toBe(16);
    expect(traffic).toEqual({ requests: 40, bytes: 800_000 });
    expect(expected).toEqual(traffic);
    expect(Date.now() - start).toBeLessThan(30 * 40);
  });

  test("where waiting costs more than the gaps, they are read with the gaps", async () => {
    const source = await httpStore({ costs: { latency: 1, bandwidth: 1e8 }, limits: { inFlight: 16 } }).open(url);
    server.asked.length = 0;
    await readAll(source, chunks);
    // One of them is long enough to be cut.
    expect(server.asked).toHaveLength(17);
  });

  test("a range longer than a request comes in pieces, into the memory that is given for it", async () => {
    const source = await httpStore({ costs: { largest: 1_000_000 } }).open(url);
    const into = new Uint8Array(3_500_000);
    const range = { offset: 2_000_001, length: 3_400_000 };
    const got = await source.readOne(range, { into });
    expect(got.buffer).toBe(into.buffer);
    expect(isRight(range, got)).toBe(true);
    expect(server.asked).toHaveLength(5);
  });

  test("overlapping, repeated, empty and cached ranges are each given once", async () => {
    const source = await httpStore().open(url);
    const ranges = [
      { offset: 5_000_000, length: 300_000 },
      { offset: 5_100_000, length: 50_000 },
      { offset: 5_000_000, length: 300_000 },
      { offset: 5_000_000, length: 0 },
      { offset: 100, length: 100 },
    ];
    expect((await readAll(source, ranges)).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(server.asked).toHaveLength(2);
  });

  test("a consumer that stops ends the requests, and the source goes on", async () => {
    const source = await httpStore().open(url);
    server.delay = 10;
    for await (const _ of source.read(chunks)) break;
    const before = server.asked.length;
    expect(before).toBeLessThan(1 + 40);
    expect(isRight(chunks[39] as ByteRange, await source.readOne(chunks[39] as ByteRange))).toBe(true);
  });

  test("connections are used again", async () => {
    const source = await httpStore().open(url);
    const ports = new Set<number | undefined>();
    server.fault = (_, response) => {
      ports.add(response.socket?.remotePort);
      return false;
    };
    for (const chunk of chunks) await readAll(source, [{ ...chunk, length: 200_000 }]);
    server.fault = null;
    expect(ports.size).toBeLessThanOrEqual(2);
  });
});

describe("a store that keeps what is open", () => {
  test("opens an object once, and reads what it has read already from memory", async () => {
    const store = keepOpened(httpStore());
    for (let i = 0; i < 3; i++) {
      const source = await store.open(url);
      expect(isRight({ offset: 300_000, length: 10 }, await source.readOne({ offset: 300_000, length: 10 }))).toBe(true);
      await source.close();
    }
    expect(server.asked).toHaveLength(2);
    await store.close();
  });

  test("what could not be opened is tried again", async () => {
    const store = keepOpened(httpStore());
    await expect(store.open(`${server.origin}/absent`)).rejects.toMatchObject({ tag: "not-found" });
    await expect(store.open(`${server.origin}/absent`)).rejects.toMatchObject({ tag: "not-found" });
    expect(server.asked).toHaveLength(2);
  });
});

describe("slabs of a remote variable", () => {
  test("come in order, each fetched while the one before is worked on, and equal what is on disk", async () => {
    const folder = mkdtempSync(join(tmpdir(), "graticule-slabs-"));
    const path = join(folder, "large.nc");
    writeClassic(path, { steps: 40, lats: 500, lons: 500, step: (at) => new Float32Array(250_000).map((_, i) => (i + at) % 1013) });
    server.files.set("/large.nc", { bytes: readFileSync(path) });
    // Slabs of remote files are larger: what they have in common is the steps, in their order.
    const sums = async (url: string): Promise<{ slabs: number; steps: string[] }> => {
      const dataset = await open(url);
      const steps: string[] = [];
      let slabs = 0;
      for await (const { box, values } of dataset.variable("value").slabs()) {
        const [first] = box;
        const numbers = values as Float32Array;
        for (let step = first?.start ?? 0, at = 0; step < (first?.stop ?? 0); step++, at += 250_000)
          steps.push(`${step} ${numbers.subarray(at, at + 250_000).reduce((sum, value) => sum + value, 0)}`);
        slabs++;
      }
      await dataset.close();
      return { slabs, steps };
    };
    const here = await sums(path);
    expect(here.steps).toHaveLength(40);
    const there = await sums(`${server.origin}/large.nc`);
    expect(there.steps).toEqual(here.steps);
    expect(there.slabs).toBeGreaterThan(1);
    rmSync(folder, { recursive: true });
  }, 60_000);
});

test("reading over HTTP loads no second HTTP client", async () => {
  const script = `
    const { open } = await import("./dist/bundle/index.js");
    await open(process.argv[1]).catch(() => undefined);
    process.stdout.write(String(process.moduleLoadList.some((name) => name.includes("undici"))));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, `${server.origin}/none.nc`]);
  let said = "";
  child.stdout.on("data", (piece) => {
    said += piece;
  });
  await once(child, "close");
  expect(said).toBe("false");
});
