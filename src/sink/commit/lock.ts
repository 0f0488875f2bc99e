import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { GraticuleError } from "../../errors.js";

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** The process's start in clock ticks since boot, where the system tells: process ids are used again. */
  readonly started: string;
  readonly since: string;
}

/**
 * One writer per destination. A lock whose process is gone from this machine is taken over; one of another machine is not,
 * because nobody here can know.
 *
 * @throws `conflict` while another writer lives
 */
export function acquireLock(path: string): { release(): void } {
  const own: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid) ?? "", since: new Date().toISOString() };
  for (let attempt = 0; attempt < 8; attempt++) {
    try {
      const fd = openSync(path, "wx");
      writeSync(fd, JSON.stringify(own));
      closeSync(fd);
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as { code?: unknown }).code !== "EEXIST") throw error;
    }
    const owner = readOwner(path);
    if (owner && isAlive(owner))
      throw new GraticuleError(
        "conflict",
        `another writer is at work: process ${owner.pid} on ${owner.host} since ${owner.since}`,
        {
          file: path,
          hint: "wait for it; if that machine is gone for good, remove the lock file",
        },
      );
    // Renaming picks one winner among those that find the same dead lock.
    const grave = `${path}.${process.pid}.stale`;
    try {
      renameSync(path, grave);
      rmSync(grave, { force: true });
    } catch (error) {
      if ((error as { code?: unknown }).code !== "ENOENT") throw error;
    }
  }
  throw new GraticuleError("conflict", "the lock changes hands too fast to be taken", { file: path });
}

/** Null where the lock is gone or was left half-written by a process that died in between. */
function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Owner;
  } catch (error) {
    if (error instanceof SyntaxError || (error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true;
  const started = startOf(owner.pid);
  if (started !== null) return owner.started === "" || started === owner.started;
  try {
    process.kill(owner.pid, 0);
    return owner.started === "";
  } catch (error) {
    return (error as { code?: unknown }).code === "EPERM" && owner.started === "";
  }
}

/** Field 22 of /proc/<pid>/stat; null where there is no such process or no such file system. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
