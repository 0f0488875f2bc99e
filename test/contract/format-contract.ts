import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { isGraticuleError } from "../../src/errors.js";
import type { ArrayVariable, ChunkRef, Dataset, FormatPlugin, PluginManifest, Probe, Values } from "../../src/format/contract.js";
import { readBox } from "../../src/format/read-box.js";
import { type OwnedReadContext, readContext } from "../../src/format/read-context.js";
import { intersect, sizeOf, wholeBox } from "../../src/schema/box.js";
import { memorySource } from "../../src/store/memory.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";
import { cellsOf, interestingBoxes, seeded, sliceOf } from "./boxes.js";
import { describeDamageContract } from "./damage.js";
import { describeDataset, type ExpectedDataset, type ExpectedVariable, plainValues, readExpected } from "./expected.js";

/** A file and the JSON beside it (see {@link ExpectedDataset}). */
export interface FormatFixture {
  readonly file: string;
  readonly expected: string;
}

export interface FormatContract {
  readonly name: string;
  readonly plugin: FormatPlugin;
  /** The `graticule` key of the plugin's package.json. */
  readonly manifest: PluginManifest;
  readonly fixtures: readonly FormatFixture[];
  /** Bytes that a box of one cell may cost beyond the chunk it lies in: what the format must read to find it. Default 0. */
  readonly indexBytes?: number;
  /** Copies with one byte changed, per fixture. Default 150. */
  readonly flips?: number;
  /** Lengths to which each fixture is cut, at most. Default 150. */
  readonly cuts?: number;
}

/** A dataset opened from bytes in memory, with the context that counts what it reads. */
export async function openBytes(plugin: FormatPlugin, url: string, bytes: Uint8Array, signal?: AbortSignal) {
  const context = readContext({ parallel: false, ...(signal && { signal }) });
  const dataset = await plugin.open(context.adopt(memorySource(url, bytes)), context);
  return { dataset, context };
}

/** What every format plugin promises; run it once per plugin, over its fixtures. */
export function describeFormatContract(contract: FormatContract): void {
  describe(`format contract: ${contract.name}`, () => {
    describeManifest(contract);
    describe.each(contract.fixtures.map((fixture) => [nameOf(fixture.file), fixture] as const))("%s", (_, fixture) => {
      const bytes = new Uint8Array(readFileSync(fixture.file));
      const expected = readExpected(fixture.expected);
      const open = (signal?: AbortSignal) => openBytes(contract.plugin, fixture.file, bytes, signal);
      describeContents(contract, expected, open, bytes);
      describeReading(contract, expected, open, fixture.file);
      describeDamageContract({ ...contract, file: fixture.file, bytes, expected });
    });
  });
}

type Open = (signal?: AbortSignal) => Promise<{ dataset: Dataset; context: OwnedReadContext }>;

function describeManifest({ plugin, manifest, fixtures }: FormatContract): void {
  test("the manifest is that of the plugin", () => {
    expect(manifest.apiVersion).toBe(plugin.apiVersion);
    expect(manifest.formats.map((claim) => claim.id)).toContain(plugin.id);
    for (const claim of manifest.formats) expect(claim.capabilities).not.toEqual([]);
    expect(fixtures.length).toBeGreaterThan(0);
  });

  test.each([
    ["nothing", ""],
    ["one byte", "C"],
    ["a page of HTML", "<html><head><title>404 Not Found</title></head><body></body></html>"],
  ])("does not claim %s", async (_, text) => {
    expect(await plugin.sniff(probeOf("memory:probe", Buffer.from(text)))).toBe("no");
  });
}

function describeContents({ plugin, manifest }: FormatContract, expected: ExpectedDataset, open: Open, bytes: Uint8Array): void {
  test("is recognised by its content", async () => {
    expect(await plugin.sniff(probeOf("memory:no-extension", bytes))).not.toBe("no");
    const magic = manifest.formats.flatMap((claim) => claim.magic);
    const there = (offset: number, hex: string) => Buffer.from(bytes.subarray(offset)).toString("hex").startsWith(hex);
    if (magic.length > 0) expect(magic.some(({ offset, hex, repeat }) => repeat !== undefined || there(offset, hex))).toBe(true);
  });

  test("dimensions, groups, attributes and variables are those of the outside reader", async () => {
    const { dataset } = await open();
    const described = describeDataset(dataset);
    const { version, groups, ...rest } = expected;
    expect(described).toMatchObject({ ...(version !== undefined && { version }), ...(groups && { groups }) });
    expect({ format: described.format, dimensions: described.dimensions, attributes: described.attributes }).toEqual({
      format: rest.format,
      dimensions: rest.dimensions,
      attributes: rest.attributes,
    });
    expect(described.variables).toEqual(Object.fromEntries(Object.entries(rest.variables).map(([p, v]) => [p, withoutValues(v)])));
    expect(dataset.error).toBeUndefined();
  });

  test("paths, names and shapes agree with each other", async () => {
    const { dataset } = await open();
    expect(dataset.groups[0]?.path).toBe("/");
    const lengths = new Map(dataset.dimensions.map((d) => [d.path, d.length]));
    for (const v of dataset.variables) {
      expect(v.path.startsWith("/") && v.path.endsWith(v.name)).toBe(true);
      expect([v.dims.length, v.dimPaths.length]).toEqual([v.shape.length, v.shape.length]);
      v.dimPaths.forEach((path, d) => {
        if (lengths.has(path)) expect(v.shape[d]).toBe(lengths.get(path));
      });
      if (v.chunks) expect(v.chunks).toHaveLength(v.shape.length);
      expect(v.error).toBeUndefined();
    }
  });

  test("what opens can be closed, and closed again", async () => {
    const { dataset, context } = await open();
    await dataset.close();
    await dataset.close();
    await context.close();
  });
}

function describeReading(contract: FormatContract, expected: ExpectedDataset, open: Open, file: string): void {
  test("all values, and those of any box, are those of the outside reader", async () => {
    const { dataset, context } = await open();
    const random = seeded(1);
    for (const variable of dataset.variables) {
      const values = expected.variables[variable.path]?.values;
      if (!values || variable.unsupported) continue;
      for (const box of interestingBoxes(variable.shape, random)) {
        const read = plainValues(await readBox(variable, box, context), variable.dtype.name);
        expect([variable.path, box, read]).toEqual([variable.path, box, sliceOf(values, variable.shape, box)]);
      }
    }
  });

  test("the refs of a box hold each of its cells once and lie inside the file", async () => {
    const { dataset, context } = await open();
    const random = seeded(2);
    for (const variable of readable(dataset)) {
      for (const box of interestingBoxes(variable.shape, random)) {
        const seen = new Map<string, number>();
        for await (const ref of variable.locate(box, context)) {
          expect(endOf(ref)).toBeLessThanOrEqual(dataset.source.size);
          const common = intersect(
            ref.origin.map((start, d) => ({ start, stop: start + (ref.shape[d] as number) })),
            box,
          );
          expect(common).not.toBeNull();
          for (const cell of cellsOf(common ?? [])) seen.set(cell.join(), (seen.get(cell.join()) ?? 0) + 1);
        }
        expect([...cellsOf(box)].filter((cell) => seen.get(cell.join()) !== 1)).toEqual([]);
      }
    }
  });

  test("a box of one cell costs its chunk at most, a missing chunk nothing", async () => {
    for (const { path } of readable((await open()).dataset)) {
      const { dataset, context } = await open();
      const variable = dataset.variables.find((v) => v.path === path) as ArrayVariable;
      if (sizeOf(variable.shape) === 0 || variable.dtype.text?.variable || variable.dtype.name === "vlen") continue;
      const cell = variable.shape.map((n) => ({ start: n >> 1, stop: (n >> 1) + 1 }));
      const refs: ChunkRef[] = [];
      for await (const ref of variable.locate(cell, context)) refs.push(ref);
      expect(refs).toHaveLength(1);
      const before = { ...context.counters };
      await readBox(variable, cell, context);
      const spent = context.counters.bytes - before.bytes;
      const chunk = variable.chunks ? storedLength(refs[0] as ChunkRef) : variable.dtype.size;
      expect([path, spent <= chunk + (contract.indexBytes ?? 0)]).toEqual([path, true]);
      if (refs[0]?.kind === "missing") expect(context.counters.chunks).toBe(before.chunks);
    }
  });

  test("two reads at once give the same as one", async () => {
    const { dataset, context } = await open();
    for (const variable of readable(dataset)) {
      const box = wholeBox(variable.shape);
      const plain = (values: Values) => plainValues(values, variable.dtype.name);
      const alone = plain(await readBox(variable, box, context));
      const both = await Promise.all([readBox(variable, box, context), readBox(variable, box, context)]);
      for (const values of both) expect([variable.path, plain(values)]).toEqual([variable.path, alone]);
    }
  });

  test.each(["the file store", "a web server"])("%s gives the same, chunks being decoded in parallel", async (place) => {
    const server = place === "a web server" ? await rangeServer() : null;
    if (server) serveFolder(server, dirname(file));
    const isMarker = contract.manifest.formats.some(({ markers }) => markers?.includes(nameOf(file)));
    const context = readContext();
    try {
      const { dataset: plain, context: memory } = await open();
      const source = context.adopt(await context.openRaw(server ? `${server.origin}/${nameOf(file)}` : file));
      const opening = contract.plugin.open(source, context);
      // A server's folders cannot be listed: a store without consolidated metadata cannot be read there.
      const failure = server && isMarker ? await failureOf(opening) : null;
      if (isGraticuleError(failure, "unsupported")) return;
      const dataset = await opening;
      for (const [i, variable] of dataset.variables.entries()) {
        const twin = plain.variables[i] as ArrayVariable;
        if (variable.unsupported || variable.error || sizeOf(variable.shape) >= 1 << 16) continue;
        const box = wholeBox(variable.shape);
        const [found, wanted] = [await readBox(variable, box, context), await readBox(twin, box, memory)];
        const name = variable.dtype.name;
        expect([variable.path, plainValues(found, name)]).toEqual([twin.path, plainValues(wanted, name)]);
      }
      await dataset.close();
    } finally {
      await context.close();
      await server?.close();
    }
  });

  test("an abort ends opening and reading", async () => {
    expect(isInterruption(await failureOf(open(AbortSignal.abort())))).toBe(true);
    const controller = new AbortController();
    const { dataset, context } = await open(controller.signal);
    controller.abort();
    for (const variable of readable(dataset)) {
      if (sizeOf(variable.shape) === 0 || (await everyRefIsMissing(variable, context))) continue;
      expect(isInterruption(await failureOf(readBox(variable, wholeBox(variable.shape), context)))).toBe(true);
    }
  });
}

/** Files of a folder and below it, as they are asked for. */
function serveFolder(server: RangeServer, folder: string): void {
  server.fault = ({ path }) => {
    const file = join(folder, decodeURIComponent(path));
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) server.files.set(path, { bytes: readFileSync(file) });
    return false;
  };
}

async function everyRefIsMissing(variable: ArrayVariable, context: OwnedReadContext): Promise<boolean> {
  try {
    for await (const ref of variable.locate(wholeBox(variable.shape), context)) if (ref.kind !== "missing") return false;
    return true;
  } catch (error) {
    if (isInterruption(error)) return false;
    throw error;
  }
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "it did not fail",
    (error: unknown) => error,
  );
}

function isInterruption(error: unknown): boolean {
  return isGraticuleError(error, "interrupted") || (error as { name?: unknown } | null)?.name === "AbortError";
}

function readable(dataset: Dataset): ArrayVariable[] {
  return dataset.variables.filter((v) => !v.unsupported && !v.error && sizeOf(v.shape) < 1 << 16);
}

function storedLength(ref: ChunkRef): number {
  if (ref.kind === "stored") return ref.length;
  if (ref.kind === "strided") return ref.length * ref.count;
  return ref.kind === "plugin" ? Number.POSITIVE_INFINITY : 0;
}

function endOf(ref: ChunkRef): number {
  if (ref.kind === "stored") return ref.offset + ref.length;
  if (ref.kind === "strided") return ref.offset + (ref.count - 1) * ref.stride + ref.length;
  return 0;
}

function withoutValues({ values: _, ...rest }: ExpectedVariable): ExpectedVariable {
  return rest;
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

function probeOf(url: string, bytes: Uint8Array): Probe {
  return { url, size: bytes.length, peek: async (offset, length) => bytes.subarray(offset, offset + length) };
}
