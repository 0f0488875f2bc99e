import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { ChunkRef } from "../../../src/format/contract.js";
import { readBox } from "../../../src/format/read-box.js";
import { openStore, refsOf, samples } from "./open-store.js";

const file = join(samples, "zarr-contract/sharded.zip");
const cell = [
  { start: 0, stop: 1 },
  { start: 0, stop: 1 },
];
const scratch = mkdtempSync(join(tmpdir(), "zarr-shards-"));
afterAll(() => rmSync(scratch, { recursive: true }));

describe("a chunk inside a shard", () => {
  test.each([
    // The index: 16 bytes for each of 2 × 2 chunks, and a CRC-32C; the local header of the zip file before it.
    ["/plain_end", 4 * 16 + 4 + 30],
    ["/plain_start", 4 * 16 + 4 + 30],
    // No checksum.
    ["/bare_end", 4 * 16 + 30],
    // Two indexes, one in the other.
    ["/nested_end", 4 * 16 + 4 + (4 * 16 + 4) + 30],
  ])("of %s costs its shard's index and itself, and the second time only itself", async (path, indexBytes) => {
    const { variable, context } = await openStore(file);
    const one = variable(path);
    const before = { ...context.counters };
    const refs = await refsOf(one, cell, context);
    expect(refs).toHaveLength(1);
    expect(refs[0]?.kind).toBe("stored");
    expect(context.counters.bytes - before.bytes).toBe(indexBytes);
    const located = context.counters.bytes;
    await readBox(one, cell, context);
    expect(context.counters.bytes - located).toBe((refs[0] as ChunkRef & { kind: "stored" }).length);
  });

  test("that was never written is missing, and so is a whole shard", async () => {
    const { variable, context } = await openStore(file);
    const kinds = async (start: number) => {
      const box = [
        { start, stop: start + 1 },
        { start: 0, stop: 1 },
      ];
      return (await refsOf(variable("/plain_end"), box, context)).map((ref) => `${ref.kind} ${ref.shape.join("x")}`);
    };
    expect(await kinds(0)).toEqual(["stored 2x3"]);
    expect(await kinds(6)).toEqual(["missing 2x3"]);
    expect(await kinds(8)).toEqual(["missing 4x6"]);
  });

  test("is not believed where the index fails its CRC-32C", async () => {
    const { variable, context } = await openStore(file);
    const [ref] = await refsOf(variable("/plain_end"), cell, context);
    const bytes = readFileSync(file);
    const copy = join(scratch, "sharded.zip");
    copyFileSync(file, copy);
    // The first chunk of the shard lies at its start; the index follows the last one, which the directory bounds.
    const start = (ref as ChunkRef & { offset: number }).offset;
    const end = bytes.indexOf(Buffer.from("PK\u0003\u0004"), start);
    bytes[end - 12] = (bytes[end - 12] as number) ^ 1;
    writeFileSync(copy, bytes);
    const damaged = await openStore(copy);
    await expect(damaged.values("/plain_end")).rejects.toMatchObject({ tag: "checksum" });
    expect(await damaged.values("/plain_start")).toHaveLength(9 * 13);
  });
});
