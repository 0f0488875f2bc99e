import type { Archive, Segment, TableGroup } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import { conjoin } from "../expr/walk.js";
import type { LogicalNode, LogicalPlan, SinkSpec } from "../plan/nodes.js";
import { PHYSICAL_PLAN_VERSION, type PhysicalPlan, type TablePlan, type Task } from "../plan/run.js";
import { nodesOf, scanOf } from "../plan/walk.js";
import { cellsOf, clipRuns } from "../scan/runs.js";
import { wantedColumns } from "../scan/walk-reads.js";
import type { Box } from "../schema/box.js";
import { cellBytes } from "./cell-bytes.js";
import { runIdOf } from "./run-id.js";
import { slabsOfSegment } from "./slabs.js";

export interface RunOptions {
  readonly sink: SinkSpec;
  /** Tasks at a time. */
  readonly jobs: number;
  /** Bytes that the whole run may take. */
  readonly memory: number;
  /** Decoded bytes of a part at most, and of a slab where that is less; default 256 MiB. */
  readonly partBytes?: number;
  /** What the user asked for, as data: part of the run's identity. */
  readonly recipe: unknown;
}

const MIB = 1 << 20;
const MOST_SLAB_BYTES = 32 * MIB;
/** Larger than in storage order, because what is cut from a chunk is decoded again for the next slab. */
const MOST_BAND_BYTES = 256 * MIB;
const PART_BYTES = 256 * MIB;
const PART_ROWS = 32 * 1024 * 1024;
/** Batches of a task that may be alive at once: being read, decoded, encoded. */
const BATCHES_PER_JOB = 6;

/**
 * The tasks of a run. A plan that was optimised reads less; the rows are the same.
 * @throws `unsupported` for `--order array` where files are united along an inner dimension
 */
export function planRun(logical: LogicalPlan, archive: Archive, options: RunOptions): PhysicalPlan {
  const tables: TablePlan[] = [];
  const tasks: Task[] = [];
  for (const root of logical.roots) {
    const table = tablePlanOf(root, archive);
    const order = nodesOf(root).some((node) => node.op === "rechunk") ? "array" : "storage";
    if (order === "array") requireOrderable(table.group);
    for (const task of tasksOf(table, tables.length, order, options)) tasks.push({ ...task, id: tasks.length });
    tables.push(table);
  }
  return {
    kind: "graticule-run",
    version: PHYSICAL_PLAN_VERSION,
    runId: runIdOf(options.recipe, archive.members, tables, options.sink, PHYSICAL_PLAN_VERSION),
    members: archive.members,
    tables,
    tasks,
    sink: options.sink,
    warnings: archive.warnings,
  };
}

function tablePlanOf(root: LogicalNode, archive: Archive): TablePlan {
  const nodes = nodesOf(root);
  const scan = scanOf(root);
  const group = archive.tables.find((table) => table.name === scan.table);
  if (!group) throw new GraticuleError("internal", `the plan scans "${scan.table}", which is no table of the archive`);
  const project = nodes.find((node) => node.op === "project");
  const names = group.columns.map((column) => column.field.name);
  const wanted = project?.columns ?? (scan.columns ?? names).map((name) => ({ name, source: name }));
  const output = wanted.map(({ name, source }) => ({ column: names.indexOf(source), name }));
  const write = nodes.find((node) => node.op === "write");
  return {
    group,
    path: write?.path ?? "",
    output,
    selection: scan.selection ?? group.axes.map(() => null),
    residual: conjoin(nodes.flatMap((node) => (node.op === "filter" ? [node.predicate] : []))),
  };
}

function requireOrderable({ name, joined, segments }: TableGroup): void {
  if (joined === null || joined === 0 || segments.length < 2) return;
  throw new GraticuleError("unsupported", `--order array over files that are united along dimension ${joined + 1} of ${name}`, {
    hint: "convert in storage order, or the files one by one",
  });
}

/** Decoded bytes of a slab that a run may hold, by the memory of a job. */
export function slabTarget(
  order: "storage" | "array",
  { jobs, memory, partBytes = PART_BYTES }: Pick<RunOptions, "jobs" | "memory" | "partBytes">,
): number {
  const most = order === "array" ? MOST_BAND_BYTES : MOST_SLAB_BYTES;
  return Math.max(1, Math.min(most, partBytes, Math.floor(memory / (Math.max(1, jobs) * BATCHES_PER_JOB))));
}

interface Slab {
  readonly box: Box;
  readonly rows: number;
  readonly bytes: number;
}

function* tasksOf(table: TablePlan, at: number, order: "storage" | "array", options: RunOptions): Iterable<Omit<Task, "id">> {
  const columns = wantedColumns(table);
  const perCell = cellBytes(table.group, columns);
  const target = slabTarget(order, options);
  const slabs = table.group.segments.flatMap((segment) => slabsIn(table, segment, { columns, perCell, target, order }));
  const total = slabs.reduce((sum, slab) => sum + slab.bytes, 0);
  // Twice as many tasks as jobs, so that no job waits long for the last one.
  const most = options.partBytes ?? PART_BYTES;
  const part = Math.min(most, Math.max(Math.min(target, 8 * MIB), total / (2 * Math.max(1, options.jobs))));
  let open: Slab[] = [];
  let [bytes, rows] = [0, 0];
  const close = (): Omit<Task, "id"> => ({
    table: at,
    slabs: open.map((slab) => slab.box),
    rows: open.reduce((sum, slab) => sum + slab.rows, 0),
  });
  for (const slab of slabs) {
    if (open.length > 0 && (bytes + slab.bytes > part || rows + slab.rows > PART_ROWS)) {
      yield close();
      [open, bytes, rows] = [[], 0, 0];
    }
    open.push(slab);
    bytes += slab.bytes;
    rows += slab.rows;
  }
  if (open.length > 0) yield close();
}

function slabsIn(
  table: TablePlan,
  segment: Segment,
  { columns, perCell, target, order }: { columns: readonly number[]; perCell: number; target: number; order: "storage" | "array" },
): Slab[] {
  const slabs: Slab[] = [];
  const options = { columns, selection: table.selection, cellBytes: perCell, target, order };
  for (const box of slabsOfSegment(table.group, segment, options)) {
    const rows = box.reduce((n, range, axis) => n * cellsOf(clipRuns(table.selection[axis] ?? null, range)), 1);
    if (rows > 0) slabs.push({ box, rows, bytes: rows * perCell });
  }
  return slabs;
}
