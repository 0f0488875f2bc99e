import type { Archive, TableColumn, TableGroup } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import { conjoin } from "../expr/walk.js";
import { geometryOf } from "../plan/geometry.js";
import type { LogicalNode, LogicalPlan, SinkSpec } from "../plan/nodes.js";
import { PHYSICAL_PLAN_VERSION, type PhysicalPlan, type TablePlan, type Task } from "../plan/run.js";
import { nodesOf, scanOf } from "../plan/walk.js";
import { cellsOf, clipRuns } from "../scan/runs.js";
import { wantedColumns } from "../scan/wanted-columns.js";
import type { Range } from "../schema/box.js";
import { cellBytes, valueBytes } from "./cell-bytes.js";
import { type OrderedTaskOptions, orderedTasks } from "./ordered-tasks.js";
import { sortedByOrder, type TableOrder } from "./plan-order.js";
import { sortedColumns } from "./row-order.js";
import { runIdOf } from "./run-id.js";
import { MOST_SLABS, type Slab, slabsOfSegment, tooManySlabs } from "./slabs.js";

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
  /** By table: how its rows come out, where that is not as tasks and slabs go. */
  readonly orders?: ReadonlyMap<string, TableOrder>;
}

const MIB = 1 << 20;
const MOST_SLAB_BYTES = 32 * MIB;
/** Larger than in storage order, because what is cut from a chunk is decoded again for the next slab. */
const MOST_BAND_BYTES = 256 * MIB;
const PART_BYTES = 256 * MIB;
/** Of a cell's geometry in memory: a view and its bytes. */
const GEOMETRY_BYTES = 160;
const PART_ROWS = 32 * 1024 * 1024;
/** Each is a part with a marker of its own. */
const MOST_TASKS = 100_000;
/** Batches of a task that may be alive at once: being read, decoded, encoded. */
const BATCHES_PER_JOB = 6;

/**
 * The tasks of a run. A plan that was optimised reads less; the rows are the same.
 * @throws `unsupported` for more slabs or tasks than a plan holds
 */
export function planRun(logical: LogicalPlan, archive: Archive, options: RunOptions): PhysicalPlan {
  const tables: TablePlan[] = [];
  const tasks: Task[] = [];
  for (const root of logical.roots) {
    const plain = tablePlanOf(root, archive, options.sink);
    const own = options.orders?.get(plain.group.name);
    const order = nodesOf(root).some((node) => node.op === "rechunk") ? "array" : "storage";
    const table = own ? inOrder(plain, own) : plain;
    const planned = own
      ? orderedTasks(table, tables.length, own.cells, orderedOptions(table, options))
      : tasksOf(table, tables.length, order, options);
    for (const task of planned) {
      if (tasks.length === MOST_TASKS) throw tooManyTasks(table.group);
      tasks.push({ ...task, id: tasks.length });
    }
    tables.push(table);
  }
  if (options.sink.geo && !tables.some((table) => table.geometry))
    throw new GraticuleError("usage", `--geo ${options.sink.geo} needs longitudes and latitudes, and no table has both`);
  return {
    kind: "graticule-run",
    version: PHYSICAL_PLAN_VERSION,
    runId: runIdOf(options.recipe, archive.members, tables, options.sink, PHYSICAL_PLAN_VERSION),
    members: archive.members,
    tables,
    tasks,
    sink: options.sink,
    warnings: archive.warnings,
    ...(options.recipe !== undefined && { recipe: options.recipe }),
    ...(archive.outsiders && archive.outsiders.length > 0 && { leftOut: archive.outsiders }),
  };
}

function tablePlanOf(root: LogicalNode, archive: Archive, { rowGroupBytes, geo }: SinkSpec): TablePlan {
  const nodes = nodesOf(root);
  const scan = scanOf(root);
  const group = archive.tables.find((table) => table.name === scan.table);
  if (!group) throw new GraticuleError("internal", `the plan scans "${scan.table}", which is no table of the archive`);
  const project = nodes.find((node) => node.op === "project");
  const names = group.columns.map((column) => column.field.name);
  const wanted = project?.columns ?? (scan.columns ?? names).map((name) => ({ name, source: name }));
  const whole = wanted.map(({ name, source }) => ({ column: names.indexOf(source), name }));
  const write = nodes.find((node) => node.op === "write");
  const partition = write?.op === "write" ? write.partition : undefined;
  // Readers of the layout take these from the names of folders.
  const inFolders = new Set(partition?.flatMap((key) => (key.kind === "column" ? key.columns : [])));
  const output = whole.filter(({ name }) => !inFolders.has(name));
  const sorted = sortedColumns(group, output, new Set([...inFolders].map((name) => names.indexOf(name))));
  const geometry = geo && geometryOf(group, output, geo);
  return {
    group,
    ...(sorted.length > 0 && { sorted }),
    ...(geometry && { geometry }),
    ...(rowGroupBytes !== undefined && { rowGroupRows: rowsWithin(rowGroupBytes, group, output) }),
    path: write?.path ?? "",
    output,
    ...(partition && {
      partition,
      also: [...new Set(partition.flatMap((key) => key.columns))].map((name) => ({ column: names.indexOf(name), name })),
    }),
    selection: scan.selection ?? group.axes.map(() => null),
    residual: conjoin(nodes.flatMap((node) => (node.op === "filter" ? [node.predicate] : []))),
  };
}

/** Rows whose values take so many bytes, were each written out. */
function rowsWithin(bytes: number, { columns }: TableGroup, output: TablePlan["output"]): number {
  const row = output.reduce((sum, { column }) => sum + valueBytes(columns[column] as TableColumn), 0);
  return Math.max(1, Math.floor(bytes / Math.max(1, row)));
}

/** The table with its rows in an order of their own. */
function inOrder(table: TablePlan, order: TableOrder): TablePlan {
  const { sorted: _, ...rest } = table;
  const sorted = sortedByOrder(table, order);
  return { ...rest, order: order.groups, ...(sorted.length > 0 && { sorted }) };
}

function orderedOptions(table: TablePlan, options: RunOptions): OrderedTaskOptions {
  const columns = wantedColumns(table);
  const perCell = cellBytes(table.group, columns);
  const slabBytes = slabTarget("storage", options);
  return {
    columns,
    cellBytes: perCell,
    // Beside the block stand a slab of what is read, and a row group of what is written.
    blockBytes: Math.max(slabBytes, slabTarget("array", options)),
    slabBytes,
    partBytes: partBytesOf(table, perCell, slabTarget("array", options), options),
    partRows: PART_ROWS,
  };
}

function tooManyTasks({ name }: TableGroup): GraticuleError {
  return new GraticuleError("unsupported", `${name || "the table"} would be more than ${MOST_TASKS} parts`, {
    hint: "a larger --part-size makes fewer; or ask for a part of it at a time, with --time, --bbox, --vars or --where",
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

function* tasksOf(table: TablePlan, at: number, order: "storage" | "array", options: RunOptions): Iterable<Omit<Task, "id">> {
  const columns = wantedColumns(table);
  const perCell = cellBytes(table.group, columns) + (table.geometry ? GEOMETRY_BYTES : 0);
  const target = slabTarget(order, options);
  const part = partBytesOf(table, perCell, target, options);
  let open: Slab[] = [];
  let rows = 0;
  const close = (): Omit<Task, "id"> => ({ table: at, slabs: open.map((slab) => slab.box), rows });
  let count = 0;
  for (const segment of table.group.segments) {
    const grid = slabsOfSegment(table.group, segment, { columns, selection: table.selection, cellBytes: perCell, target, order });
    count += grid.count;
    if (count > MOST_SLABS) throw tooManySlabs(table.group.name);
    for (const slab of grid.slabs()) {
      if (open.length > 0 && ((rows + slab.rows) * perCell > part || rows + slab.rows > PART_ROWS)) {
        yield close();
        [open, rows] = [[], 0];
      }
      open.push(slab);
      rows += slab.rows;
    }
  }
  if (open.length > 0) yield close();
}

/** Twice as many tasks as jobs, so that no job waits long for the last one. */
function partBytesOf(table: TablePlan, perCell: number, target: number, options: RunOptions): number {
  const share = (rowsOf(table) * perCell) / (2 * Math.max(1, options.jobs));
  return Math.min(options.partBytes ?? PART_BYTES, Math.max(Math.min(target, 8 * MIB), share));
}

/** Cells of all segments that the selection keeps. */
function rowsOf({ group, selection }: TablePlan): number {
  const kept = (axis: number, range: Range): number => cellsOf(clipRuns(selection[axis] ?? null, range));
  const inner = group.axes.reduce(
    (n, { length }, axis) => (axis === group.joined ? n : n * kept(axis, { start: 0, stop: length })),
    1,
  );
  const { joined } = group;
  if (joined === null) return inner * group.segments.length;
  return inner * group.segments.reduce((n, segment) => n + kept(joined, segment), 0);
}
