import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as library from "../../src/index.js";
import { PAGES, readCommands } from "../support/reference.js";

const root = join(import.meta.dirname, "../..");

describe("what the project promises", () => {
  test.each(Object.keys(PAGES))("%s is what the program says of itself (npm run docs)", (path) => {
    expect(readFileSync(join(root, path), "utf8")).toBe(PAGES[path]?.());
  });

  test("the commands, their arguments and flags change only on purpose", () => {
    const surface = readCommands().map(({ id, args, flags }) => ({
      id,
      args: Object.keys(args),
      flags: Object.fromEntries(Object.values(flags).map((f) => [f.name, f.options ? f.options.join("|") : f.type])),
    }));
    expect(surface).toMatchSnapshot();
  });

  test("the library's exports change only on purpose", () => {
    expect(
      Object.entries(library)
        .map(([name, value]) => `${name}: ${typeof value}`)
        .sort(),
    ).toMatchSnapshot();
  });
});
