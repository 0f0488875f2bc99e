import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { resolveInputs } from "../../src/archive/inputs.js";
import { SAMPLES } from "./archive-values.js";

const SAMPLE = `${SAMPLES}/archive-overlap/a.nc`;
/** One file `a.txt`, by Python's zipfile. */
const ZIP =
  "UEsDBBQAAAAAAAAAIQCDFtyMAQAAAAEAAAAFAAAAYS50eHR4UEsBAhQDFAAAAAAAAAAhAIMW3IwBAAAAAQAAAAUAAAAAAAAAAAAAAIABAAAAAGEudHh0UEsFBgAAAAABAAEAMwAAACQAAAAAAA==";
let root = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "graticule-inputs-"));
  mkdirSync(join(root, "a/deep"), { recursive: true });
  mkdirSync(join(root, ".hidden"));
  for (const name of ["a/f10.nc", "a/f2.nc", "a/deep/f1.nc", ".hidden/f.nc", "odd[1].nc"]) copyFileSync(SAMPLE, join(root, name));
  writeFileSync(join(root, "a/README.txt"), "not data");
  writeFileSync(join(root, "a/z.nc.gz"), gzipSync("CDF\x01"));
  writeFileSync(join(root, "a/notes.gz"), gzipSync("text"));
  symlinkSync(join(root, "a/f2.nc"), join(root, "link.nc"));
});

afterAll(() => rmSync(root, { recursive: true }));

async function resolved(inputs: readonly string[], stdin?: string): Promise<{ found: string[]; notes: string[] }> {
  const notes: string[] = [];
  const found = await resolveInputs(inputs, {
    cwd: root,
    warn: (text) => notes.push(text),
    ...(stdin !== undefined && {
      stdin: (async function* () {
        yield Buffer.from(stdin);
      })(),
    }),
  });
  return { found, notes };
}

describe("inputs", () => {
  test("a directory is every file below it that a format claims, in natural order, and a note on the rest", async () => {
    const { found, notes } = await resolved(["a"]);
    expect(found).toEqual(["a/deep/f1.nc", "a/f2.nc", "a/f10.nc", "a/z.nc.gz"]);
    expect(notes).toEqual([expect.stringMatching(/^a: 2 files are left out.*a\/notes\.gz, a\/README\.txt$/)]);
  });

  test("what only begins like a format, as any JSON or zip does, is left out", async () => {
    mkdirSync(join(root, "c"));
    copyFileSync(SAMPLE, join(root, "c/f.nc"));
    writeFileSync(join(root, "c/notes.json"), '{"author": "nobody"}');
    writeFileSync(join(root, "c/old.zip"), Buffer.from(ZIP, "base64"));
    const { found, notes } = await resolved(["c"]);
    expect(found).toEqual(["c/f.nc"]);
    expect(notes).toEqual([expect.stringContaining("c/notes.json, c/old.zip")]);
    rmSync(join(root, "c"), { recursive: true });
  });

  test.each([
    [["a/*.nc"], ["a/f2.nc", "a/f10.nc"]],
    [["a/f{10,2}.nc"], ["a/f2.nc", "a/f10.nc"]],
    [["**/*.nc"], ["a/deep/f1.nc", "a/f2.nc", "a/f10.nc", "link.nc", "odd[1].nc"]],
    [
      ["a/f?.nc", "a/f*.nc"],
      ["a/f2.nc", "a/f10.nc"],
    ],
    [["odd[1].nc"], ["odd[1].nc"]],
    [
      ["a/f10.nc", "a/f2.nc"],
      ["a/f10.nc", "a/f2.nc"],
    ],
    [["a/d*"], ["a/deep/f1.nc"]],
  ])("%j", async (inputs, found) => {
    expect((await resolved(inputs)).found).toEqual(found);
  });

  test("file URLs and lists on stdin", async () => {
    const url = pathToFileURL(join(root, "odd[1].nc")).href;
    expect((await resolved([url])).found).toEqual([join(root, "odd[1].nc")]);
    expect((await resolved(["-"], `a/f2.nc\r\n\n${url}\na/deep\n`)).found).toEqual([
      "a/f2.nc",
      join(root, "odd[1].nc"),
      "a/deep/f1.nc",
    ]);
  });

  test.each([
    [["b.nc"], "not-found", /no such file/],
    [["a/f2.nc/x"], "not-found", /no such file/],
    [["b/*.nc"], "not-found", /b\/\*\.nc matches no file/],
    [["https://example.org/*.nc"], "unsupported", /cannot be listed/],
    [[], "usage", /no input/],
  ])("%j is refused as %s", async (inputs, tag, message) => {
    await expect(resolved(inputs)).rejects.toMatchObject({ tag, message: expect.stringMatching(message) });
  });

  test("URLs are taken as they are, also from a list", async () => {
    const urls = ["https://example.org/a[1].nc?x=*", "s3://bucket/key.nc"];
    expect((await resolved(urls)).found).toEqual(urls);
    expect((await resolved(["-"], `${urls.join("\n")}\na/f2.nc`)).found).toEqual([...urls, "a/f2.nc"]);
  });

  test("a file in the pipe is no list of names, and is not printed", async () => {
    for (const bytes of ["CDF\u0001\0\0\0\u0002name", "\u0089HDF\r\n\u001a\n", "SIMPLE\0"])
      await expect(resolved(["-"], bytes)).rejects.toMatchObject({
        tag: "usage",
        message: "- reads a list of names from stdin, one a line: what came is no text",
      });
  });

  test("stdin does not name stdin, and a directory without data is not found", async () => {
    await expect(resolved(["-"], "-\n")).rejects.toMatchObject({ tag: "usage" });
    mkdirSync(join(root, "empty"), { recursive: true });
    await expect(resolved(["empty"])).rejects.toMatchObject({ tag: "not-found" });
  });
});
