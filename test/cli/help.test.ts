import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { documentOf, graticule, root, textOf } from "./run-graticule.js";

describe("the shell", () => {
  it("lists the commands", async () => {
    const finished = await graticule(["--help"]);
    expect(finished.code).toBe(0);
    for (const name of ["inspect", "cat", "formats", "plugins", "autocomplete"])
      expect(textOf(finished)).toMatch(new RegExp(`^ {2}${name} `, "m"));
  });

  it("explains each command of its own", async () => {
    for (const name of ["inspect", "cat", "formats", "plugins scaffold"]) {
      const finished = await graticule([...name.split(" "), "--help"]);
      expect(finished.code).toBe(0);
      expect(textOf(finished)).toContain(`$ graticule ${name}`);
    }
  });

  it("refuses a command that is not there with 2, as JSON where that is asked for", async () => {
    const plain = await graticule(["conjure", "air.nc"]);
    expect(plain.code).toBe(2);
    expect(plain.stderr).toContain('there is no command "conjure');
    expect(textOf(plain)).toBe("");
    const json = await graticule(["conjure", "--json"]);
    expect(json.code).toBe(2);
    expect(documentOf(json)).toMatchObject({ error: { code: "usage", hint: expect.stringContaining("--help") } });
  });

  it("starts from a manifest that knows every command", async () => {
    const path = join(root, "oclif.manifest.json");
    expect(existsSync(path)).toBe(true);
    const manifest = JSON.parse(readFileSync(path, "utf8")) as { commands: Record<string, unknown> };
    expect(Object.keys(manifest.commands)).toEqual(
      expect.arrayContaining(["cat", "formats", "inspect", "plugins", "plugins:scaffold"]),
    );
  });
});
