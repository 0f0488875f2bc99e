import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Example, examplesOf, matches, pages, readPage, root, stable, staleSizes } from "./docs-blocks.js";

const home = mkdtempSync(join(tmpdir(), "graticule-docs-"));
const program = join(home, "program");
const python = process.env.GRATICULE_PYTHON;
const hasPython = python !== undefined && existsSync(python);

beforeAll(() => {
  if (!existsSync(join(root, "dist/src/cli/main.js"))) throw new Error("these tests run what was built: `npm run build` first");
  mkdirSync(program);
  const script = join(program, "graticule");
  writeFileSync(script, `#!/bin/sh\nexec '${process.execPath}' '${join(root, "bin/run.js")}' "$@"\n`);
  chmodSync(script, 0o755);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A fresh place like a checkout: the samples are a copy, the program is ours, `graticule` can be imported. */
function makeFolder(): string {
  const folder = mkdtempSync(join(home, "page-"));
  cpSync(join(root, "sample-data"), join(folder, "sample-data"), { recursive: true });
  for (const name of ["bin", "test"]) symlinkSync(join(root, name), join(folder, name));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/graticule"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}\n');
  return folder;
}

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<Finished> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [program, dirname(process.execPath), process.env.PATH].join(delimiter),
    NO_COLOR: "1",
    GRATICULE_DATA_DIR: join(home, "no-plugins"),
  };
  delete env.NODE_OPTIONS;
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const take = (piece: Buffer) => {
    output += piece.toString("utf8");
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

async function runExample(example: Example, folder: string): Promise<Finished> {
  if (example.language === "sh") return run("sh", ["-ec", `exec 2>&1\n${example.code}`], folder);
  if (example.language === "python") return run(python as string, ["-c", example.code], folder);
  const file = `line-${example.line}.ts`;
  writeFileSync(join(folder, file), example.code);
  return run(process.execPath, [file], folder);
}

function expectOutput(expected: string | undefined, { code, output }: Finished): void {
  if (code !== 0) throw new Error(`ended with ${code}:\n${output}`);
  if (expected !== undefined && !matches(expected, output)) expect(stable(output)).toBe(stable(expected));
  if (expected !== undefined) expect(staleSizes(expected, output)).toEqual([]);
}

for (const page of pages()) {
  const examples = examplesOf(readPage(page));
  if (examples.length === 0) continue;
  describe(page, () => {
    let folder = "";
    beforeAll(() => {
      folder = makeFolder();
    });
    for (const example of examples) {
      const { language, line, output } = example;
      const runs = language !== "python" || hasPython;
      const name = `the ${language} example of line ${line}${runs ? "" : " (GRATICULE_PYTHON names no Python)"}`;
      (runs ? test : test.skip)(name, async () => expectOutput(output, await runExample(example, folder)), 60_000);
    }
    if (examples.some(({ language }) => language === "ts"))
      test("the TypeScript examples are of the declared types", () => {
        const files = examples.filter(({ language }) => language === "ts").map(({ line }) => `line-${line}.ts`);
        const options =
          "--noEmit --strict --target es2023 --lib es2023,esnext.disposable --module nodenext --types node --skipLibCheck".split(
            " ",
          );
        const compiler = join(root, "node_modules/typescript/bin/tsc");
        const done = spawnSync(process.execPath, [compiler, ...options, ...files], { cwd: folder, encoding: "utf8" });
        expect(done.stdout).toBe("");
      }, 60_000);
  });
}

test("`npm run demo` shows what the README says that it shows", async () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const [build, ...rest] = (scripts.demo ?? "").split("&&").map((part) => part.trim());
  expect(build).toBe("npm run build");
  const shown = /npm ci && npm run demo\n```\n+```text\n([\s\S]*?)```/.exec(readPage("README.md"))?.[1];
  expectOutput(shown ?? "the README has no such block", await run("sh", ["-ec", `exec 2>&1\n${rest.join(" && ")}`], makeFolder()));
}, 60_000);
