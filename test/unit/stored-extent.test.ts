import { expect, test } from "@jest/globals";
import { scaleOffset } from "../../src/codec/scale-offset.js";
import type { ArrayVariable, ChunkRef, ReadContext } from "../../src/format/contract.js";
import { readBox } from "../../src/format/read-box.js";

const context = { counters: { chunks: 0 }, parallel: false } as unknown as ReadContext;
const box = [{ start: 0, stop: 4 }];

function variable(extent: readonly number[] | undefined, refs: readonly ChunkRef[]): ArrayVariable {
  return {
    path: "/a",
    name: "a",
    dtype: { name: "int8", size: 1, byteOrder: "none" } as unknown as ArrayVariable["dtype"],
    dims: ["t"],
    dimPaths: ["/t"],
    shape: [4],
    extent,
    chunks: [4],
    codecs: [],
    attributes: new Map(),
    fill: Uint8Array.of(0x81),
    access: "direct",
    async *locate() {
      yield* refs;
    },
  };
}

const chunk: ChunkRef = { kind: "inline", bytes: Uint8Array.of(1, 2, 3, 4), origin: [0], shape: [4], filterMask: 0 };
const missing: ChunkRef = { kind: "missing", origin: [1], shape: [3], filterMask: 0 };

test("cells behind the stored extent are the fill value although a chunk covers them", async () => {
  expect([...((await readBox(variable([1], [chunk, missing]), box, context)) as Int8Array)]).toEqual([1, -127, -127, -127]);
  expect([...((await readBox(variable([1], [missing, chunk]), box, context)) as Int8Array)]).toEqual([1, -127, -127, -127]);
});

test("memory that no chunk has written is never handed out", async () => {
  await expect(readBox(variable(undefined, [missing]), box, context)).rejects.toMatchObject({ tag: "internal" });
});

/** h5py 3 with scaleoffset=16 of int16 stores the integers as they are. */
test("scale-offset with all bits of the integer leaves the bytes alone", async () => {
  const bytes = Uint8Array.of(0, 0, 0, 0, 4, 0, 5, 0);
  const spec = { id: "scaleoffset", parameters: { 0: 2, 1: 16, 2: 4, 3: 0, 4: 2, 5: 1, 6: 0, 7: 0 } };
  const decoded = await scaleOffset.decode(bytes, spec, { decodedLength: 8 } as never);
  expect([...decoded]).toEqual([...bytes]);
});
