import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readPage, root } from "./docs-blocks.js";

/** The names in backquotes that open the rows of the tables: files, or folders with a slash at the end; `*` stands for any text. */
function namedPatterns(): RegExp[] {
  const cells = [...readPage("sample-data/README.md").matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].map(([, cell]) => cell as string);
  const names = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string));
  return names.map((name) => {
    const escaped = name.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");
    return new RegExp(name.endsWith("/") ? `^${escaped}` : `^${escaped}$`);
  });
}

const files = readdirSync(join(root, "sample-data"), { recursive: true, encoding: "utf8", withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(join(root, "sample-data").length + 1))
  .filter((file) => file !== "README.md");

test("sample-data/README.md says of every file where it comes from", () => {
  const patterns = namedPatterns();
  expect(files.filter((file) => !patterns.some((pattern) => pattern.test(file)))).toEqual([]);
});

test("sample-data/README.md names nothing that is not there", () => {
  const unused = namedPatterns().filter((pattern) => !files.some((file) => pattern.test(file)));
  expect(unused.map(String)).toEqual([]);
});
