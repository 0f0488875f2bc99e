import type { PluginNames } from "./names.js";

export function testFiles(names: PluginNames): Record<string, string> {
  return {
    "test/sample.ts": sampleFile(),
    "test/write-sample.ts": writeSampleFile(names),
    "test/open.test.ts": openTestFile(names),
  };
}

function sampleFile(): string {
  return `/** A file of the example's format: 3 latitudes, 4 longitudes, values 0 … 11, the last one missing. Take real files for yours. */
export function sampleFile(): Uint8Array {
  const bytes = new Uint8Array(64 + 12 * 4);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from("TOYGRID1"), 0);
  view.setUint32(8, 3, true);
  view.setUint32(12, 4, true);
  [50, -10, 0, 15].forEach((number, i) => view.setFloat64(16 + 8 * i, number, true));
  bytes.set(Buffer.from("K"), 48);
  for (let i = 0; i < 12; i++) view.setFloat32(64 + 4 * i, i === 11 ? Number.NaN : i, true);
  return bytes;
}
`;
}

function writeSampleFile(names: PluginNames): string {
  return `import { writeFileSync } from "node:fs";
import { sampleFile } from "./sample.js";

writeFileSync("sample${names.extension}", sampleFile());
`;
}

function openTestFile(names: PluginNames): string {
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import type { Block, ByteSource, ChunkRef, ReadContext } from "graticule/plugin";
import plugin from "../src/index.js";
import { sampleFile } from "./sample.js";

/** Bytes in memory, as graticule would hand them over. */
function sourceOf(bytes: Uint8Array): ByteSource {
  const readOne: ByteSource["readOne"] = async ({ offset, length }) => bytes.subarray(offset, offset + length);
  return {
    url: "sample${names.extension}",
    size: bytes.length,
    version: "1",
    readOne,
    async *read(ranges) {
      for (const [index, range] of ranges.entries()) yield { index, bytes: await readOne(range) };
    },
    close: async () => {},
  };
}

/** Of graticule's services the example uses one; this one says which block it was asked about. */
function contextThatNotes(blocks: Block[]): ReadContext {
  const unused = (): never => {
    throw new Error("the example needs no such service");
  };
  return {
    codecs: { get: unused, has: () => false, label: unused },
    counters: { requests: 0, bytes: 0, chunks: 0 },
    parallel: false,
    openSource: unused,
    readObject: unused,
    list: unused,
    decodeChunk: unused,
    readPieces: unused,
    locateBlock: (block) => {
      blocks.push(block);
      return [];
    },
  };
}

test("knows its own files and no others", async () => {
  const sniff = (bytes: Uint8Array) =>
    plugin.sniff({ url: "x", size: bytes.length, peek: async (offset, length) => bytes.subarray(offset, offset + length) });
  assert.equal(await sniff(sampleFile()), "yes");
  assert.equal(await sniff(Buffer.from("CDF\\u0001 and more")), "no");
});

test("describes the grid", async () => {
  const dataset = await plugin.open(sourceOf(sampleFile()), contextThatNotes([]));
  assert.deepEqual(
    dataset.variables.map(({ path, dims, shape }) => [path, dims, shape]),
    [
      ["/lat", ["lat"], [3]],
      ["/lon", ["lon"], [4]],
      ["/value", ["lat", "lon"], [3, 4]],
    ],
  );
});

test("gives coordinates inline and locates the values", async () => {
  const blocks: Block[] = [];
  const context = contextThatNotes(blocks);
  const dataset = await plugin.open(sourceOf(sampleFile()), context);
  const refs: ChunkRef[] = [];
  for (const variable of dataset.variables) {
    const box = variable.shape.map((stop) => ({ start: 0, stop }));
    for await (const ref of variable.locate(box, context)) refs.push(ref);
  }
  const inline = refs.map((ref) => (ref.kind === "inline" ? [...new Float64Array(ref.bytes.buffer)] : []));
  assert.deepEqual(inline, [
    [50, 40, 30],
    [0, 15, 30, 45],
  ]);
  assert.deepEqual(blocks, [{ url: "sample${names.extension}", offset: 64, shape: [3, 4], elementSize: 4 }]);
});

test("refuses a file that is shorter than it says", async () => {
  await assert.rejects(plugin.open(sourceOf(sampleFile().subarray(0, 100)), contextThatNotes([])), { tag: "truncated" });
});
`;
}
