import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { unwrap } from "../../src/format/unwrap.js";
import { fileStore } from "../../src/store/file.js";
import { memorySource } from "../../src/store/memory.js";

const folder = fileURLToPath(new URL("../../sample-data/wrapped/", import.meta.url));
const expected = JSON.parse(readFileSync(`${folder}expected.json`, "utf8")) as Record<string, { sha256: string; bytes: number }>;

async function unwrapped(name: string, options = {}): Promise<{ sha256: string; bytes: number; url: string }> {
  const source = await unwrap(await fileStore().open(folder + name), options);
  const bytes = await source.readOne({ offset: 0, length: source.size });
  await source.close();
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: source.size, url: source.url };
}

function spools(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`graticule-spool-${process.pid}-`));
}

describe("a file compressed as a whole", () => {
  it.each(["ramp.nc", "ramp.nc.gz", "ramp.nc.bz2", "ramp.nc.Z"])("%s reads as the file it holds", async (name) => {
    const found = await unwrapped(name);
    expect(found).toEqual({ ...expected["ramp.nc"], url: folder + name });
  });

  it.each(["words-10.Z", "words-12.Z", "words-16.Z", "words-two-members.gz", "words-two-streams.bz2"])(
    "%s reads as its text",
    async (name) => {
      expect(await unwrapped(name)).toMatchObject(expected.words as object);
    },
  );

  it("goes through a temporary file where it is large, and leaves none behind", async () => {
    const before = spools();
    expect(await unwrapped("words-two-members.gz", { memoryBytes: 1000 })).toMatchObject(expected.words as object);
    expect(spools()).toEqual(before);
  });

  it("refuses what grows past the limits, by a typed error that says so", async () => {
    const before = spools();
    await expect(unwrapped("words-two-members.gz", { maxBytes: 10_000, memoryBytes: 1000 })).rejects.toMatchObject({
      tag: "unsupported",
      message: expect.stringContaining("gzip grow past"),
    });
    expect(spools()).toEqual(before);
  });

  it("tells cut data from damaged data", async () => {
    const gz = readFileSync(`${folder}ramp.nc.gz`);
    const bz = readFileSync(`${folder}ramp.nc.bz2`);
    await expect(unwrap(memorySource("cut.gz", gz.subarray(0, gz.length - 12)))).rejects.toMatchObject({
      tag: "truncated",
      file: "cut.gz",
    });
    await expect(unwrap(memorySource("cut.bz2", bz.subarray(0, bz.length - 20)))).rejects.toMatchObject({ tag: "truncated" });
    const flipped = Buffer.from(gz);
    flipped[gz.length - 6] = (flipped[gz.length - 6] as number) ^ 1;
    await expect(unwrap(memorySource("flipped.gz", flipped))).rejects.toMatchObject({ tag: "checksum" });
    const odd = Buffer.from(bz);
    odd[odd.length - 3] = (odd[odd.length - 3] as number) ^ 4;
    await expect(unwrap(memorySource("odd.bz2", odd))).rejects.toMatchObject({ tag: "checksum" });
    await expect(unwrap(memorySource("odd.Z", Uint8Array.from([0x1f, 0x9d, 0x97, 0, 0, 0])))).rejects.toMatchObject({
      tag: "malformed",
    });
  });

  it("looks through two wrappings and no deeper", async () => {
    const inner = gzipSync(gzipSync(gzipSync(Buffer.from("three"))));
    const source = await unwrap(memorySource("x.gz.gz.gz", inner));
    expect(Buffer.from(await source.readOne({ offset: 0, length: 2 })).toString("hex")).toBe("1f8b");
  });
});
