/**
 * The build: TypeScript into dist/ (for tests, types and stack traces), then what a process loads together into one file each, in
 * dist/bundle. Node takes most of a millisecond for every module that it loads, and a start needs more than a hundred of them.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { build } from "esbuild";

const tsc = createRequire(import.meta.url)
  .resolve("typescript/package.json")
  .replace("package.json", "bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-b", "tsconfig.build.json"], { stdio: "inherit" });

/** Packages stay outside: they are loaded when they are needed, and found where npm puts them. */
const common = {
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22",
  packages: "external",
  sourcemap: true,
};

/** Chunks and entries lie in one folder, so that `new URL("./worker.js", import.meta.url)` finds the worker from any of them. */
async function bundle(folder, entryPoints) {
  const outdir = `${folder}/dist/bundle`;
  const { metafile } = await build({ ...common, entryPoints, outdir, chunkNames: "[name]-[hash]", metafile: true });
  const made = new Set(Object.keys(metafile.outputs).map((path) => resolve(path)));
  // Last, so that a process that runs meanwhile still finds what it was started with for as long as possible.
  for (const path of globSync(`${outdir}/**/*.{js,map}`)) if (!made.has(resolve(path))) rmSync(path);
}

const commands = globSync("dist/commands/**/*.js").map((path) => [path.slice("dist/".length, -".js".length), path]);
await bundle(".", {
  index: "dist/src/index.js",
  main: "dist/src/cli/main.js",
  worker: "dist/src/execute/worker.js",
  "read-worker": "dist/src/execute/read-worker.js",
  "scan-worker": "dist/src/execute/scan-worker.js",
  ...Object.fromEntries(commands),
});
for (const entry of globSync("plugins/*/dist/index.js").filter((path) => existsSync(path)))
  await bundle(entry.slice(0, entry.indexOf("/dist/")), { index: entry });
await import("./dist/src/cli/write-manifest.js");
process.exitCode = status ?? 1;
