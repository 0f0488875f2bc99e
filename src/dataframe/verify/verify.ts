import { basename } from "node:path";
import { GraticuleError } from "../../errors.js";
import type { PhysicalPlan, Task } from "../../plan/run.js";
import { MemberCache } from "../../scan/member-cache.js";
import { findLitter } from "../../sink/commit/find-litter.js";
import { type DestinationLayout, layoutOf } from "../../sink/commit/layout.js";
import { snapshotOfPart, taskOfPart } from "../../sink/commit/part-path.js";
import { readRun } from "../../sink/commit/run-file.js";
import { latestNumber, type Part, readLatest, readSnapshot, type Snapshot } from "../../sink/commit/snapshot.js";
import type { Store } from "../../store/contract.js";
import { openStore } from "../../store/open-store.js";
import { outputPath } from "../../store/output/open-output.js";
import { secondsSince } from "../carry-out.js";
import { checkKeys, isFlag, isSignal, isText } from "../check-keys.js";
import { checkPart } from "./check-part.js";
import { comparePart } from "./compare-part.js";
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
  const whole = latest.parts.filter((part) => !broken.has(part));
  const source = request.source ? await compareAll(layout, latest, whole, store, differences, request) : undefined;
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

/** Parts of several runs, each against the plan that made it. */
async function compareAll(
  layout: DestinationLayout,
  latest: Snapshot,
  parts: readonly Part[],
  store: Store,
  differences: Difference[],
  request: VerifyRequest,
): Promise<NonNullable<VerifyResult["source"]>> {
  let [rows, cells, done] = [0, 0, 0];
  const numbers = new Map<number, Part[]>();
  for (const part of parts) {
    const number = layout.single ? latest.number : (snapshotOfPart(basename(part.path)) ?? 0);
    numbers.set(number, [...(numbers.get(number) ?? []), part]);
  }
  for (const [number, own] of numbers) {
    const plan = await planOf(layout, number);
    const resources = new MemberCache(plan.members, { store, ...(request.signal && { signal: request.signal }) });
    try {
      for (const part of own) {
        request.signal?.throwIfAborted();
        const compared = await comparePart(layout.part(part.path), plan, tasksOf(layout, plan, part), resources, store);
        rows += compared.rows;
        cells += compared.cells;
        differences.push(...compared.differences);
        done++;
        request.onPart?.(latest.parts.length + done, 2 * latest.parts.length);
      }
    } finally {
      await resources.close();
    }
  }
  return { parts: done, rows, cells };
}

async function planOf(layout: DestinationLayout, number: number): Promise<PhysicalPlan> {
  const snapshot = await readSnapshot(layout, number);
  const file = snapshot && (await readRun(layout, layout.run(snapshot.runId)));
  if (!file || file.snapshot !== number)
    throw new GraticuleError("unsupported", `the plan that made the parts of snapshot ${number} is no longer there`, {
      file: layout.snapshot(number),
      hint: "a run of the same name has been made since; without --source the parts are compared with the manifest",
    });
  return file.plan;
}

/** The tasks whose rows a part has. */
function tasksOf(layout: DestinationLayout, plan: PhysicalPlan, part: Part): readonly Task[] {
  if (layout.single) return plan.tasks;
  const id = taskOfPart(basename(part.path));
  if (id === null) return plan.tasks.filter((task) => plan.tables[task.table]?.group.name === part.table);
  const task = plan.tasks[id];
  const folder = plan.tables[task?.table ?? -1]?.path;
  if (!task || part.path !== [folder, basename(part.path)].filter((name) => name !== "").join("/"))
    throw new GraticuleError("unsupported", "the rows of a task lie in several parts: they are not compared with the source", {
      file: layout.part(part.path),
      hint: "without --source the parts are compared with the manifest",
    });
  return [task];
}
