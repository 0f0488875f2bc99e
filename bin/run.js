#!/usr/bin/env node
// Plain JavaScript that also Node 18 can load: an older Node only finds a newer one here and hands everything over to it.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const OLDEST = [22, 15];
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) await handOver();
else await start();

async function start() {
  const module = await import("node:module");
  module.enableCompileCache?.();
  const entry = new URL("../dist/bundle/main.js", import.meta.url);
  if (!existsSync(entry)) {
    process.stderr.write("graticule is not built here: run `npm run build` first\n");
    process.exitCode = 1;
    return;
  }
  process.stdout.on("error", endOnClosedPipe);
  process.stderr.on("error", goOnUnheard);
  const { interrupt, main } = await import(entry.href);
  process.on("SIGINT", () => {
    if (!interrupt()) process.exit(130);
  });
  await main(process.argv.slice(2), fileURLToPath(new URL("..", import.meta.url)));
}

/** Whoever read our output has left (`| head`): that ends the work, and is no failure. */
function endOnClosedPipe(error) {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
  throw error;
}

/** Nobody listens to progress and warnings any more: the work goes on. */
function goOnUnheard(error) {
  if (error.code !== "EPIPE") throw error;
}

/** Runs this file again with the Node of the `node` package, passing arguments, stdio, signals and the exit code. */
async function handOver() {
  const found = ["node_modules/node/bin/node", "node_modules/node/bin/node.exe", "../node/bin/node", "../node/bin/node.exe"]
    .map((path) => fileURLToPath(new URL(`../${path}`, import.meta.url)))
    .find((path) => existsSync(path));
  if (!found || process.env.GRATICULE_HANDED_OVER) {
    const needs = `graticule needs Node.js ${OLDEST.join(".")} or newer; this is ${process.versions.node} (${process.execPath})`;
    process.stderr.write(`${needs}\nhint: install a newer Node.js, or run \`npm install node@24\` beside graticule\n`);
    process.exitCode = 2;
    return;
  }
  const { spawn } = await import("node:child_process");
  const child = spawn(found, process.argv.slice(1), { stdio: "inherit", env: { ...process.env, GRATICULE_HANDED_OVER: "1" } });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];
  for (const signal of signals)
    process.on(signal, async () => {
      // A terminal sends Ctrl-C to the child as well; twice would mean "at once".
      const { isatty } = await import("node:tty");
      if (signal !== "SIGINT" || ![0, 1, 2].some((fd) => isatty(fd))) child.kill(signal);
    });
  child.on("error", (error) => {
    process.stderr.write(`graticule cannot start ${found}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}
