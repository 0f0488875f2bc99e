import { dirname } from "node:path";
import { findSegment } from "../../archive/find-segment.js";
import { withoutSecrets } from "../../errors.js";
import type { FileDescription } from "../../parquet/file-layout.js";
import { ParquetWriter } from "../../parquet/file-writer.js";
import type { TablePlan, Task } from "../../plan/run.js";
import { mapLimited } from "../../store/output/map-limited.js";
import type { DestinationLayout, RunLayout } from "./layout.js";
import type { TaskMarker, TaskPart } from "./markers.js";
import { emptyPath, partPath, placeOf } from "./part-path.js";
import type { RunFile } from "./run-file.js";
import type { Part } from "./snapshot.js";

/** Parts that are placed at a time: on disk a rename is over at once. */
const AT_ONCE = { disk: 1, s3: 8 };

/** Puts the parts of all tasks into the destination, where readers that list see them one by one. */
export async function placeParts(
  layout: DestinationLayout,
  run: RunLayout,
  file: RunFile,
  markers: ReadonlyMap<number, TaskMarker>,
): Promise<Part[]> {
  const { store } = layout;
  await store.makeFolder(layout.dest);
  await store.remove([layout.success]);
  const parts: Part[] = [];
  for (const [t, table] of file.plan.tables.entries()) {
    const tasks = file.plan.tasks.filter((task) => task.table === t);
    await store.makeFolder(layout.part(table.path));
    const placed = await mapLimited(tasks, AT_ONCE[store.kind], (task) =>
      placeTask(layout, run, file, task, markers.get(task.id) as TaskMarker),
    );
    for (const part of placed.flat()) parts.push(part);
    if (placed.every((own) => own.length === 0)) parts.push(await placeEmpty(layout, run, file, t, tasks));
    await store.syncFolder(layout.part(table.path));
  }
  await store.syncFolder(layout.dest);
  return parts;
}

async function placeTask(
  layout: DestinationLayout,
  run: RunLayout,
  file: RunFile,
  task: Task,
  marker: TaskMarker,
): Promise<Part[]> {
  const { store } = layout;
  const folders = new Set<string>();
  const parts: Part[] = [];
  for (const part of marker.parts) {
    const path = partPath(file, task, part);
    const folder = dirname(layout.part(path));
    if (part.folder !== "") await store.makeFolder(folder);
    if (part.folder !== "") folders.add(folder);
    await store.place({ ...part.staged, bytes: part.bytes }, placeOf(layout, run, stagedName(part), path));
    parts.push(partOf(path, file.plan.tables[task.table] as TablePlan, [task], file, part));
  }
  for (const folder of folders) await store.syncFolder(folder);
  return parts;
}

export function stagedName({ staged }: TaskPart): string {
  return staged.kind === "file" ? staged.name : "";
}

/** A table without rows is a part with its schema. */
async function placeEmpty(
  layout: DestinationLayout,
  run: RunLayout,
  file: RunFile,
  t: number,
  tasks: readonly Task[],
): Promise<Part> {
  const { store } = layout;
  const table = file.plan.tables[t] as TablePlan;
  const path = emptyPath(file, table);
  const place = placeOf(layout, run, `empty-${t}.parquet`, path);
  await store.makeFolder(run.staging);
  const output = await store.openPart(place);
  const rows = new ParquetWriter(output, file.descriptions[t] as FileDescription).finish();
  const { bytes } = output;
  const { staged, sha256 } = await output.finish();
  await store.place({ ...staged, bytes }, place);
  return partOf(path, table, tasks, file, { rows, bytes, sha256 });
}

export function partOf(
  path: string,
  table: TablePlan,
  tasks: readonly Task[],
  file: RunFile,
  written: Pick<Part, "rows" | "bytes" | "sha256" | "ranges">,
): Part {
  const members = new Set(tasks.flatMap((task) => task.slabs.flatMap((slab) => membersOf(table, findSegment(table.group, slab)))));
  return {
    path,
    table: table.group.name,
    rows: written.rows,
    bytes: written.bytes,
    sha256: written.sha256,
    ...(written.ranges && { ranges: written.ranges }),
    boxes: tasks.flatMap((task) => task.slabs),
    sources: [...members].flatMap((member) => withoutSecrets(file.plan.members[member]?.url ?? "") || []),
  };
}

function membersOf({ group }: TablePlan, segment: number): number[] {
  return (group.segments[segment]?.pieces ?? []).flatMap((piece) => (piece ? [piece.member] : []));
}
