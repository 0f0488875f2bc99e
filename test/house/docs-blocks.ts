import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** An example of a page that its info string marks with `run`. */
export interface Example {
  readonly language: "sh" | "python" | "ts";
  readonly line: number;
  readonly code: string;
  /** The `text` block right below it, if there is one. */
  readonly output?: string;
}

interface Block {
  readonly info: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly end: number;
  readonly text: string;
}

/** README.md and every page of docs/ that people write. */
export function pages(): string[] {
  const below = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  return ["README.md", "CHANGELOG.md", "sample-data/README.md", ...below.map((path) => `docs/${path}`)]
    .filter((path) => path.endsWith(".md") && !path.startsWith("docs/reference/"))
    .sort();
}

export function readPage(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { info: string; line: number; lines: string[] } | undefined;
  for (const [i, line] of markdown.split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (!open) open = { info: (fence[1] as string).trim(), line: i + 1, lines: [] };
    else {
      blocks.push({ info: open.info, line: open.line, end: i + 1, text: open.lines.join("\n") });
      open = undefined;
    }
  }
  if (open) throw new Error(`the block of line ${open.line} has no end`);
  return blocks;
}

/** @throws for a `run` of another language, which nothing would run */
export function examplesOf(markdown: string): Example[] {
  const blocks = blocksOf(markdown);
  const lines = markdown.split("\n");
  return blocks.flatMap((block, i) => {
    const [language = "", ...words] = block.info.split(" ");
    if (!words.includes("run")) return [];
    if (language !== "sh" && language !== "python" && language !== "ts")
      throw new Error(`line ${block.line}: cannot run ${language}`);
    const next = blocks[i + 1];
    const isOutput = next?.info === "text" && lines.slice(block.end, next.line - 1).every((line) => line.trim() === "");
    return [{ language, line: block.line, code: block.text, ...(isOutput && next && { output: next.text }) }];
  });
}

/** Seconds and memory differ from run to run, sizes with the compressor, requests with how reads are put together. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\d+\.\d+ s, [\d.]+ [kMG]?B of memory/g, "S s, M of memory"],
  [/[\d.]+ [kMG]?B in (\d+ parts?)/g, "N in $1"],
  [/read [\d.]+ [kMG]?B of (\d+ files?) in \d+ requests/g, "read N of $1 in R requests"],
];

/** What of an example's output must stay as it is. */
export function stable(text: string): string {
  const masked = VOLATILE.reduce((masked, [pattern, name]) => masked.replace(pattern, name), text);
  return masked
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

/** A line `...` of an expected output stands for any number of lines. */
export function matches(expected: string, found: string): boolean {
  const patterns = stable(expected)
    .split("\n")
    .map((line) => (line === "..." ? "(?:.*\n)*?" : `${line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\n`));
  return new RegExp(`^${patterns.join("")}$`).test(`${stable(found)}\n`);
}

/** Lines of an expected output that tell sizes which are far from those of the same line as it was found. */
export function staleSizes(expected: string, found: string): string[] {
  const lines = found.split("\n");
  return expected.split("\n").filter((line) => {
    const own = sizesIn(line);
    if (own.length === 0) return false;
    const alike = lines.filter((other) => stable(other) === stable(line)).map(sizesIn);
    return !alike.some((other) => own.every((size, i) => Math.abs(Math.log(size / (other[i] as number))) < Math.log(1.3)));
  });
}

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

function sizesIn(line: string): number[] {
  const found = line.matchAll(/([\d.]+) ([kMG]?B) (?=in \d+ part|of \d+ file)/g);
  return [...found].map(([, size, unit]) => Number(size) * (UNITS[unit as string] as number)).filter((size) => size > 0);
}
