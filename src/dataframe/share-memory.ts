import { availableParallelism } from "node:os";
import type { ConvertRequest } from "./convert-request.js";

/** How `--memory` is divided. */
export interface MemoryShare {
  /** Workers that it has room for, and not more than were asked for. */
  readonly workers: number;
  /** Bytes for data, of all workers together. */
  readonly data: number;
}

const DEFAULT_MEMORY = 1e9;
/** The program before it starts a worker. */
const PROGRAM = 90e6;
/** A worker thread before it holds any data: its heap and its code. */
export const WORKER = 30e6;
/** Buffers that a worker has let go of: V8 looks for them when so many bytes have come together outside of its heap. */
const GARBAGE = 84e6;
/** With less, slabs become so small that the overhead of each is what takes the time. */
const LEAST_DATA = 20e6;

/**
 * The limit is held before the number of workers is: the program and its threads take their part before a byte is read. What a
 * predicate chooses is gathered, coordinates and all, into buffers beside what it is chosen from.
 *
 * @param warn told where a wish cannot be met
 */
export function shareMemory(request: Pick<ConvertRequest, "memory" | "jobs" | "where">, warn: (text: string) => void): MemoryShare {
  const memory = request.memory ?? DEFAULT_MEMORY;
  const wanted = request.jobs ?? availableParallelism();
  const gathers = request.where !== undefined;
  const worker = WORKER + (gathers ? GARBAGE : 0);
  const workers = Math.max(1, Math.min(wanted, Math.floor((memory - PROGRAM) / (worker + LEAST_DATA))));
  if (memory < PROGRAM + worker + LEAST_DATA)
    warn(`--memory ${megabytes(memory)} cannot be held: the program takes ${megabytes(PROGRAM + worker)} before any data`);
  else if (request.jobs !== undefined && workers < wanted)
    warn(`--memory ${megabytes(memory)} has room for ${workers} of ${wanted} workers`);
  const left = Math.max(workers * LEAST_DATA, memory - PROGRAM - workers * worker);
  return { workers, data: gathers ? left / 2 : left };
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
