import { formatTime } from "../calendar/format-time.js";
import { nameColumns, type Renames } from "./column-names.js";
import {
  calendarColumns,
  type DraftColumn,
  draftOf,
  fieldMetadata,
  indexColumn,
  knownColumn,
  sharedAttributes,
} from "./columns.js";
import { type UnitedType, uniteType, type VariablePart } from "./data-column.js";
import type { VariableDescription } from "./description.js";
import type { Fragment, FragmentAxis, FragmentScalar } from "./fragments.js";
import { gatherValues, type ValueRun, type ValueSource } from "./gather-values.js";
import type { Grid } from "./join-cluster.js";
import type { Piece, Segment, TableAxis, TableColumn, TableGroup } from "./model.js";
import type { CellRun } from "./order-cells.js";
import { type DuplicatePolicy, droppedFragments, type ReadColumn, segmentsOf } from "./segments.js";
import { tableMetadata } from "./table-metadata.js";
import { scalarOf } from "./varying-scalars.js";
import { listOf } from "./warnings.js";

export interface TableOptions {
  readonly policy: DuplicatePolicy;
  readonly withSource: boolean;
  readonly withScalars: boolean;
  readonly renames: Renames;
  /** By file. */
  readonly urls: readonly string[];
  readonly warn: (text: string) => void;
}

/** The table that one grid becomes: axes and coordinates first, then what varies over several of them, data last. */
export function buildTable(name: string, grid: Grid, options: TableOptions): TableGroup {
  return new TableBuilder(grid, options).build(name);
}

class TableBuilder {
  readonly #drafts: DraftColumn[] = [];
  readonly #reads: ReadColumn[] = [];
  readonly #axes: TableAxis[] = [];
  /** Position of the joined axis in the table. */
  readonly #joined: number | null;
  readonly #shift: number;
  readonly #cells: number;
  #time = "time";
  #label: (run: CellRun) => string = () => "for the whole grid";

  constructor(
    readonly grid: Grid,
    readonly options: TableOptions,
  ) {
    this.#joined = grid.joined === "new" ? 0 : grid.joined;
    this.#shift = grid.joined === "new" ? 1 : 0;
    this.#cells = grid.runs.at(-1)?.stop ?? 0;
  }

  build(name: string): TableGroup {
    const { grid, options } = this;
    const stackedBy = grid.joined === "new" ? grid.scalars[0] : undefined;
    const others = stackedBy === undefined ? grid.scalars : grid.scalars.slice(1);
    if (stackedBy !== undefined) this.#addStacked(stackedBy);
    for (const [d, axis] of grid.axes.entries()) this.#addAxis(axis, d);
    for (const variable of distinct(grid.fragments.map((fragment) => fragment.auxiliaries))) this.#addRead(variable, "auxiliary");
    for (const path of others) this.#addScalar(path);
    if (options.withScalars) this.#addConstants();
    const source = options.withSource ? this.#addSource() : null;
    for (const variable of distinct(grid.fragments.map((fragment) => fragment.data))) this.#addRead(variable, "data");
    const segments = this.#segments();
    if (source !== null) this.#fillSource(source, segments);
    return {
      name,
      axes: this.#axes,
      columns: nameColumns(this.#drafts, options.renames, this.#time, options.warn),
      joined: this.#joined,
      segments,
      metadata: tableMetadata(grid.fragments, new Set(grid.scalars)),
    };
  }

  #addAxis(axis: FragmentAxis, d: number): void {
    const { grid } = this;
    const at = d + this.#shift;
    const isJoined = d === grid.joined;
    const length = isJoined ? this.#cells : axis.length;
    const dim = this.#axes.some((other) => other.dim === axis.name) ? `${axis.name}_${at + 1}` : axis.name;
    this.#axes.push({ dim, length, column: this.#drafts.length });
    const sources = isJoined ? grid.lanes.map((lane) => this.#sourceOf(lane.axis, lane.fragments)) : [this.#sourceOf(axis, [0])];
    const known = sources.filter((source) => source !== null);
    if (known.length === 0 || known.length < sources.length) {
      this.#drafts.push(indexColumn(axis.name, length, at));
      if (isJoined) this.#label = (run) => `at ${axis.name} ${run.start}`;
      return;
    }
    const whole = { start: 0, stop: length, source: 0, index: 0, step: 1 as const };
    this.#addKnown(known, isJoined ? this.#laneRuns() : [whole], length, at, isJoined);
  }

  /** The coordinate column of an axis, with the parts of its dates. */
  #addKnown(sources: readonly ValueSource[], runs: readonly ValueRun[], length: number, at: number, isJoined: boolean): void {
    const variable = this.#firstOf(sources);
    const gathered = gatherValues(sources, runs, length);
    const attributes = sharedAttributes(sources.map((source) => source.variable));
    this.#drafts.push(knownColumn(variable, gathered, "coordinate", [at], attributes));
    const parts = calendarColumns(gathered, [at]);
    if (parts.length > 0) this.#time = variable.name;
    for (const part of parts) this.#drafts.push(part);
    const isTime = gathered.time !== undefined && this.#joined === null;
    if (isJoined || isTime) this.#label = (run) => labelOf(run, sources, runs, variable.name);
  }

  #addStacked(path: string): void {
    const { sources, runs } = this.#scalarRuns(path);
    this.#axes.push({ dim: this.#firstOf(sources).name, length: this.#cells, column: this.#drafts.length });
    this.#addKnown(sources, runs, this.#cells, 0, true);
  }

  /** A scalar that varies along the joined axis. */
  #addScalar(path: string): void {
    if (this.#joined === null) return;
    const { sources, runs } = this.#scalarRuns(path);
    const attributes = sharedAttributes(sources.map((source) => source.variable));
    const values = gatherValues(sources, runs, this.#cells);
    this.#drafts.push(knownColumn(this.#firstOf(sources), values, "scalar", [this.#joined], attributes));
  }

  /** Scalars that are the same in all files. */
  #addConstants(): void {
    const varying = new Set(this.grid.scalars);
    for (const variable of distinct(this.grid.fragments.map((fragment) => fragment.scalars.map((scalar) => scalar.variable)))) {
      const [first, ...rest] = this.#scalarSources(variable.path);
      if (varying.has(variable.path) || !first || rest.some((other) => other.values.digest !== first.values.digest)) continue;
      const run = { start: 0, stop: 1, source: 0, index: 0, step: 0 as const };
      this.#drafts.push(knownColumn(variable, gatherValues([first], [run], 1), "scalar", []));
    }
  }

  #addSource(): number {
    const field = { name: "source", type: { kind: "string" as const }, nullable: false, metadata: {} };
    this.#drafts.push({ column: { field, role: "source", axes: this.#joined === null ? [] : [this.#joined] }, path: "" });
    return this.#drafts.length - 1;
  }

  #fillSource(at: number, segments: readonly Segment[]): void {
    const perSegment = segments.map(({ pieces }) => {
      const data = pieces.filter((piece, i) => piece !== null && this.#drafts[i]?.column.role === "data") as Piece[];
      const used = data.length > 0 ? data : (pieces.filter((piece) => piece !== null) as Piece[]);
      return [...new Set(used.map((piece) => this.options.urls[piece.member] as string))].join(", ");
    });
    const draft = this.#drafts[at] as DraftColumn;
    this.#drafts[at] = { ...draft, column: { ...draft.column, perSegment } };
  }

  #addRead(variable: VariableDescription, role: "auxiliary" | "data"): void {
    const { grid, options } = this;
    const holders = grid.fragments.flatMap((fragment, f) => {
      const own = (role === "data" ? fragment.data : fragment.auxiliaries).find(({ path }) => path === variable.path);
      return own ? [{ f, variable: own, url: options.urls[fragment.file] as string }] : [];
    });
    const united = uniteType(holders, options.warn);
    const free = grid.axes.map((axis) => axis.dim as string | null);
    const axes = variable.dims.map((dim) => {
      const d = free.indexOf(dim);
      free[d] = null;
      return d;
    });
    const isFixed = role === "auxiliary" && axes.every((d) => d !== grid.joined && grid.axes[d]?.coordinate !== undefined);
    this.#reads.push({
      at: this.#drafts.length,
      path: variable.path,
      isData: role === "data",
      conversions: new Map(holders.map(({ f }, i) => [f, united.conversions[i]])),
      isFixed,
    });
    const own = new Set(axes.map((d) => d + this.#shift));
    // A file's own positions: they change from file to file, though no file has the joined axis.
    if (this.#joined !== null && !isFixed) own.add(this.#joined);
    const ordered = [...own].sort((x, y) => x - y);
    this.#drafts.push(draftOf(readColumn(holders, united, role, ordered), variable));
  }

  #segments(): Segment[] {
    const { grid, options } = this;
    const whole = this.#joined === null ? (this.#axes[0]?.length ?? 1) : this.#cells;
    const segments = segmentsOf(grid, this.#reads, this.#drafts.length, whole, options.policy, options.urls, this.#label);
    if (options.policy !== "error" && !grid.agreed) this.#warnOfDropped(segments);
    return segments;
  }

  #warnOfDropped(segments: readonly Segment[]): void {
    const { grid, options } = this;
    const dropped = droppedFragments(grid, segments, this.#reads).map((f) => options.urls[grid.fragments[f]?.file ?? -1] ?? "");
    if (dropped.length > 0)
      options.warn(
        `no value is taken of ${listOf(dropped)}: other files have all its cells (--on-duplicate-time ${options.policy})`,
      );
  }

  #laneRuns(): ValueRun[] {
    return this.grid.runs.map(({ start, stop, sources }) => {
      const [first] = sources;
      return first
        ? { start, stop, source: first.lane, index: first.index, step: first.step }
        : { start, stop, source: null, index: 0, step: 0 };
    });
  }

  /** Per run the value of the first file that has the scalar. */
  #scalarRuns(path: string): { sources: ValueSource[]; runs: ValueRun[] } {
    const { grid } = this;
    const sources = this.#scalarSources(path);
    const position = new Map<number, number>();
    let count = 0;
    for (const [f, fragment] of grid.fragments.entries()) if (scalarOf(fragment, path)) position.set(f, count++);
    const runs = grid.runs.map((run): ValueRun => {
      const files = run.sources.flatMap((source) => grid.lanes[source.lane]?.fragments ?? []);
      const holder = files.find((f) => position.has(f));
      return {
        start: run.start,
        stop: run.stop,
        source: holder === undefined ? null : (position.get(holder) as number),
        index: 0,
        step: 0,
      };
    });
    return { sources, runs };
  }

  #scalarSources(path: string): ValueSource[] {
    return this.grid.fragments.flatMap((fragment) => {
      const scalar = scalarOf(fragment, path);
      return scalar ? [this.#valueSource(scalar, fragment)] : [];
    });
  }

  #valueSource({ variable, values }: FragmentScalar, fragment: Fragment): ValueSource {
    return { variable, values, url: this.options.urls[fragment.file] as string };
  }

  #sourceOf(axis: FragmentAxis | undefined, fragments: readonly number[]): ValueSource | null {
    if (!axis?.coordinate) return null;
    const fragment = this.grid.fragments[fragments[0] as number] as Fragment;
    return { ...axis.coordinate, url: this.options.urls[fragment.file] as string };
  }

  #firstOf(sources: readonly ValueSource[]): VariableDescription {
    return (sources[0] as ValueSource).variable;
  }
}

function readColumn(
  parts: readonly VariablePart[],
  { type, time, conversions }: UnitedType,
  role: "auxiliary" | "data",
  axes: readonly number[],
): TableColumn {
  const { variable } = parts[0] as VariablePart;
  return {
    field: {
      name: variable.name,
      type,
      nullable: true,
      metadata: { ...fieldMetadata(variable, time, attributesOf(parts, conversions)), ...shapeOf(parts) },
    },
    role,
    ...(variable.axis && { axis: variable.axis }),
    axes,
    ...(time?.kind === "number" && { time: time.reference }),
  };
}

/** Where files differ in units, only what says nothing of the values' size. */
function attributesOf(parts: readonly VariablePart[], conversions: UnitedType["conversions"]): Readonly<Record<string, string>> {
  const shared = sharedAttributes(parts.map(({ variable }) => variable));
  if (conversions.every((conversion) => conversion === undefined)) return shared;
  return Object.fromEntries(
    Object.entries(shared).filter(([name]) => !/^(valid_(min|max|range)|actual_range|T(DMIN|DMAX|LMIN|LMAX))$/.test(name)),
  );
}

/** The dimensions that a list's items had, in C order, where all files have the same. */
function shapeOf(parts: readonly VariablePart[]): Record<string, string> {
  const shapes = new Set(parts.map(({ variable }) => variable.listShape && JSON.stringify(variable.listShape)));
  const [shape] = shapes;
  return shape === undefined || shapes.size > 1 ? {} : { shape };
}

/** Variables of several files by path, each as the first file has it. */
function distinct(lists: readonly (readonly VariableDescription[])[]): VariableDescription[] {
  const found = new Map<string, VariableDescription>();
  for (const list of lists) for (const variable of list) if (!found.has(variable.path)) found.set(variable.path, variable);
  return [...found.values()];
}

/** A run's first cell in words: `at time 2000-01-01T00:00:00`. */
function labelOf(run: CellRun, sources: readonly ValueSource[], runs: readonly ValueRun[], name: string): string {
  const at = runs.find((candidate) => candidate.start === run.start);
  const source = at && at.source !== null ? sources[at.source] : undefined;
  const value = source?.values.values[at?.index ?? 0] ?? null;
  if (source === undefined || value === null) return `at a missing ${name}`;
  const coding = source.variable.time?.coding;
  return `at ${name} ${coding && typeof value !== "string" ? formatTime(value, coding) : value}`;
}
