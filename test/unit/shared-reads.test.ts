import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { httpStore } from "../../src/store/http/http-store.js";
import { Lanes } from "../../src/store/http/lanes.js";
import { keepOpened } from "../../src/store/keep-opened.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";

const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
const at = (offset: number, length: number) => Buffer.from(bytes.subarray(offset, offset + length));

let server: RangeServer;
let url = "";
beforeAll(async () => {
  server = await rangeServer();
  server.files.set("/a.bin", { bytes });
  server.files.set("/b.bin", { bytes });
  url = `${server.origin}/a.bin`;
});
afterAll(() => server.close());
afterEach(() => {
  server.delay = 0;
  server.asked.length = 0;
});

describe("two that wait for the same bytes", () => {
  it("are told apart: who stops waiting takes nothing from the other", async () => {
    const source = await httpStore().open(url);
    server.asked.length = 0;
    server.delay = 100;
    const stop = new AbortController();
    const one = source.readOne({ offset: 2_000_000, length: 1000 }, { signal: stop.signal });
    const other = source.readOne({ offset: 2_000_100, length: 1000 });
    const failure = expect(one).rejects.toMatchObject({ name: "AbortError" });
    setTimeout(() => stop.abort(), 20);
    await failure;
    expect(at(2_000_100, 1000).equals(await other)).toBe(true);
    expect(server.asked).toHaveLength(1);
    await source.close();
  });

  it("end the request when both have stopped; who comes then gets the bytes all the same", async () => {
    const source = await httpStore().open(`${server.origin}/b.bin`);
    server.delay = 100;
    const stops = [new AbortController(), new AbortController()];
    const reads = stops.map(({ signal }) => source.readOne({ offset: 2_000_000, length: 1000 }, { signal }));
    const failures = reads.map((read) => expect(read).rejects.toMatchObject({ name: "AbortError" }));
    await sleep(20);
    for (const stop of stops) stop.abort();
    const later = source.readOne({ offset: 2_000_000, length: 1000 });
    await Promise.all(failures);
    expect(at(2_000_000, 1000).equals(await later)).toBe(true);
    await source.close();
  });

  it("open a file together in the same way", async () => {
    const store = keepOpened(httpStore());
    server.delay = 100;
    const stop = new AbortController();
    const one = store.open(url, { signal: stop.signal });
    const other = store.open(url);
    const failure = expect(one).rejects.toMatchObject({ name: "AbortError" });
    setTimeout(() => stop.abort(), 20);
    await failure;
    expect((await other).size).toBe(bytes.length);
    expect(server.asked).toHaveLength(1);
    const again = new AbortController();
    await store.close();
    const alone = expect(store.open(url, { signal: again.signal })).rejects.toMatchObject({ name: "AbortError" });
    again.abort();
    await alone;
    expect((await store.open(url)).size).toBe(bytes.length);
    await store.close();
  });
});

describe("lanes", () => {
  it("are not waited for any longer than the signal says, and go to the next in turn", async () => {
    const lanes = new Lanes(1);
    const release = await lanes.take();
    const stop = new AbortController();
    const given = expect(lanes.take(stop.signal)).rejects.toMatchObject({ name: "AbortError" });
    const next = lanes.take();
    stop.abort();
    await given;
    release();
    (await next)();
    await expect(lanes.take(AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    (await lanes.take())();
  });
});

describe("a list of ranges", () => {
  it("may be longer than a function has arguments", async () => {
    const source = await httpStore().open(url);
    const ranges = Array.from({ length: 250_000 }, (_, i) => ({ offset: 400_000 + i * 8, length: 4 }));
    let right = 0;
    for await (const { index, bytes: got } of source.read(ranges)) if (at(400_000 + index * 8, 4).equals(got)) right++;
    expect(right).toBe(ranges.length);
    await source.close();
  });
});
