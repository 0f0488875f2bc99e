import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mostEncoded } from "../../src/codec/encoded-length.js";
import type { ArrayVariable, ChunkRef } from "../../src/format/contract.js";
import { type FetchedRef, FetchTogether } from "../../src/format/fetch-together.js";
import { readBox } from "../../src/format/read-box.js";
import { readContext } from "../../src/format/read-context.js";
import { fileStore } from "../../src/store/file.js";
import { httpStore } from "../../src/store/http/http-store.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-chunks-"));
let server: RangeServer;
beforeAll(async () => {
  server = await rangeServer();
});
beforeEach(() => {
  server.asked.length = 0;
  server.mostAtOnce = 0;
  server.delay = 0;
  server.fault = null;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const deflate = { id: "deflate", parameters: { level: 4 } };

/** `count` chunks of `length` bytes. */
function variableOf(
  count: number,
  length: number,
  place: (i: number) => Partial<ChunkRef> & { kind: ChunkRef["kind"] },
): ArrayVariable {
  return {
    path: "/x",
    name: "x",
    dtype: { name: "uint8", size: 1 },
    dims: ["i"],
    dimPaths: ["/i"],
    shape: [count * length],
    chunks: [length],
    codecs: [deflate],
    attributes: new Map(),
    access: "direct",
    async *locate() {
      for (let i = 0; i < count; i++) yield { origin: [i * length], shape: [length], filterMask: 0, ...place(i) } as ChunkRef;
    },
  };
}

describe("a chunk that is longer than any coding of its values is refused by name, before it is fetched", () => {
  const large = join(folder, "large");

  beforeAll(() => {
    writeFileSync(large, "");
    truncateSync(large, 3 * 2 ** 30);
  });

  test("an object of a folder", async () => {
    const variable = variableOf(1, 1000, () => ({ kind: "object", url: large }));
    await expect(readBox(variable, [{ start: 0, stop: 1000 }], readContext())).rejects.toMatchObject({
      tag: "malformed",
      file: large,
      variable: "/x",
      message: `the object has ${3 * 2 ** 30} bytes, and not the ${mostEncoded([deflate], 1000)} that its chunk can have at most`,
    });
  });

  test("a part of a file", async () => {
    const context = readContext();
    const variable = variableOf(1, 1000, () => ({ kind: "stored", url: large, offset: 8, length: 2 ** 31 }));
    await expect(readBox(variable, [{ start: 0, stop: 1000 }], context)).rejects.toMatchObject({
      tag: "malformed",
      file: large,
      offset: 8,
    });
    expect(context.counters.bytes).toBe(0);
    await context.close();
  });

  test.each([true, false])("an object of a server (its length told: %s)", async (isTold) => {
    let sent = 0;
    server.fault = (_, response) => {
      response.writeHead(200, isTold ? { "content-length": 2 ** 31 } : {});
      const piece = Buffer.alloc(1 << 16);
      const more = (): void => {
        while (sent < 1 << 28 && !response.destroyed && response.write(piece)) sent += piece.length;
      };
      response.on("drain", more);
      more();
      return true;
    };
    const variable = variableOf(1, 1000, () => ({ kind: "object", url: `${server.origin}/chunk` }));
    await expect(readBox(variable, [{ start: 0, stop: 1000 }], readContext())).rejects.toMatchObject({
      tag: "malformed",
      file: `${server.origin}/chunk`,
      message: expect.stringContaining(
        isTold ? "the object has 2147483648 bytes, and not the" : "the object has more bytes than the",
      ),
    });
    expect(sent).toBeLessThan(1 << 24);
  });
});

test("metadata that are larger than any are refused, with both sizes", async () => {
  const path = join(folder, "metadata");
  writeFileSync(path, "");
  truncateSync(path, 2 ** 31);
  await expect(fileStore().get(path)).rejects.toMatchObject({
    tag: "unsupported",
    message: "the object has 2147483648 bytes, and not the 268435456 that are taken whole at most",
  });
  server.fault = (_, response) => {
    response.writeHead(200, { "content-length": 2 ** 31 - 1 }).write("{");
    return true;
  };
  await expect(httpStore().get(`${server.origin}/zarr.json`)).rejects.toMatchObject({
    tag: "unsupported",
    message: "the object has 2147483647 bytes, and not the 268435456 that are taken whole at most",
  });
});

test.each([
  [1000, 5, 16],
  [32 << 20, 2, 4],
  [200 << 20, 1, 1],
])("of chunks of %d bytes, from %d to %d objects are fetched at one time", async (length, least, most) => {
  server.delay = 20;
  const variable = variableOf(24, length, (i) => ({ kind: "object", url: `${server.origin}/${i}` }));
  const fetched: FetchedRef[] = [];
  const together = new FetchTogether(variable, readContext(), async (ref) => {
    fetched.push(ref);
  });
  for await (const ref of variable.locate([], readContext())) await together.add(ref as FetchedRef);
  await together.finish();
  expect(fetched).toHaveLength(24);
  expect(server.mostAtOnce).toBeGreaterThanOrEqual(least);
  expect(server.mostAtOnce).toBeLessThanOrEqual(most);
});

test("chunks as long as they can be are read", async () => {
  const values = Uint8Array.from({ length: 300 }, (_, i) => (i * 97) % 256);
  server.files.set("/0", { bytes: deflateSync(values, { level: 0 }) });
  const variable = variableOf(1, 300, () => ({ kind: "object", url: `${server.origin}/0` }));
  expect([...((await readBox(variable, [{ start: 0, stop: 300 }], readContext())) as Uint8Array)]).toEqual([...values]);
});
