import type { TableColumn } from "../archive/model.js";
import type { OrderedBlock, TablePlan, Task } from "../plan/run.js";
import { isSet, packBits } from "../schema/bitmap.js";
import { boxShape, sizeOf, stridesOf } from "../schema/box.js";
import type { BatchAxis, GridBatch, GridColumn } from "../schema/grid-batch.js";
import { BlockColumn, each, type Moves } from "./block-column.js";
import type { ScanResources } from "./member-cache.js";
import type { OrderedCells } from "./order-cells.js";
import { orderedCellsOf } from "./ordered-cells.js";
import { readSlabs } from "./read-slabs.js";
import { taskScans } from "./task-scans.js";

/**
 * The blocks of a task as batches whose axes are the groups of the table's order: cells are read slab by slab, as they are
 * stored, and put where they come out. A block holds all of its cells at once.
 */
export async function* readBlocks(
  table: TablePlan,
  task: Task,
  resources: ScanResources,
): AsyncGenerator<GridBatch, void, undefined> {
  const groups = await orderedCellsOf(table, resources);
  let at = 0;
  for await (const { scan, part } of taskScans(table, task, resources)) {
    const assembly = new Assembly(table, groups, task.blocks?.[at++] as OrderedBlock);
    for await (const batch of readSlabs(scan, part, resources)) assembly.add(batch);
    const whole = assembly.finish();
    if (whole) yield whole;
  }
}

/** Cells of one group that a batch holds: where they are in the block's axis, and their index on each of the group's axes. */
interface Found {
  readonly entries: Uint32Array;
  /** Per axis of the group, relative to the batch. */
  readonly indices: readonly Uint32Array[];
}

class Assembly {
  readonly #lengths: readonly number[];
  readonly #columns: readonly { readonly groups: readonly number[]; readonly column: BlockColumn }[];
  readonly #kept: Uint8Array | null;
  #isEmpty = true;

  constructor(
    readonly table: TablePlan,
    readonly groups: readonly OrderedCells[],
    readonly block: OrderedBlock,
  ) {
    this.#lengths = boxShape(block.ranges);
    this.#columns = [...table.output, ...(table.also ?? [])].map(({ column }) => {
      const { axes } = table.group.columns[column] as TableColumn;
      const own = groups.flatMap((group, g) => (group.axes.some((axis) => axes.includes(axis)) ? [g] : []));
      return { groups: own, column: new BlockColumn(sizeOf(own.map((g) => this.#lengths[g] as number))) };
    });
    this.#kept = table.residual ? new Uint8Array(sizeOf(this.#lengths)) : null;
  }

  add(batch: GridBatch): void {
    const found = this.groups.map((group, g) => this.#find(group, g, batch.axes));
    if (found.some(({ entries }) => entries.length === 0)) return;
    this.#isEmpty = false;
    for (const [c, { groups, column }] of this.#columns.entries()) {
      const source = batch.columns[c] as GridColumn;
      const own = stridesOf(source.axes.map((axis) => (batch.axes[axis] as BatchAxis).length));
      column.add(
        source,
        this.#moves(found, groups, (axis) => own[source.axes.indexOf(axis)] ?? 0),
      );
    }
    if (!this.#kept) return;
    const kept = this.#kept;
    const { selection } = batch;
    const own = stridesOf(batch.axes.map(({ length }) => length));
    const all = this.groups.map((_, g) => g);
    each(
      this.#moves(found, all, (axis) => own[axis] as number),
      (from, to) => {
        kept[to] = selection?.kind !== "cells" || isSet(selection.bitmap, from) ? 1 : 0;
      },
    );
  }

  finish(): GridBatch | null {
    if (this.#isEmpty || (this.#kept && !this.#kept.includes(1))) return null;
    const bitmap = this.#kept?.includes(0) ? packBits(this.#kept) : null;
    return {
      axes: this.groups.map(({ axes }, g) => ({
        dim: axes.map((axis) => this.table.group.axes[axis]?.dim ?? "").join(" "),
        start: this.block.ranges[g]?.start ?? 0,
        length: this.#lengths[g] as number,
      })),
      columns: this.#columns.map(({ groups, column }) => column.finish(groups) as GridColumn),
      ...(bitmap && { selection: { kind: "cells", bitmap } }),
    };
  }

  #find({ axes, indices }: OrderedCells, g: number, boxes: readonly BatchAxis[]): Found {
    const { start, stop } = this.block.ranges[g] as { start: number; stop: number };
    const own = axes.map((axis) => boxes[axis] as BatchAxis);
    const entries = new Uint32Array(stop - start);
    let n = 0;
    for (let i = start; i < stop; i++) {
      let isInside = true;
      for (let d = 0; d < own.length; d++) {
        const relative = (indices[d]?.[i] as number) - (own[d] as BatchAxis).start;
        if (relative < 0 || relative >= (own[d] as BatchAxis).length) isInside = false;
      }
      if (isInside) entries[n++] = i - start;
    }
    const inside = entries.subarray(0, n);
    return {
      entries: inside,
      indices: own.map((box, d) => inside.map((entry) => (indices[d]?.[entry + start] as number) - box.start)),
    };
  }

  /** @param strideOf step in the source along an axis; 0 where it does not vary */
  #moves(found: readonly Found[], groups: readonly number[], strideOf: (axis: number) => number): Moves {
    const steps = stridesOf(groups.map((g) => this.#lengths[g] as number));
    const perGroup = groups.map((g, k) => {
      const { entries, indices } = found[g] as Found;
      const axes = this.groups[g]?.axes ?? [];
      const from = new Uint32Array(entries.length);
      for (const [d, axis] of axes.entries()) {
        const stride = strideOf(axis);
        const own = indices[d] as Uint32Array;
        if (stride > 0) for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) + (own[i] as number) * stride;
      }
      return { from, to: entries.map((entry) => entry * (steps[k] as number)) };
    });
    // Cells move in any order: the longest run of them makes the innermost loop.
    perGroup.sort((a, b) => a.from.length - b.from.length);
    const inner = perGroup.at(-1) ?? { from: Uint32Array.of(0), to: Uint32Array.of(0) };
    const outer = perGroup.slice(0, -1).reduce(product, { from: Uint32Array.of(0), to: Uint32Array.of(0) });
    return { outerFrom: outer.from, outerTo: outer.to, innerFrom: inner.from, innerTo: inner.to };
  }
}

interface Pairs {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

function product(a: Pairs, b: Pairs): Pairs {
  const [from, to] = [new Uint32Array(a.from.length * b.from.length), new Uint32Array(a.from.length * b.from.length)];
  let n = 0;
  for (let i = 0; i < a.from.length; i++)
    for (let j = 0; j < b.from.length; j++, n++) {
      from[n] = (a.from[i] as number) + (b.from[j] as number);
      to[n] = (a.to[i] as number) + (b.to[j] as number);
    }
  return { from, to };
}
