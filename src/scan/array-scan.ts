import type { TableColumn, TableGroup } from "../archive/model.js";
import { boundsOf } from "../expr/bounds.js";
import { compilePredicate } from "../expr/compile.js";
import type { Expr } from "../expr/nodes.js";
import type { ExprColumn } from "../expr/types.js";
import { columnsOf, conjoin } from "../expr/walk.js";
import type { AxisSelection } from "../plan/nodes.js";
import { type Claim, exprColumnsOf, type TableSource } from "../plan/table-source.js";
import { type Range, sizeOf } from "../schema/box.js";
import type { GridColumn } from "../schema/grid-batch.js";
import { knownColumnsOf } from "./known-columns.js";
import { intersectRuns, runsOf } from "./runs.js";

/** Values of auxiliary coordinates by column name, one entry per segment of the table. */
export type LoadedAuxiliaries = ReadonlyMap<string, readonly GridColumn[]>;

/** Cells that are looked at while planning, at most. */
export const MOST_PLANNED_CELLS = 1 << 24;
/** Cells of a longer axis that are looked at together. */
const BLOCK = 1 << 20;

/**
 * A table of arrays as planning sees it. A filter over one axis, all of whose columns are known, is *exact*: it becomes runs of
 * indices. One over several axes (2-D longitudes, a comparison of two coordinates) is *inexact*: rows and columns of the grid
 * without a match are left out. So is one that bounds a single data column, for chunks with statistics. The rest is not claimed.
 */
export class ArrayScan implements TableSource {
  readonly columns: readonly ExprColumn[];
  readonly #known: ReturnType<typeof knownColumnsOf>;

  /** @param auxiliaries values of coordinates over several axes, where filters name them; see `loadAuxiliaries` */
  constructor(
    readonly group: TableGroup,
    readonly auxiliaries: LoadedAuxiliaries = new Map(),
  ) {
    this.columns = exprColumnsOf(group);
    this.#known = knownColumnsOf(group);
  }

  get table(): string {
    return this.group.name;
  }

  claim(filters: readonly Expr[]): Claim[] {
    return filters.map((filter) => {
      const columns = this.#columnsOf(filter);
      const axes = axesOf(columns);
      if (columns.every((column) => this.#known.has(column)) && axes.length <= 1) return "exact";
      if (this.#canPlan(columns, axes)) return "inexact";
      return boundsOf([filter]).size === 1 && columns.length === 1 ? "inexact" : "no";
    });
  }

  select(claimed: readonly Expr[]): readonly AxisSelection[] {
    const selection: AxisSelection[] = this.group.axes.map(() => null);
    const groups = new Map<string, { axes: readonly number[]; terms: Expr[] }>();
    for (const term of claimed) {
      const columns = this.#columnsOf(term);
      const axes = axesOf(columns);
      const isKnown = columns.every((column) => this.#known.has(column));
      if (!(isKnown && axes.length <= 1) && !this.#canPlan(columns, axes)) continue;
      const own = groups.get(axes.join()) ?? { axes, terms: [] };
      own.terms.push(term);
      groups.set(axes.join(), own);
    }
    // One axis first: what it leaves is all that the others look at.
    for (const { axes, terms } of [...groups.values()].sort((a, b) => a.axes.length - b.axes.length)) {
      const runs = this.#matching(conjoin(terms) as Expr, axes, selection);
      if (runs === "none") return this.group.axes.map(() => []);
      for (const [i, axis] of axes.entries())
        selection[axis] = intersectRuns(selection[axis] as AxisSelection, runs[i] as AxisSelection);
    }
    return selection.some((runs) => runs?.length === 0) ? selection.map(() => []) : selection;
  }

  /** Per axis the indices at which some cell passes. */
  #matching(predicate: Expr, axes: readonly number[], selection: readonly AxisSelection[]): AxisSelection[] | "none" {
    const { joined, segments } = this.group;
    const columns = this.#columnsOf(predicate);
    const [only] = axes;
    const isLong = axes.length === 1 && only !== undefined && (this.group.axes[only]?.length ?? 0) > MOST_PLANNED_CELLS;
    if (isLong && columns.every((column) => column.values)) return this.#matchingAlong(only, predicate, selection[only] ?? null);
    const loaded = columns.some((column) => !this.#known.has(column));
    const lengths = axes.map((axis) => this.group.axes[axis]?.length ?? 0);
    const found = lengths.map((length) => new Uint8Array(length));
    const isPerSegment = loaded && joined !== null && axes.includes(joined);
    const parts = isPerSegment ? segments.map((segment, i) => ({ ...segment, i })) : [{ start: 0, stop: 0, i: 0 }];
    const compiled = compilePredicate(predicate, this.columns);
    let isAny = false;
    for (const { start, stop, i } of parts) {
      const shape = axes.map((axis, at) => (isPerSegment && axis === joined ? stop - start : (lengths[at] as number)));
      const offset = (at: number): number => (isPerSegment && axes[at] === joined ? start : 0);
      const perAxis = axes.map((axis, at) => insideOf(selection[axis] as AxisSelection, offset(at), shape[at] as number));
      const { flags, count } = compiled.select(shape, perAxis, (name) =>
        this.#valuesOf(name, axes, i, isPerSegment ? { start, stop } : null),
      );
      isAny ||= count > 0;
      if (count > 0) project(flags, shape, found, offset);
    }
    return isAny ? found.map(runsOf) : "none";
  }

  /** The same for an axis of any length, block by block. */
  #matchingAlong(axis: number, predicate: Expr, selection: AxisSelection): AxisSelection[] | "none" {
    const length = this.group.axes[axis]?.length ?? 0;
    const compiled = compilePredicate(predicate, this.columns);
    const found: Range[] = [];
    for (const run of selection ?? [{ start: 0, stop: length }])
      for (let { start } = run; start < run.stop; start += BLOCK) {
        const stop = Math.min(run.stop, start + BLOCK);
        const box = this.group.axes.map((own, a) => (a === axis ? { start, stop } : { start: 0, stop: own.length }));
        const { flags, count } = compiled.select([stop - start], [null], (name) => {
          const column = this.group.columns.find((own) => own.field.name === name) as TableColumn;
          const sliced = this.#known.slice(column, box, 0);
          return { ...sliced, axes: sliced.axes.map(() => 0) };
        });
        if (count === 0) continue;
        for (const own of runsOf(flags) ?? [{ start: 0, stop: flags.length }]) {
          const last = found.at(-1);
          if (last?.stop === start + own.start) found[found.length - 1] = { start: last.start, stop: start + own.stop };
          else found.push({ start: start + own.start, stop: start + own.stop });
        }
      }
    const [first] = found;
    if (!first) return "none";
    return [found.length === 1 && first.start === 0 && first.stop === length ? null : found];
  }

  #valuesOf(name: string, axes: readonly number[], segment: number, range: { start: number; stop: number } | null) {
    const column = this.group.columns.find((own) => own.field.name === name) as TableColumn;
    const place = (own: readonly number[]): number[] => own.map((axis) => axes.indexOf(axis));
    if (this.#known.has(column)) {
      const box = this.group.axes.map((axis, a) => (range && a === this.group.joined ? range : { start: 0, stop: axis.length }));
      const {
        data,
        validity,
        axes: own,
      } = range
        ? this.#known.slice(column, box, segment)
        : { ...this.#known.whole(column), data: this.#known.whole(column).values, axes: column.axes };
      return { axes: place(own), data, ...(validity && { validity }) };
    }
    const loaded = this.auxiliaries.get(name)?.[segment] as GridColumn;
    return { ...loaded, axes: place(loaded.axes) };
  }

  #canPlan(columns: readonly TableColumn[], axes: readonly number[]): boolean {
    if (axes.length === 0 || sizeOf(axes.map((axis) => this.group.axes[axis]?.length ?? 0)) > MOST_PLANNED_CELLS) return false;
    return columns.every((column) => this.#known.has(column) || this.auxiliaries.has(column.field.name));
  }

  #columnsOf(expr: Expr): TableColumn[] {
    const names = new Set(columnsOf(expr));
    return this.group.columns.filter((column) => names.has(column.field.name));
  }
}

function axesOf(columns: readonly TableColumn[]): number[] {
  return [...new Set(columns.flatMap((column) => column.axes))].sort((a, b) => a - b);
}

function insideOf(selection: AxisSelection, offset: number, length: number): Uint32Array | null {
  if (selection === null) return null;
  const out: number[] = [];
  for (const run of selection)
    for (let i = Math.max(run.start, offset); i < Math.min(run.stop, offset + length); i++) out.push(i - offset);
  return Uint32Array.from(out);
}

/** Marks along each axis where a cell is set. */
function project(flags: Uint8Array, shape: readonly number[], found: readonly Uint8Array[], offset: (at: number) => number): void {
  const index = shape.map(() => 0);
  for (let cell = 0; cell < flags.length; cell++) {
    if (flags[cell]) for (let d = 0; d < shape.length; d++) (found[d] as Uint8Array)[(index[d] as number) + offset(d)] = 1;
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d] = (index[d] as number) + 1;
      if ((index[d] as number) < (shape[d] as number)) break;
      index[d] = 0;
    }
  }
}
