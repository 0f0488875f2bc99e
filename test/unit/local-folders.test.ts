import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "@jest/globals";
import { resolveInputs } from "../../src/archive/inputs.js";
import { inspectInputs } from "../../src/cli/inspect/inspect-inputs.js";
import { open } from "../../src/index.js";
import { fileStore } from "../../src/store/file.js";
import { diskOutput } from "../../src/store/output/disk-output.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-folders-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const onPosix = process.platform === "win32" ? it.skip : it;
/** The superuser may read everything. */
const asUser = process.platform === "win32" || process.getuid?.() === 0 ? it.skip : it;
const noEntry = { tag: "not-found" };

/** A Zarr array of three numbers, without a compressor. */
function writeStore(name: string): string {
  const store = join(folder, name);
  mkdirSync(join(store, "a"), { recursive: true });
  writeFileSync(join(store, ".zgroup"), '{"zarr_format":2}');
  const array = {
    zarr_format: 2,
    compressor: null,
    filters: null,
    fill_value: 0,
    order: "C",
    shape: [3],
    chunks: [3],
    dtype: "<i4",
  };
  writeFileSync(join(store, "a/.zarray"), JSON.stringify(array));
  writeFileSync(join(store, "a/0"), Buffer.from(Int32Array.of(1, 2, 3).buffer));
  return store;
}

async function valuesOf(store: string): Promise<number[]> {
  const dataset = await open(store);
  try {
    return [...((await dataset.variable("/a").read()).values as Int32Array)];
  } finally {
    await dataset.close();
  }
}

describe("links in a local folder", () => {
  onPosix("to a chunk's file, and to an array's folder, are what they lead to", async () => {
    const store = writeStore("files.zarr");
    renameSync(join(store, "a/0"), join(folder, "content"));
    symlinkSync(join(folder, "content"), join(store, "a/0"));
    expect(await valuesOf(store)).toEqual([1, 2, 3]);
    const other = writeStore("folders.zarr");
    renameSync(join(other, "a"), join(folder, "array"));
    symlinkSync(join(folder, "array"), join(other, "a"));
    expect(await valuesOf(other)).toEqual([1, 2, 3]);
  });

  onPosix("to content that is not there are told, not taken for chunks that were never written", async () => {
    const store = writeStore("annex.zarr");
    rmSync(join(store, "a/0"));
    symlinkSync("../.git/annex/objects/none", join(store, "a/0"));
    await expect(valuesOf(store)).rejects.toMatchObject({ tag: "not-found", file: join(store, "a/0") });
  });

  onPosix("to a folder above end", async () => {
    const store = writeStore("loops.zarr");
    for (const name of ["one", "two"]) symlinkSync(".", join(store, name));
    symlinkSync("..", join(store, "a/up"));
    const names: string[] = [];
    for await (const { url } of fileStore().list(store)) names.push(url.slice(store.length + 1));
    expect(names.sort()).toEqual([".zgroup", "a/.zarray", "a/0"]);
    expect(await valuesOf(store)).toEqual([1, 2, 3]);
    const archive = join(folder, "archive");
    mkdirSync(archive);
    cpSync("sample-data/cf-packed.nc", join(archive, "a.nc"));
    for (const name of ["one", "two"]) symlinkSync(".", join(archive, name));
    expect(await resolveInputs([archive])).toEqual([join(archive, "a.nc")]);
  });

  it("a listing ends when it is no longer wanted", async () => {
    const listing = fileStore().list(folder, { signal: AbortSignal.abort() });
    await expect(listing[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("what is no file", () => {
  onPosix("a pipe is refused at once", async () => {
    const pipe = join(folder, "pipe.nc");
    execFileSync("mkfifo", [pipe]);
    await expect(fileStore().open(pipe)).rejects.toMatchObject({ tag: "unsupported", file: pipe });
    await expect(fileStore().get(pipe)).rejects.toMatchObject({ tag: "unsupported", file: pipe });
  });

  asUser("what may not be read says so by its name", async () => {
    const secret = join(folder, "secret.nc");
    writeFileSync(secret, "CDF");
    chmodSync(secret, 0);
    await expect(open(secret)).rejects.toMatchObject({ tag: "permission", message: "permission is denied", file: secret });
  });

  it("a file where a folder is needed", async () => {
    const file = join(folder, "afile");
    writeFileSync(file, "");
    const expected = { tag: "conflict", message: "a file stands where a folder is needed" };
    await expect(diskOutput.makeFolder(join(file, "x"))).rejects.toMatchObject(expected);
    await expect(diskOutput.makeFolder(join(file, "x/y"))).rejects.toMatchObject(expected);
    await expect(open(join(file, "x.nc"))).rejects.toMatchObject(noEntry);
  });
});

describe("addresses", () => {
  it("have schemes in letters of either size", async () => {
    const url = pathToFileURL("sample-data/cf-packed.nc").href;
    const dataset = await open(url.replace("file:", "FILE:"));
    expect(dataset.variables.size).toBeGreaterThan(0);
    await dataset.close();
    expect(await resolveInputs([url.replace("file:", "File:")])).toHaveLength(1);
  });

  it.each([
    ["gs://bucket/a.nc", /storage\.googleapis\.com/],
    ["az://container/a.nc", /blob\.core\.windows\.net/],
    ["ftp://host/a.nc", /https/],
  ])("of stores that are not read name those that are, and the way out: %s", async (url, hint) => {
    const message = expect.stringContaining("cannot be read; file://, http://, https:// and s3:// can");
    await expect(open(url)).rejects.toMatchObject({ tag: "unsupported", message, hint: expect.stringMatching(hint) });
  });
});

it("of several inputs, one that is missing takes nothing from the others", async () => {
  const printer = { file: () => undefined, error: () => undefined, warning: () => undefined };
  const inputs = [join(folder, "none.nc"), "sample-data/cf-packed.nc"];
  const { document, exitCode } = await inspectInputs(inputs, { stats: false, checksum: false }, printer);
  expect(document).toMatchObject({
    files: [
      { path: inputs[0], error: { code: "not-found" } },
      { path: inputs[1], format: "netcdf4" },
    ],
  });
  expect(exitCode).toBe(5);
});
