import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { GraticuleError } from "../../errors.js";
import { startOf } from "./process-start.js";

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** The process's start in clock ticks since boot, where the system tells: process ids are used again. */
  readonly started: string;
  readonly since: string;
}

/** Each with a pause: one second. */
const ATTEMPTS = 40;
const PAUSE_MS = 25;

/**
 * One writer per destination. A lock whose process is gone from this machine is taken over; one of another machine is not,
 * because nobody here can know.
 *
 * @throws `conflict` while another writer lives
 */
export function acquireDiskLock(path: string): { release(): void } {
  const own = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid) ?? "",
    since: new Date().toISOString(),
  } satisfies Owner);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (claim(path, own)) return { release: () => removeOwn(path, own) };
    const found = readLock(path);
    if (found === null) continue;
    const owner = parseOwner(found);
    if (owner && isAlive(owner))
      throw new GraticuleError(
        "conflict",
        `another writer is at work: process ${owner.pid} on ${owner.host} since ${owner.since}`,
        { file: path, hint: "wait for it; if that machine is gone for good, remove the lock file" },
      );
    removeDead(path, found, own);
  }
  throw new GraticuleError("conflict", "the lock changes hands too fast to be taken", { file: path });
}

/** Appears with its content or not at all: a hard link fails where the name exists. */
function claim(path: string, content: string): boolean {
  const staged = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(staged, content);
  } catch (error) {
    rmSync(staged, { force: true });
    throw error;
  }
  try {
    linkSync(staged, path);
    return true;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    // The owner sweeps; then the name was there, and is perhaps no longer.
    if (code === "EEXIST" || code === "ENOENT") return false;
    // Some file systems know no hard links; there the moment between name and content is the price.
    if (code === "EPERM" || code === "ENOTSUP" || code === "ENOSYS") return claimByName(path, content);
    throw error;
  } finally {
    rmSync(staged, { force: true });
  }
}

function claimByName(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes the lock of a dead process. Several can find it dead at once, and the slower must not remove the lock that the faster
 * has taken by then: a second lock guards looking again and removing.
 */
function removeDead(path: string, dead: string, own: string): void {
  const guard = `${path}.takeover`;
  if (!claim(guard, own)) {
    const holder = readLock(guard);
    const owner = holder === null ? null : parseOwner(holder);
    if (holder !== null && !(owner && isAlive(owner))) removeOwn(guard, holder);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    return;
  }
  try {
    removeOwn(path, dead);
  } finally {
    removeOwn(guard, own);
  }
}

function removeOwn(path: string, content: string): void {
  if (readLock(path) === content) rmSync(path, { force: true });
}

function readLock(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
}

/** Null where the lock was left half-written by a process that died, or a disk that was full. */
function parseOwner(text: string): Owner | null {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return typeof owner?.pid === "number" && typeof owner.host === "string" ? (owner as Owner) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as { code?: unknown }).code === "EPERM" && owner.started === startOf(owner.pid);
  }
  return owner.started === (startOf(owner.pid) ?? "");
}
