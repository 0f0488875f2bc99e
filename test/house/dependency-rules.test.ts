import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, jest, test } from "@jest/globals";

jest.setTimeout(60_000);

const root = fileURLToPath(new URL("../..", import.meta.url));
const CONFIG = [".dependency-cruiser.cjs", ".dependency-cruiser.resolve.cjs"];
const rules = (createRequire(import.meta.url)(join(root, CONFIG[0] as string)) as { forbidden: { name: string }[] }).forbidden.map(
  ({ name }) => name,
);
const folder = mkdtempSync(join(tmpdir(), "graticule-rules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What every sample may import. */
const BASE = {
  "package.json": readFileSync(join(root, "package.json"), "utf8"),
  "src/errors.ts": "export const tag = 1;",
  "src/schema/box.ts": "export type Box = 1; export const box = 1;",
  "src/plugin.ts": 'export type { Box } from "./schema/box.js";',
  "src/cli/print.ts":
    'import { Command } from "@oclif/core"; import { readFileSync } from "node:fs"; export const print = [Command, readFileSync];',
  "commands/cat.ts": 'import { print } from "../src/cli/print.js"; export default print;',
  "plugins/x/package.json": '{"name": "x", "type": "module"}',
  "plugins/x/src/index.ts": 'import type { Box } from "graticule/plugin"; export const open = (box: Box) => box;',
};

/** The rooms at the top have none above them: each rule of a layer is broken by an import of the command line. */
const up = (room: string) => ({ [`src/${room}/up.ts`]: 'import { print } from "../cli/print.js"; export const up = print;' });

/** For each rule files that break it. */
const VIOLATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "no-cycle": {
    "src/schema/a.ts": 'import { b } from "./b.js"; export const a = () => b;',
    "src/schema/b.ts": 'import { a } from "./a.js"; export const b = () => a;',
  },
  ...Object.fromEntries(
    rules.filter((name) => name.endsWith("-points-down")).map((name) => [name, up(name.split("-")[0] as string)]),
  ),
  "errors-imports-nothing": { "src/errors.ts": 'import { box } from "./schema/box.js"; export const tag = box;' },
  "src-knows-no-command": { "src/cli/back.ts": 'import cat from "../../commands/cat.js"; export const back = cat;' },
  "commands-use-index-and-cli": { "commands/deep.ts": 'import { box } from "../src/schema/box.js"; export default box;' },
  "plugins-know-only-the-contract": {
    "plugins/x/src/deep.ts": 'import type { Box } from "../../../src/schema/box.js"; export type B = Box;',
  },
  "plugins-import-types-only": { "plugins/x/src/value.ts": 'import { Box } from "graticule/plugin"; export const value = Box;' },
  "contract-gives-types-only": { "src/plugin.ts": 'export { box } from "./schema/box.js";' },
  "not-to-dev-dependency": { "src/schema/check.ts": 'import fc from "fast-check"; export const check = fc;' },
  declared: { "plugins/x/src/undeclared.ts": 'import snappy from "snappyjs"; export const undeclared = snappy;' },
  resolvable: { "plugins/x/src/whole.ts": 'import { open } from "graticule"; export const whole = open;' },
};

async function brokenBy(name: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  const at = join(folder, name);
  for (const [path, text] of Object.entries({ ...BASE, ...files })) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  for (const file of CONFIG) copyFileSync(join(root, file), join(at, file));
  symlinkSync(join(root, "node_modules"), join(at, "node_modules"));
  const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const args = [program, "src", "commands", "plugins", "--output-type", "json"];
  const json = await new Promise<string>((resolve, reject) =>
    execFile(process.execPath, args, { cwd: at, maxBuffer: 1 << 26 }, (error, stdout) =>
      stdout === "" ? reject(error ?? new Error("nothing was printed")) : resolve(stdout),
    ),
  );
  const found = (JSON.parse(json) as { summary: { violations: { rule: { name: string } }[] } }).summary.violations;
  return [...new Set(found.map(({ rule }) => rule.name))].sort();
}

describe("rules on imports", () => {
  test("let pass what is as it should be", async () => {
    expect(await brokenBy("clean", {})).toEqual([]);
  });

  test("each have a sample that breaks them", () => {
    expect(Object.keys(VIOLATIONS).sort()).toEqual([...rules].sort());
  });

  /** Together, because to start the program takes longest; files that would undo each other have trees of their own. */
  test("each fire", async () => {
    const apart = ["errors-imports-nothing", "contract-gives-types-only"];
    const together = Object.entries(VIOLATIONS).filter(([name]) => !apart.includes(name));
    const broken = await Promise.all([
      brokenBy("together", Object.assign({}, ...together.map(([, files]) => files))),
      ...apart.map((name) => brokenBy(name, VIOLATIONS[name] ?? {})),
    ]);
    expect(broken.slice(1)).toEqual(apart.map((name) => [name]));
    expect(broken[0]).toEqual(together.map(([name]) => name).sort());
  });
});

test("src/plugin.ts exports types and nothing else", () => {
  const text = readFileSync(join(root, "src/plugin.ts"), "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");
  const statements = text.split(";").map((statement) => statement.trim());
  expect(statements.filter((statement) => statement !== "" && !/^export type \{[^}]*\} from "[^"]+"$/.test(statement))).toEqual([]);
});
