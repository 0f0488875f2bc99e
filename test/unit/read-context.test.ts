import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { readContext } from "../../src/format/read-context.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-context-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const paths = Array.from({ length: 600 }, (_, i) => join(folder, `shard-${i}`));
const onLinux = existsSync("/proc/self/fd") ? it : it.skip;

function write(text = (i: number) => `shard ${i} `): void {
  for (const [i, path] of paths.entries()) writeFileSync(path, text(i));
}

describe("many files that a dataset refers to", () => {
  it("are all read, however long they have been held, and all at once", async () => {
    write();
    const context = readContext();
    const held = await Promise.all(paths.map((path) => context.openSource(path)));
    const all = await Promise.all(held.map((source) => source.readOne({ offset: 0, length: source.size })));
    expect(all.map((bytes) => Buffer.from(bytes).toString())).toEqual(paths.map((_, i) => `shard ${i} `));
    await context.verify();
    await context.close();
  });

  onLinux("take no more descriptors than a process may have", async () => {
    write();
    const before = readdirSync("/proc/self/fd").length;
    const context = readContext();
    for (const path of paths) await context.openSource(path);
    expect(readdirSync("/proc/self/fd").length - before).toBeLessThan(300);
    await context.close();
    expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(before + 1);
  });

  it("are pinned: one that was written to since it was opened is told, also where its descriptor was closed", async () => {
    write();
    const context = readContext();
    const held = await Promise.all(paths.map((path) => context.openSource(path)));
    writeFileSync(paths[0] as string, "another");
    writeFileSync(paths.at(-1) as string, "another");
    const [first, last] = [held[0], held.at(-1)];
    await expect(first?.readOne({ offset: 0, length: 7 })).rejects.toMatchObject({ tag: "changed", file: paths[0] });
    expect(() => last?.verify?.()).toThrow(expect.objectContaining({ tag: "changed" }));
    await expect(context.verify()).rejects.toMatchObject({ tag: "changed" });
    await context.close();
  });
});
