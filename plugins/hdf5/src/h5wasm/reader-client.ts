import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Hdf5Error } from "../errors.js";
import type { ReadReply, ReadRequest } from "./protocol.js";

/** The built program, also when this module runs from its sources. */
const PROGRAM = fileURLToPath(new URL("../../dist/h5wasm/reader-process.js", import.meta.url));

export interface ReaderLimits {
  /** Milliseconds for one read, the start of the process included. */
  readonly timeout: number;
  /** Bytes that the process may hold. */
  readonly memory: number;
  /** Milliseconds without a request after which the process is ended. */
  readonly idle: number;
}

const LIMITS: ReaderLimits = { timeout: 10_000, memory: 1 << 30, idle: 2_000 };
const HEAP_MIB = 512;
const WATCH_EVERY = 50;
const PAGE = 4096;

/**
 * h5wasm on one file in a process of its own: a damaged file can crash, hang or fill that one only. Reads are answered one
 * after another; the process starts with the first and ends when idle, or with this one.
 */
export class ReaderClient {
  #child: ChildProcess | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #nextId = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    readonly file: string,
    readonly limits: ReaderLimits = LIMITS,
  ) {}

  /** @throws `malformed` where the library fails, crashes, hangs or takes too much memory; `unsupported` for a missing filter */
  read(request: Omit<ReadRequest, "id">): Promise<ReadReply> {
    const result = this.#queue.then(() => this.#ask(request));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  async #ask(request: Omit<ReadRequest, "id">): Promise<ReadReply> {
    clearTimeout(this.#idle);
    const child = this.#running();
    const id = this.#nextId++;
    hold(child);
    try {
      const reply = await this.#exchange(child, { ...request, id });
      if ("error" in reply) throw failure(reply.error);
      return reply;
    } catch (error) {
      if (child.exitCode !== null || child.signalCode !== null || child.killed) this.#child = undefined;
      throw error;
    } finally {
      release(child);
      this.#idle = setTimeout(() => this.close(), this.limits.idle).unref();
    }
  }

  #running(): ChildProcess {
    this.#child ??= fork(PROGRAM, [this.file], {
      cwd: dirname(this.file),
      execArgv: [`--max-old-space-size=${HEAP_MIB}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    return this.#child;
  }

  #exchange(child: ChildProcess, request: ReadRequest): Promise<ReadReply> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearInterval(watch);
        clearTimeout(timer);
        child.off("message", onMessage).off("exit", onExit).off("error", onError);
        settle();
      };
      const stop = (message: string) =>
        end(() => {
          child.kill("SIGKILL");
          reject(new Hdf5Error("malformed", `HDF5's own library ${message} on ${request.path}`));
        });
      const onMessage = (reply: ReadReply) => {
        if (reply.id === request.id) end(() => resolve(reply));
      };
      const onExit = (code: number | null, signal: string | null) => stop(`ended with ${signal ?? `exit code ${code}`}`);
      const onError = (error: Error) => end(() => reject(new Hdf5Error("worker-died", error.message, { cause: error })));
      const timer = setTimeout(() => stop(`did not finish within ${this.limits.timeout} ms`), this.limits.timeout);
      const watch = setInterval(() => {
        const held = residentBytes(child.pid);
        if (held > this.limits.memory) stop(`took ${held} bytes of memory`);
      }, WATCH_EVERY);
      child.on("message", onMessage).on("exit", onExit).on("error", onError);
      child.send(request, (error) => error && onError(error));
    });
  }
}

/** An idle process does not keep this one alive. */
function release(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

/** Linux only; elsewhere the limits of the process itself remain (wasm takes 4 GiB at most). */
function residentBytes(pid: number | undefined): number {
  if (process.platform !== "linux" || pid === undefined) return 0;
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * PAGE;
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || (error as NodeJS.ErrnoException).code === "ESRCH") return 0;
    throw error;
  }
}

function failure(message: string): Hdf5Error {
  const cause = rootCause(message);
  const filter = /required filter '?([^\n]*?)'? is not registered/i.exec(message);
  if (filter) return new Hdf5Error("unsupported", `HDF5's own library lacks the filter ${filter[1]}`);
  if (/Feature is unsupported|not supported/i.test(message)) return new Hdf5Error("unsupported", `HDF5's own library: ${cause}`);
  if (/unable to open external raw data file/i.test(message))
    return new Hdf5Error("not-found", `an external file of the values cannot be opened: ${cause}`);
  return new Hdf5Error("malformed", `HDF5's own library cannot read the values: ${cause}`);
}

/** The innermost entry of HDF5's error stack ("#007: file line 288 in function(): what"); the message where there is none. */
function rootCause(message: string): string {
  const entries = [...message.matchAll(/#\d+: .*? line \d+ in (\w+\(\)): (.*)/g)];
  const last = entries.at(-1);
  return last ? `${last[2]} (${last[1]})` : message;
}
