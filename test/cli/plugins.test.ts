import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import type { InspectDocument } from "../../src/cli/inspect/document.js";
import type { FormatsDocument } from "../../src/cli/list-formats.js";
import type { PluginsDocument } from "../../src/cli/list-plugins.js";
import { documentOf, graticule, root, textOf } from "./run-graticule.js";

const room = mkdtempSync(join(tmpdir(), "graticule-plugins-"));
const folder = join(room, "my-grid");
const env = { GRATICULE_DATA_DIR: join(room, "data") };

afterAll(() => rmSync(room, { recursive: true }));

function inPackage(command: string, ...args: string[]): string {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...clean } = process.env;
  return execFileSync(command, args, { cwd: folder, env: clean, encoding: "utf8" });
}

describe("plugins", () => {
  it("lists those that come along, with the formats and commands they add", async () => {
    const { plugins } = documentOf<PluginsDocument>(await graticule(["plugins", "--json"], { env }));
    expect(plugins.find(({ name }) => name === "graticule-netcdf")).toMatchObject({ origin: "dependency", formats: ["netcdf3"] });
    expect(plugins.find(({ name }) => name === "@oclif/plugin-plugins")?.commands).toContain("plugins install");
  });

  it("scaffolds a plugin that builds, passes its tests, and reads its files once it is linked", async () => {
    const written = documentOf<{ files: string[] }>(
      await graticule(["plugins", "scaffold", "my-grid", "--dir", folder, "--json"], { env }),
    );
    expect(written).toMatchObject({ name: "graticule-my-grid", format: "my-grid", directory: folder });
    expect(written.files).toEqual(
      expect.arrayContaining(["package.json", "tsconfig.json", "src/index.ts", "test/open.test.ts", "README.md"]),
    );

    const { devDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(devDependencies.graticule).toBe(`file:${resolve(root)}`);

    // What `npm install` would bring.
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/graticule"));
    symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
    inPackage(process.execPath, join(root, "node_modules/typescript/bin/tsc"));
    const tests = inPackage(process.execPath, "--test", "--test-reporter=tap", "dist/test/open.test.js");
    expect(tests).toMatch(/^# pass 4$/m);
    expect(tests).toMatch(/^# fail 0$/m);
    inPackage(process.execPath, "dist/test/write-sample.js");

    const sample = join(folder, "sample.my-grid");
    expect((await graticule(["inspect", sample], { env })).code).toBe(3);
    const linked = await graticule(["plugins", "link", "--no-install", folder], { env });
    expect(linked.code).toBe(0);

    const inspected = documentOf<InspectDocument>(await graticule(["inspect", sample, "--stats", "--json"], { env }));
    expect(inspected).toMatchObject({ format: "my-grid", extent: { lat: [30, 50], lon: [0, 45] }, warnings: [] });
    expect(inspected.variables["/value"]?.decoded).toMatchObject({ size: 12, valid: 11, min: 0, max: 10, mean: 5 });
    expect(textOf(await graticule(["cat", sample, "value", "--slice", "lat=1,lon=:2"], { env }))).toBe(
      "lat,lon,value\n40,0,4\n40,15,5\n",
    );

    const { formats } = documentOf<FormatsDocument>(await graticule(["formats", "--json"], { env }));
    expect(formats.find(({ id }) => id === "my-grid")).toMatchObject({ plugin: "graticule-my-grid", origin: "linked" });

    expect((await graticule(["plugins", "uninstall", "graticule-my-grid"], { env })).code).toBe(0);
    expect((await graticule(["inspect", sample], { env })).code).toBe(3);
  }, 60_000);

  it("overwrites nothing and takes no impossible name", async () => {
    const again = await graticule(["plugins", "scaffold", "other", "--dir", folder, "--json"], { env });
    expect(again.code).toBe(6);
    expect(documentOf(again)).toMatchObject({ error: { code: "conflict", file: folder } });
    const before = readdirSync(room);
    const odd = await graticule(["plugins", "scaffold", "Not A Name"], { env, cwd: room });
    expect(odd.code).toBe(2);
    expect(readdirSync(room)).toEqual(before);
  });
});
