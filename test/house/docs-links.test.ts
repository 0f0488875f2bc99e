import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { blocksOf, pages, readPage, root } from "./docs-blocks.js";

interface Link {
  readonly path: string;
  readonly anchor?: string;
}

/** Links to files of this repository, relative to its root. */
function linksOf(page: string): Link[] {
  const text = readPage(page).replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    return [{ path: path === "" ? page : normalize(join(dirname(page), path)), ...(anchor !== undefined && { anchor }) }];
  });
}

/** As GitHub makes them of headings. */
function anchorsOf(path: string): string[] {
  const headings = readFileSync(join(root, path), "utf8")
    .replace(/^```[\s\S]*?^```$/gm, "")
    .matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("the documentation's links", () => {
  test.each(pages())("of %s lead somewhere", (page) => {
    for (const { path, anchor } of linksOf(page)) {
      expect({ page, path, exists: existsSync(join(root, path)) }).toEqual({ page, path, exists: true });
      if (anchor !== undefined && statSync(join(root, path)).isFile()) expect(anchorsOf(path)).toContain(anchor);
    }
  });

  test("reach every page from the README", () => {
    const reached = new Set(["README.md"]);
    for (const page of reached) {
      if (!page.endsWith(".md") || page.startsWith("docs/reference/")) continue;
      for (const { path } of linksOf(page)) if (path.endsWith(".md") && existsSync(join(root, path))) reached.add(path);
    }
    expect([...reached]).toEqual(expect.arrayContaining(pages()));
  });
});

test.each(pages())("the shell examples of %s use flags that exist", (page) => {
  const manifest = JSON.parse(readFileSync(join(root, "oclif.manifest.json"), "utf8")) as {
    commands: Record<string, { flags: Record<string, unknown> }>;
  };
  for (const { info, text } of blocksOf(readPage(page))) {
    if (!info.startsWith("sh")) continue;
    for (const [, command = "", rest = ""] of text.replaceAll("\\\n", " ").matchAll(/\bgraticule ([a-z]+)([^\n|&;#]*)/g)) {
      const known = manifest.commands[command];
      if (!known) continue;
      const unquoted = rest.replace(/'[^']*'|"[^"]*"/g, "");
      for (const [, flag = ""] of unquoted.matchAll(/ --([a-z][a-z-]*)/g))
        expect([command, ...Object.keys(known.flags)]).toContain(flag);
    }
  }
});
