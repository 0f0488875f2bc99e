import { decodeKnown, decodeKnownRange, type KnownColumn, sliceKnown } from "../archive/known-values.js";
import type { TableColumn, TableGroup } from "../archive/model.js";
import type { Range } from "../schema/box.js";
import { sizeOf } from "../schema/box.js";
import type { GridColumn } from "../schema/grid-batch.js";

/** Longer indices are made part by part: a header may claim any length. */
const LONG_INDEX = 1 << 20;

const DECODED = new WeakMap<TableGroup, KnownColumns>();

/** The known columns of a table, shared by all who read it. */
export function knownColumnsOf(group: TableGroup): KnownColumns {
  const known = DECODED.get(group) ?? new KnownColumns(group);
  DECODED.set(group, known);
  return known;
}

/** Columns of a table whose values stand in the plan, decoded once. */
class KnownColumns {
  readonly #decoded = new Map<TableColumn, KnownColumn>();

  constructor(readonly group: TableGroup) {}

  /** Whether a column is known without reading. */
  has(column: TableColumn): boolean {
    return column.values !== undefined || column.perSegment !== undefined;
  }

  /** All values of a column over its own axes. */
  whole(column: TableColumn): KnownColumn {
    const known = this.#decoded.get(column) ?? this.#decode(column);
    this.#decoded.set(column, known);
    return known;
  }

  /** The part of a column in a box of the table. @param segment position of the segment that the box lies in */
  slice(column: TableColumn, box: readonly Range[], segment: number): GridColumn {
    if (column.perSegment) return { field: column.field, axes: [], data: [column.perSegment[segment] ?? null] };
    const [axis] = column.axes;
    const length = axis === undefined ? 1 : (this.group.axes[axis]?.length ?? 0);
    if (axis !== undefined && column.values?.kind === "index" && length > LONG_INDEX) {
      const { values } = decodeKnownRange(column.values, length, box[axis] as Range);
      return { field: column.field, axes: column.axes, data: values };
    }
    const known = this.whole(column);
    const { values, validity } = axis === undefined ? known : sliceKnown(known, box[axis] as Range);
    const mask = validity && validity.zeros > 0 ? { validity } : {};
    return { field: column.field, axes: column.axes, data: values, ...mask };
  }

  #decode(column: TableColumn): KnownColumn {
    if (column.perSegment) return { values: this.#spread(column, column.perSegment) };
    if (!column.values) throw new TypeError(`${column.field.name} is not known`);
    return decodeKnown(column.values, sizeOf(column.axes.map((axis) => this.group.axes[axis]?.length ?? 0)));
  }

  /** One text per segment as one per cell of the joined axis. */
  #spread(column: TableColumn, texts: readonly string[]): string[] {
    const [axis] = column.axes;
    if (axis === undefined) return [texts[0] ?? ""];
    const out = new Array<string>(this.group.axes[axis]?.length ?? 0).fill("");
    for (const [i, { start, stop }] of this.group.segments.entries()) out.fill(texts[i] ?? "", start, stop);
    return out;
  }
}
