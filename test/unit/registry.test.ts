import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { discoverPlugins, ownRoot } from "../../src/format/discover.js";
import { probeOf } from "../../src/format/probe.js";
import { formatRegistry } from "../../src/format/registry.js";
import { memorySource } from "../../src/store/memory.js";
import { withCounting } from "../../src/store/with-counting.js";

const room = mkdtempSync(join(tmpdir(), "graticule-test-"));
const root = join(room, "app");
const dataDir = join(room, "data");

interface Fake {
  readonly id: string;
  readonly magic: string;
  readonly sniff?: string;
  readonly apiVersion?: number;
  readonly code?: string;
  readonly manifest?: unknown;
}

function writePackage(folder: string, name: string, fake: Fake): void {
  mkdirSync(folder, { recursive: true });
  const { id, magic, apiVersion = 1 } = fake;
  const claim = { id, title: id, magic: magic === "" ? [] : [{ offset: 0, hex: magic }], extensions: [`.${id}`], capabilities: [] };
  const manifest = fake.manifest ?? { apiVersion, entry: "./index.js", formats: [claim] };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.2.3", type: "module", graticule: manifest }));
  const code = `export default { id: "${id}", apiVersion: 1, sniff: async () => "${fake.sniff ?? "yes"}", open: async () => ({}) };`;
  writeFileSync(join(folder, "index.js"), fake.code ?? code);
}

beforeAll(() => {
  const modules = join(root, "node_modules");
  const fakes: Record<string, Fake> = {
    "format-short": { id: "short", magic: "414243" },
    "format-long": { id: "long", magic: "41424344" },
    "format-broken": { id: "broken", magic: "4242", code: "throw new Error('no such machine');" },
    "format-future": { id: "future", magic: "4343", apiVersion: 99 },
    "format-shy": { id: "shy", magic: "", sniff: "maybe" },
    "format-wrong": { id: "wrong", magic: "", manifest: { apiVersion: 1 } },
    "format-doubling": {
      id: "doubling",
      magic: "",
      manifest: {
        apiVersion: 1,
        entry: "./index.js",
        formats: [
          {
            id: "doubling",
            title: "",
            magic: [{ offset: 0, hex: "89484446", repeat: "doubling" }],
            extensions: [],
            capabilities: [],
          },
        ],
      },
    },
  };
  for (const [name, fake] of Object.entries(fakes)) writePackage(join(modules, name), name, fake);
  writePackage(join(room, "linked"), "format-linked", { id: "linked", magic: "4c4c" });
  writePackage(join(dataDir, "node_modules", "format-installed"), "format-installed", { id: "installed", magic: "4949" });
  writePackage(join(room, "short-copy"), "format-short", { id: "short", magic: "414243" });
  const dependencies = Object.fromEntries([...Object.keys(fakes), "not-installed", "plain"].map((name) => [name, "*"]));
  mkdirSync(join(modules, "plain"), { recursive: true });
  writeFileSync(join(modules, "plain", "package.json"), JSON.stringify({ name: "plain", version: "1.0.0" }));
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "app", dependencies }));
  const plugins = [
    { name: "format-linked", type: "link", root: join(room, "linked") },
    { name: "format-short", type: "link", root: join(room, "short-copy") },
    { name: "format-installed", type: "user", tag: "latest" },
    { name: "format-gone", type: "user", tag: "latest" },
  ];
  writeFileSync(join(dataDir, "package.json"), JSON.stringify({ name: "graticule", oclif: { plugins }, dependencies: {} }));
});

afterAll(() => rmSync(room, { recursive: true }));

function probe(content: string | Uint8Array, url = "some.file") {
  return probeOf(memorySource(url, Buffer.from(content)));
}

describe("discoverPlugins", () => {
  it("finds dependencies, installed and linked packages that carry a manifest, a linked copy in place of the dependency", () => {
    const { plugins } = discoverPlugins({ root, dataDir });
    const found = Object.fromEntries(plugins.map(({ name, origin }) => [name, origin]));
    expect(found).toEqual({
      "format-linked": "linked",
      "format-short": "linked",
      "format-installed": "installed",
      "format-long": "dependency",
      "format-broken": "dependency",
      "format-future": "dependency",
      "format-shy": "dependency",
      "format-doubling": "dependency",
    });
    expect(plugins.find(({ name }) => name === "format-long")?.version).toBe("1.2.3");
  });

  it("warns by name of registered packages that are gone and of manifests without sense", () => {
    expect(discoverPlugins({ root, dataDir }).warnings).toEqual([
      "plugin format-gone is registered but its package is not there",
      "plugin format-wrong is left out: its manifest names no entry module",
    ]);
  });

  it("finds the plugins of this package by its own package.json", () => {
    const names = discoverPlugins({ root: ownRoot(), dataDir: join(room, "nothing") }).plugins.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["graticule-netcdf", "graticule-hdf5"]));
  });
});

describe("formatRegistry", () => {
  const registry = () => formatRegistry({ root, dataDir });

  it("prefers the longer magic number, whatever the extension says", async () => {
    expect((await registry().recognise(probe("ABCD…", "x.short"))).id).toBe("long");
    expect((await registry().recognise(probe("ABC…", "x.long"))).id).toBe("short");
  });

  it("asks those without a magic number when nothing else fits", async () => {
    expect((await registry().recognise(probe("zzz"))).id).toBe("shy");
  });

  it("finds a magic number at 512, 1024, 2048 … where the claim says so, and reads little for it", async () => {
    const plugins = discoverPlugins({ root, dataDir }).plugins.filter(({ name }) => name === "format-doubling");
    const content = new Uint8Array(3_000_000);
    content.set(Buffer.from("89484446", "hex"), 1 << 20);
    const counters = { requests: 0, bytes: 0 };
    const own = formatRegistry({ plugins, warnings: [] });
    expect((await own.recognise(probeOf(withCounting(memorySource("x", content), counters)))).id).toBe("doubling");
    expect(counters).toEqual({ requests: 10, bytes: 4096 + 9 * 4 });
    content.set(new Uint8Array(4), 1 << 20);
    content.set(Buffer.from("89484446", "hex"), 1500);
    await expect(own.recognise(probe(content))).rejects.toMatchObject({ tag: "unknown-format" });
  });

  it("leaves out what does not load or speaks another API, by name, and goes on", async () => {
    const own = registry();
    expect(own.warnings).toContain("plugin format-future 1.2.3 is left out: it speaks plugin API 99, this graticule 1");
    expect((await own.recognise(probe("BB and more"))).id).toBe("shy");
    expect(own.warnings).toContain("plugin format-broken 1.2.3 is left out: it does not load (no such machine)");
  });

  it.each([
    ["", "empty (0 bytes)"],
    ["<!DOCTYPE html><html>404", "HTML page"],
    [Buffer.from("504b030414", "hex"), "ZIP archive"],
    [new Uint8Array(100), "100 zero bytes"],
    ["netcdf air {\n", "CDL"],
    ["a,b,c\n1,2,3", 'text: "a,b,c"'],
    ["version https://git-lfs.github.com/spec/v1", "Git LFS"],
    [Buffer.from("0102030405060708", "hex"), "0102030405060708"],
  ])("says what unknown content looks like: %#", async (content, words) => {
    const none = formatRegistry({ plugins: [], warnings: [] });
    await expect(none.recognise(probe(content))).rejects.toMatchObject({
      tag: "unknown-format",
      message: expect.stringContaining(words),
      file: "some.file",
    });
  });

  it.each([
    ["GRIB....", "GRIB"],
    ["SIMPLE  =                    T", "FITS"],
  ])("names a scientific format without plugin as unsupported: %s", async (content, format) => {
    const none = formatRegistry({ plugins: [], warnings: [] });
    await expect(none.recognise(probe(content))).rejects.toMatchObject({
      tag: "unsupported",
      message: `no installed plugin reads ${format}`,
    });
  });
});
