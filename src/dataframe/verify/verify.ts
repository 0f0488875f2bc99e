import { GraticuleError } from "../../errors.js";
import { findLitter } from "../../sink/commit/find-litter.js";
import { type DestinationLayout, layoutOf } from "../../sink/commit/layout.js";
import { latestNumber, type Part, readLatest, type Snapshot } from "../../sink/commit/snapshot.js";
import { openStore } from "../../store/open-store.js";
import { outputPath } from "../../store/output/open-output.js";
import { secondsSince } from "../carry-out.js";
import { checkKeys, isFlag, isSignal, isText } from "../check-keys.js";
import { checkPart } from "./check-part.js";
import { compareAll } from "./compare-all.js";
import type { Difference, VerifyResult } from "./result.js";

export interface VerifyRequest {
  /** Read the values from the sources again, and compare every cell. */
  readonly source?: boolean;
  readonly signal?: AbortSignal;
  /** Told after each part. */
  readonly onPart?: (done: number, of: number) => void;
}

/**
 * Whether a dataset is what its manifest says: every part there, with its size, checksum and rows, its statistics readable. With
 * `source`, whether its cells are what the sources hold. Nothing is written; all that differs is named.
 *
 * @throws `not-found` where there is no dataset, `changed` where a writer has made another snapshot meanwhile
 */
export async function verify(dest: string, request: VerifyRequest = {}): Promise<VerifyResult> {
  checkKeys("verify", { dest, ...request }, { dest: isText, source: isFlag, signal: isSignal, onPart: () => null });
  const started = performance.now();
  const layout = layoutOf(outputPath(dest));
  const latest = await readLatest(layout);
  if (!latest)
    throw new GraticuleError("not-found", "there is no dataset that graticule wrote", {
      file: layout.dest,
      hint: "a run that was never committed is finished by `graticule resume`",
    });
  const { litter, foreign, unfinished } = await findLitter(layout, latest);
  const differences = await checkState(layout, latest, litter.length > 0);
  const store = openStore();
  const broken = new Set<Part>();
  const rounds = request.source ? 2 : 1;
  for (const [i, part] of latest.parts.entries()) {
    request.signal?.throwIfAborted();
    const found = await checkPart(layout, part, store, request.signal);
    if (found.some(({ kind }) => kind !== "checksum" && kind !== "statistics")) broken.add(part);
    differences.push(...found);
    request.onPart?.(i + 1, rounds * latest.parts.length);
  }
  let done = latest.parts.length;
  const onParts = (parts: number): void => {
    done += parts;
    request.onPart?.(done, rounds * latest.parts.length);
  };
  const { signal } = request;
  const hooks = { ...(signal && { signal }), onParts };
  const source = request.source ? await compareAll(layout, latest, broken, store, differences, hooks) : undefined;
  if ((await readLatest(layout))?.number !== latest.number)
    throw new GraticuleError("changed", "another snapshot has been made meanwhile", {
      file: layout.dest,
      hint: "verify again when no writer is at work",
    });
  return {
    dest: layout.dest,
    snapshot: latest.number,
    parts: latest.parts.length,
    rows: latest.parts.reduce((n, part) => n + part.rows, 0),
    bytes: latest.parts.reduce((n, part) => n + part.bytes, 0),
    differences,
    litter: litter.map(({ kind, path, bytes }) => ({ kind, path, bytes })),
    foreign,
    unfinished,
    ...(source && { source }),
    seconds: secondsSince(started),
  };
}

/** What points at the snapshot, and what says that the folder holds it and nothing else. */
async function checkState(layout: DestinationLayout, latest: Snapshot, isLittered: boolean): Promise<Difference[]> {
  const differences: Difference[] = [];
  const pointer = await latestNumber(layout);
  if (pointer !== latest.number)
    differences.push({ kind: "pointer", path: layout.latest, message: `it names ${pointer ?? "nothing"}, not ${latest.number}` });
  if (!layout.single && !isLittered && !(await layout.store.stat(layout.success)))
    differences.push({ kind: "success", path: layout.success, message: "it is not there, though the dataset is whole" });
  return differences;
}
