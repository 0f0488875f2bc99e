import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { readContext } from "../../src/format/read-context.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-context-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("sources that a dataset refers to", () => {
  it("are not all kept open, and are opened again when they are read again", async () => {
    const paths = Array.from({ length: 600 }, (_, i) => join(folder, `shard-${i}`));
    for (const [i, path] of paths.entries()) writeFileSync(path, `shard ${i}`);
    const before = readdirSync("/proc/self/fd").length;
    const context = readContext();
    for (const path of paths) await context.openSource(path);
    expect(readdirSync("/proc/self/fd").length - before).toBeLessThan(300);
    const first = await context.openSource(paths[0] as string);
    expect(Buffer.from(await first.readOne({ offset: 0, length: 7 })).toString()).toBe("shard 0");
    await context.close();
    expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(before + 1);
  });
});
