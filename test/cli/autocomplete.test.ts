import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { graticule } from "./run-graticule.js";

const cache = mkdtempSync(join(tmpdir(), "graticule-completion-"));
const env = { GRATICULE_CACHE_DIR: cache, SHELL: "/bin/bash" };
const script = join(cache, "autocomplete/functions/bash/graticule.bash");
afterAll(() => rmSync(cache, { recursive: true, force: true }));

function bash(commands: string): string {
  return execFileSync("bash", ["--norc", "--noprofile", "-c", `source '${script}'\n${commands}`], { encoding: "utf8" }).trim();
}

/** What the function offers at the end of a line; its words as bash cuts them, at `=` too. */
function offered(line: string): string[] {
  const words = line.split(/ |(?<==)|(?==)/).map((word) => `'${word}'`);
  const found = bash(
    `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _graticule_autocomplete; echo "\${COMPREPLY[@]}"`,
  );
  return found === "" ? [] : found.split(" ");
}

describe("completion in bash", () => {
  beforeAll(async () => {
    const finished = await graticule(["autocomplete", "bash"], { env });
    expect({ code: finished.code, stdout: finished.stdout.toString() }).toEqual({
      code: 0,
      stdout: expect.stringContaining("graticule autocomplete script bash"),
    });
  }, 30_000);

  it("leaves what it does not know to the shell, which completes names of files", () => {
    expect(bash("complete -p graticule")).toBe("complete -o bashdefault -o default -F _graticule_autocomplete graticule");
    for (const line of [
      "graticule inspect ",
      "graticule inspect sam",
      "graticule convert a.nc b",
      "graticule convert a.nc --out ",
      "graticule convert --out o",
      "graticule convert --out=o",
      "graticule cat a.nc --raw x",
    ])
      expect({ line, offered: offered(line) }).toEqual({ line, offered: [] });
  });

  it("offers commands and those below them", () => {
    expect(offered("graticule ")).toEqual(
      expect.arrayContaining(["cat", "convert", "explain", "inspect", "plugins", "query", "resume"]),
    );
    expect(offered("graticule con")).toEqual(["convert"]);
    expect(offered("graticule plugins un")).toEqual(["uninstall", "unlink"]);
    expect(offered("graticule ")).not.toContain("install");
  });

  it("offers flags wherever they stand, each once", () => {
    expect(offered("graticule convert --app")).toEqual(["--append"]);
    expect(offered("graticule convert a.nc b.nc --app")).toEqual(["--append"]);
    expect(offered("graticule convert a.nc --out out --js")).toEqual(["--json"]);
    expect(offered("graticule plugins scaffold --d")).toEqual(["--dir"]);
    expect(offered("graticule plugins install --he")).toEqual(["--help"]);
  });

  it("offers the values of flags that take only some", () => {
    expect(offered("graticule cat a.nc t --format ")).toEqual(["csv", "json", "npy", "arrow"]);
    expect(offered("graticule cat a.nc t --format=n")).toEqual(["npy"]);
    expect(offered("graticule convert a.nc --on-duplicate-time f")).toEqual(["first"]);
    expect(offered("graticule convert a.nc --order=")).toEqual(["storage", "array"]);
  });

  it("is written anew where plugins are installed or removed", async () => {
    const before = readFileSync(script, "utf8");
    writeFileSync(script, "");
    expect((await graticule(["autocomplete", "create"], { env })).code).toBe(0);
    expect(readFileSync(script, "utf8")).toBe(before);
  }, 30_000);
});
