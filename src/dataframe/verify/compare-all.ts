import { basename, dirname } from "node:path";
import { GraticuleError } from "../../errors.js";
import type { PhysicalPlan, TablePlan } from "../../plan/run.js";
import { MemberCache } from "../../scan/member-cache.js";
import type { DestinationLayout } from "../../sink/commit/layout.js";
import { snapshotOfPart, taskOfPart } from "../../sink/commit/part-path.js";
import { readRun } from "../../sink/commit/run-file.js";
import { type Part, readSnapshot, type Snapshot } from "../../sink/commit/snapshot.js";
import type { Store } from "../../store/contract.js";
import { compareTasks, type TaskParts } from "./compare-tasks.js";
import type { Difference, VerifyResult } from "./result.js";

/** How comparing goes on. */
export interface ComparingHooks {
  readonly signal?: AbortSignal;
  /** Told of parts as they are done. */
  readonly onParts: (parts: number) => void;
}

/**
 * Parts of several runs, each against the plan that made it.
 * @param broken parts that cannot be read
 * @param differences what is found goes there
 */
export async function compareAll(
  layout: DestinationLayout,
  latest: Snapshot,
  broken: ReadonlySet<Part>,
  store: Store,
  differences: Difference[],
  hooks: ComparingHooks,
): Promise<NonNullable<VerifyResult["source"]>> {
  const total = { parts: 0, rows: 0, cells: 0 };
  const numbers = new Map<number, Part[]>();
  for (const part of latest.parts) {
    const number = layout.single ? latest.number : (snapshotOfPart(basename(part.path)) ?? 0);
    numbers.set(number, [...(numbers.get(number) ?? []), part]);
  }
  for (const [number, own] of numbers) {
    const plan = await planOf(layout, number);
    const resources = new MemberCache(plan.members, { store, ...(hooks.signal && { signal: hooks.signal }) });
    try {
      for (const { parts, ...group } of groupsOf(layout, plan, own, broken)) {
        hooks.signal?.throwIfAborted();
        const compared = await compareTasks(group, plan, resources, store);
        total.rows += compared.rows;
        total.cells += compared.cells;
        total.parts += parts;
        differences.push(...compared.differences);
        hooks.onParts(parts);
      }
    } finally {
      await resources.close();
    }
  }
  return total;
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

/** The parts of one run with the tasks that they come from: a task's parts together, or all where one file holds them. */
function groupsOf(
  layout: DestinationLayout,
  plan: PhysicalPlan,
  parts: readonly Part[],
  broken: ReadonlySet<Part>,
): (TaskParts & { readonly parts: number })[] {
  const byTask = new Map<string, Part[]>();
  for (const part of parts) {
    const task = layout.single ? null : taskOfPart(basename(part.path));
    const key = task === null ? `table ${part.table}` : String(task);
    byTask.set(key, [...(byTask.get(key) ?? []), part]);
  }
  return [...byTask].map(([key, own]) => {
    const table = own[0]?.table;
    const tasks = key.startsWith("table")
      ? plan.tasks.filter((task) => plan.tables[task.table]?.group.name === table)
      : plan.tasks.filter(({ id }) => id === Number(key));
    const root = (plan.tables[tasks[0]?.table ?? 0] as TablePlan).path;
    const folders = new Map<string, readonly string[] | null>();
    // By name: of a task's parts in one folder, names are in the order of their rows.
    for (const part of [...own].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      const folder = layout.single ? "" : folderOf(part.path, root);
      const before = folders.get(folder);
      folders.set(folder, before === null || broken.has(part) ? null : [...(before ?? []), layout.part(part.path)]);
    }
    return { tasks, folders, parts: own.length };
  });
}

function folderOf(path: string, root: string): string {
  const folder = dirname(path) === "." ? "" : dirname(path);
  if (root === "") return folder;
  return folder === root ? "" : folder.slice(root.length + 1);
}
