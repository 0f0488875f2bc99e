import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { open } from "../../src/index.js";
import { httpStore } from "../../src/store/http/http-store.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";

/** A Zarr array of three numbers, without a compressor. */
const METADATA = JSON.stringify({
  zarr_consolidated_format: 1,
  metadata: {
    ".zgroup": { zarr_format: 2 },
    "a/.zarray": {
      zarr_format: 2,
      compressor: null,
      filters: null,
      fill_value: 0,
      order: "C",
      shape: [3],
      chunks: [3],
      dtype: "<i4",
    },
  },
});
const CHUNK = Buffer.from(Int32Array.of(1, 2, 3).buffer);
const ENCODERS: Record<string, (bytes: Uint8Array) => Buffer> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  deflate: deflateSync,
  "deflate, bare": deflateRawSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};
const store = httpStore({ limits: { pause: 1, longestPause: 5, wholeBytes: 1 << 20 } });

let server: RangeServer;
/** By path: what is sent, and the header. */
const encoded = new Map<string, { readonly body: Buffer; readonly coding: string }>();

beforeAll(async () => {
  server = await rangeServer();
  server.fault = ({ path, range }, response) => {
    const found = encoded.get(path);
    if (!found) return false;
    const { body, coding } = found;
    const all = { "content-encoding": coding, etag: '"e"' };
    if (!range) {
      response.writeHead(200, { ...all, "content-length": body.length }).end(body);
      return true;
    }
    const [first, last] = [range[0], Math.min(range[1], body.length - 1)];
    response
      .writeHead(206, { ...all, "content-range": `bytes ${first}-${last}/${body.length}` })
      .end(body.subarray(first, last + 1));
    return true;
  };
});
afterAll(() => server.close());

function send(path: string, name: string, bytes: Uint8Array): string {
  encoded.set(path, { body: (ENCODERS[name] as (bytes: Uint8Array) => Buffer)(bytes), coding: name.replace(/,.*/, "") });
  return server.origin + path;
}

describe("a server that encodes what was asked for as it is", () => {
  it.each(Object.keys(ENCODERS))("is understood where it sends the whole: %s", async (name) => {
    send("/x.zarr/.zmetadata", name, Buffer.from(METADATA));
    send("/x.zarr/a/0", name, CHUNK);
    server.files.set("/x.zarr/.zgroup", { bytes: Buffer.from('{"zarr_format":2}') });
    const dataset = await open(`${server.origin}/x.zarr`);
    expect([...((await dataset.variable("/a").read()).values as Int32Array)]).toEqual([1, 2, 3]);
    await dataset.close();
  });

  it("is understood where it sends ranges of the encoded bytes, by taking the whole", async () => {
    const bytes = Buffer.alloc(500_000, "graticule ");
    const source = await store.open(send("/a.nc", "gzip", bytes));
    expect(source.size).toBe(bytes.length);
    expect(Buffer.from(await source.readOne({ offset: 250_003, length: 9 })).toString()).toBe("ticule gr");
    await source.close();
  });

  it("is refused where it grows past what is taken whole, and where it is not what it says", async () => {
    await expect(store.open(send("/b.nc", "gzip", Buffer.alloc(1 << 21)))).rejects.toMatchObject({ tag: "unsupported" });
    await expect(store.get(send("/c", "br", Buffer.alloc(2000)), { most: 100 })).rejects.toMatchObject({ tag: "malformed" });
    encoded.set("/d", { body: CHUNK, coding: "gzip" });
    await expect(store.get(`${server.origin}/d`)).rejects.toMatchObject({ tag: "malformed", file: `${server.origin}/d` });
    encoded.set("/e", { body: CHUNK, coding: "aws-chunked" });
    await expect(store.get(`${server.origin}/e`)).rejects.toMatchObject({ tag: "unsupported" });
  });

  it("may say so of a file that lies there compressed: that is read as it is", async () => {
    const bytes = Buffer.alloc(1000, "x");
    const got = await store.get(send("/f.nc.gz", "gzip", bytes));
    expect(gzipSync(bytes).equals(got as Uint8Array)).toBe(true);
  });
});

it("the object of a chunk that is longer than the chunk is damage", async () => {
  server.files.set("/y.zarr/.zmetadata", { bytes: Buffer.from(METADATA) });
  server.files.set("/y.zarr/a/0", { bytes: gzipSync(CHUNK) });
  const dataset = await open(`${server.origin}/y.zarr`);
  await expect(dataset.variable("/a").read()).rejects.toMatchObject({ tag: "malformed" });
  await dataset.close();
});
