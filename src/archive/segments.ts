import { GraticuleError } from "../errors.js";
import type { VariableDescription } from "./description.js";
import type { Fragment } from "./fragments.js";
import type { Grid } from "./join-cluster.js";
import type { Piece, Segment } from "./model.js";
import type { CellRun, CellSource } from "./order-cells.js";

/** What decides where a variable stands in several files for one cell: nothing (an error), or the order of the files. */
export type DuplicatePolicy = "error" | "first" | "last";

/** A column whose values are read from the files. */
export interface ReadColumn {
  /** Position in the table's columns. */
  readonly at: number;
  readonly path: string;
  readonly isData: boolean;
  /** By position in the grid's fragments. */
  readonly conversions: ReadonlyMap<number, Piece["convert"]>;
  /** Coordinates tell the places of all its dimensions: any file of the table has the same values. */
  readonly isFixed: boolean;
}

interface Holder {
  readonly fragment: number;
  readonly source: CellSource;
  readonly variable: VariableDescription;
}

/**
 * Where the values of each run of cells lie.
 * @param label how the message names the first cell of a run
 * @throws `usage` where several files have a variable for one cell and no policy decides
 */
export function segmentsOf(
  grid: Grid,
  columns: readonly ReadColumn[],
  width: number,
  wholeLength: number,
  policy: DuplicatePolicy,
  urls: readonly string[],
  label: (run: CellRun) => string,
): Segment[] {
  const variables = grid.fragments.map(
    (fragment) => new Map([...fragment.data, ...fragment.auxiliaries].map((variable) => [variable.path, variable])),
  );
  const fixed = new Map<number, Piece>();
  const pieceOf = (holder: Holder, column: ReadColumn): Piece => makePiece(grid, holder, column);
  for (const column of columns) {
    if (!column.isFixed) continue;
    const fragment = variables.findIndex((own) => own.has(column.path));
    const variable = variables[fragment]?.get(column.path);
    if (variable) fixed.set(column.at, pieceOf({ fragment, variable, source: { lane: 0, index: 0, step: 1 } }, column));
  }
  const segments: Segment[] = [];
  for (const run of grid.runs) {
    const pieces = new Array<Piece | null>(width).fill(null);
    for (const column of columns) {
      const holders = holdersOf(grid, run, variables, column.path);
      if (column.isData && holders.length > 1 && policy === "error" && !grid.agreed)
        throw duplicate(grid, run, holders, urls, label);
      const chosen = policy === "last" ? holders.at(-1) : holders[0];
      if (chosen) pieces[column.at] = pieceOf(chosen, column);
      else pieces[column.at] = fixed.get(column.at) ?? null;
    }
    const [start, stop] = grid.joined === null ? [0, wholeLength] : [run.start, run.stop];
    segments.push({ start, stop, pieces });
  }
  return segments;
}

/** Positions in the grid's fragments of files with data of which not a value is taken. */
export function droppedFragments(grid: Grid, segments: readonly Segment[], columns: readonly ReadColumn[]): number[] {
  const data = columns.filter((column) => column.isData).map((column) => column.at);
  const used = new Set(segments.flatMap(({ pieces }) => data.map((at) => pieces[at]?.member)));
  const isEmpty = (fragment: Fragment): boolean => fragment.axes.some(({ length }) => length === 0);
  return grid.fragments.flatMap((fragment, f) =>
    fragment.data.length > 0 && !isEmpty(fragment) && !used.has(fragment.file) ? [f] : [],
  );
}

/** Files that have the variable for a run's cells, in the order of the files. */
function holdersOf(
  grid: Grid,
  run: CellRun,
  variables: readonly ReadonlyMap<string, VariableDescription>[],
  path: string,
): Holder[] {
  const holders: Holder[] = [];
  for (const source of run.sources)
    for (const fragment of grid.lanes[source.lane]?.fragments ?? []) {
      const variable = variables[fragment]?.get(path);
      if (variable) holders.push({ fragment, source, variable });
    }
  return holders.length < 2 ? holders : holders.sort((a, b) => a.fragment - b.fragment || a.source.index - b.source.index);
}

function makePiece(grid: Grid, { fragment, source, variable }: Holder, column: ReadColumn): Piece {
  const shift = grid.joined === "new" ? 1 : 0;
  const free = grid.axes.map((axis) => axis.dim as string | null);
  const axes = variable.dims.map((dim) => {
    const at = free.indexOf(dim);
    free[at] = null;
    return at + shift;
  });
  const convert = column.conversions.get(fragment);
  const isJoined = typeof grid.joined === "number" && axes.includes(grid.joined);
  return {
    member: (grid.fragments[fragment] as Fragment).file,
    variable: variable.path,
    axes,
    offset: isJoined ? source.index : null,
    step: isJoined ? source.step : 1,
    chunks: variable.chunks,
    elementSize: variable.elementSize,
    ...(convert && { convert }),
  };
}

function duplicate(
  grid: Grid,
  run: CellRun,
  holders: readonly Holder[],
  urls: readonly string[],
  label: (run: CellRun) => string,
): GraticuleError {
  const files = [...new Set(holders.map(({ fragment }) => urls[(grid.fragments[fragment] as Fragment).file] as string))];
  const shown = files.length > 4 ? `${files.slice(0, 4).join(", ")} and ${files.length - 4} more` : files.join(", ");
  const name = holders[0]?.variable.name ?? "";
  const where = label(run);
  const note = holders.flatMap(({ fragment }) => notesOf(grid.fragments[fragment] as Fragment))[0];
  const said =
    files.length === 1 ? `${name} stands twice ${where} in ${shown}` : `${name} stands ${where} in ${files.length} files: ${shown}`;
  return new GraticuleError("usage", note === undefined ? said : `${said}; ${note}`, {
    ...(files[0] !== undefined && { file: files[0] }),
    ...(holders[0] && { variable: holders[0].variable.path }),
    hint: "`--on-duplicate-time first` or `last` says which file counts, in the order in which they are named",
  });
}

/** What is to be known of how a file's times were read: it may be why they are equal. */
function notesOf(fragment: Fragment): string[] {
  return fragment.axes.flatMap(({ coordinate }) => coordinate?.variable.time?.coding?.note ?? []);
}
