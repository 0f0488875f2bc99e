/**
 * Loaded into the program under test with `node --import`: makes it die at a chosen call of the file system, as a power switch or
 * the kernel would, or lets a worker thread die when it begins a chosen part. The program itself has no such hooks.
 *
 * GRATICULE_TEST_FAULT is JSON: `{"countTo": PATH}` lists the changing calls at the end; `{"killAt": N, "how": "before" | "torn" |
 * "after"}` ends the process with SIGKILL around the Nth; `{"workerDies": REGEXP}` ends a worker thread as it opens a file of that
 * name to write; `{"full": REGEXP}` says of writes to such files that the disk is full, `{"noRoomFor": REGEXP}` of appending
 * such text; `{"slowParts": MS}` lets workers wait before
 * each part.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

const fault = JSON.parse(process.env.GRATICULE_TEST_FAULT ?? "{}");
const CHANGING = [
  "openSync",
  "writeSync",
  "writeFileSync",
  "appendFileSync",
  "fsyncSync",
  "renameSync",
  "linkSync",
  "mkdirSync",
  "rmSync",
  "rmdirSync",
];
const original = Object.fromEntries(CHANGING.map((name) => [name, fs[name]]));
const calls = [];
const fullFiles = new Set();

for (const name of CHANGING)
  fs[name] = (...args) => {
    if (name === "openSync" && !/[wax]/.test(String(args[1] ?? "r"))) return original.openSync(...args);
    if (name === "openSync") beforeOpening(String(args[0]));
    if (name === "writeSync" && fullFiles.has(args[0])) throw full();
    if (name === "appendFileSync" && fault.noRoomFor && new RegExp(fault.noRoomFor).test(String(args[1]))) throw full();
    if (isMainThread) {
      calls.push(`${name} ${typeof args[0] === "string" ? args[0] : ""}`.trim());
      if (calls.length === fault.killAt) return die(name, args);
    }
    const result = original[name](...args);
    if (name === "openSync" && fault.full && new RegExp(fault.full).test(String(args[0]))) fullFiles.add(result);
    return result;
  };
syncBuiltinESMExports();

if (fault.countTo && isMainThread) process.on("exit", () => original.writeFileSync(fault.countTo, JSON.stringify(calls)));

function beforeOpening(path) {
  if (!isMainThread && fault.workerDies && new RegExp(fault.workerDies).test(path)) process.exit(9);
  if (!isMainThread && fault.slowParts && path.includes("/staging/"))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fault.slowParts);
}

function full() {
  return Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", errno: -28, syscall: "write" });
}

/** Torn: half of what is written is there, where the call writes bytes. */
function die(name, args) {
  if (fault.how === "after") original[name](...args);
  if (fault.how === "torn" && typeof args[0] === "number" && args[1]?.length > 1 && /^write/.test(name))
    original.writeSync(args[0], Buffer.from(args[1]).subarray(0, Math.floor(args[1].length / 2)));
  process.kill(process.pid, "SIGKILL");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
}
