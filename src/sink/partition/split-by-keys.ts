import type { TimeReference } from "../../archive/model.js";
import type { PartitionKey } from "../../plan/partition-keys.js";
import type { Range } from "../../schema/box.js";
import type { BatchAxis, GridBatch, GridColumn } from "../../schema/grid-batch.js";
import { plainBatch, rowBatch } from "../plain-batch.js";
import { splitBatch, splitSelected } from "../split-batch.js";
import { hiveFolder } from "./hive-path.js";
import { keyTexts } from "./key-texts.js";

/** A key of the rows, with where its columns are among those that stand behind the output's. */
export interface PlacedKey {
  readonly key: PartitionKey;
  readonly columns: readonly { readonly at: number; readonly time?: TimeReference }[];
}

/** The rows of a batch that belong into one folder: kept indices along its axes. */
export interface PartitionedRows {
  readonly folder: string;
  readonly batch: GridBatch;
}

/** Cells that are taken as rows in one go, where a key does not vary along one axis alone. */
const ROWS = 1 << 16;

/**
 * Cuts a batch by its keys. Keys of coordinates cut the grid along its axes, and no row is looked at; rows that a predicate chose,
 * and keys of values, are gathered first. The order of rows stays.
 * @param apart which of the batch's columns are there for the keys, and in no part
 */
export function* splitByKeys(batch: GridBatch, keys: readonly PlacedKey[], apart: Range): Iterable<PartitionedRows> {
  let start = 0;
  const asRows = function* (rows: GridBatch): Iterable<PartitionedRows> {
    const own = numbered(rows, start);
    start += own.axes[0]?.length ?? 0;
    yield* splitAlongAxes(own, keys, apart);
  };
  if (batch.selection?.kind === "cells") {
    for (const piece of splitSelected(batch, ROWS)) yield* asRows(plainBatch(piece));
    return;
  }
  const isAlongAxes = batch.columns.slice(apart.start, apart.stop).every((column) => longAxesOf(batch, column).length <= 1);
  if (isAlongAxes) yield* splitAlongAxes(batch, keys, apart);
  else for (const piece of splitBatch(plainBatch(batch), ROWS)) yield* asRows(rowBatch(piece));
}

/** Rows of one batch follow each other; those of the next begin anew. */
function numbered({ axes, columns }: GridBatch, start: number): GridBatch {
  return { axes: axes.map(({ dim, length }) => ({ dim, start, length })), columns };
}

function longAxesOf({ axes }: GridBatch, column: GridColumn): readonly number[] {
  return column.axes.filter((axis) => (axes[axis] as BatchAxis).length > 1);
}

/** What a key says of one axis: a text for each class of its indices. */
interface AxisClass {
  readonly indices: Uint32Array;
  /** By key and, of keys over two columns, by column. */
  readonly texts: ReadonlyMap<string, string | null>;
}

/** @param batch without a selection of cells */
function* splitAlongAxes(batch: GridBatch, keys: readonly PlacedKey[], apart: Range): Iterable<PartitionedRows> {
  const keyed = plainBatch({ ...batch, columns: batch.columns.slice(apart.start, apart.stop) });
  const perAxis = new Map<
    number,
    { readonly slot: string; readonly codes: Uint32Array; readonly texts: readonly (string | null)[] }[]
  >();
  const constant = new Map<string, string | null>();
  for (const [k, { key, columns }] of keys.entries())
    for (const [c, { at, time }] of columns.entries()) {
      const column = keyed.columns[at] as GridColumn;
      const { codes, texts } = keyTexts(key, { ...column, ...(time && { time }) });
      const axis = longAxesOf(keyed, column)[0];
      const slot = `${k} ${c}`;
      if (axis === undefined) constant.set(slot, texts[codes[0] as number] ?? null);
      else perAxis.set(axis, [...(perAxis.get(axis) ?? []), { slot, codes, texts }]);
    }
  const axes = [...perAxis.keys()];
  const classes = axes.map((axis) => classesOf(perAxis.get(axis) ?? [], (keyed.axes[axis] as BatchAxis).length));
  const selected = batch.selection?.kind === "axes" ? batch.selection.perAxis : [];
  const whole = { axes: batch.axes, columns: batch.columns.filter((_, c) => c < apart.start || c >= apart.stop) };
  for (const chosen of combinations(classes)) {
    const textOf = (slot: string): string | null =>
      constant.get(slot) ?? chosen.map(({ texts }) => texts.get(slot)).find((text) => text !== undefined) ?? null;
    const folder = keys
      .map(({ key, columns }, k) => {
        const texts = columns.map((_, c) => textOf(`${k} ${c}`));
        return hiveFolder(key.name, texts.includes(null) ? null : texts.join("_"));
      })
      .join("/");
    // Relative to the batch's own box, which says how its rows follow those of other batches.
    const kept = batch.axes.map((_, axis): Uint32Array | null => {
      const before = selected[axis] ?? null;
      const own = chosen[axes.indexOf(axis)]?.indices;
      if (!own || own.length === keyed.axes[axis]?.length) return before;
      return before ? own.map((i) => before[i] as number) : own;
    });
    yield { folder, batch: kept.some((own) => own) ? { ...whole, selection: { kind: "axes", perAxis: kept } } : whole };
  }
}

function classesOf(
  keys: readonly { readonly slot: string; readonly codes: Uint32Array; readonly texts: readonly (string | null)[] }[],
  length: number,
): AxisClass[] {
  // One number for the codes of all keys.
  let codes = keys[0]?.codes ?? new Uint32Array(length);
  for (const { codes: more, texts } of keys.slice(1)) {
    const known = new Map<number, number>();
    codes = codes.map((code, i) => {
      const both = code * texts.length + (more[i] as number);
      const own = known.get(both) ?? known.size;
      known.set(both, own);
      return own;
    });
  }
  const counts: number[] = [];
  for (let i = 0; i < length; i++) counts[codes[i] as number] = (counts[codes[i] as number] ?? 0) + 1;
  const found: (Uint32Array | undefined)[] = [];
  const filled: number[] = [];
  const order: Uint32Array[] = [];
  for (let i = 0; i < length; i++) {
    const code = codes[i] as number;
    let own = found[code];
    if (!own) {
      own = new Uint32Array(counts[code] as number);
      found[code] = own;
      filled[code] = 0;
      order.push(own);
    }
    own[filled[code] as number] = i;
    filled[code] = (filled[code] as number) + 1;
  }
  return order.map((indices) => ({
    indices,
    texts: new Map(keys.map(({ slot, codes: own, texts }) => [slot, texts[own[indices[0] as number] as number] ?? null])),
  }));
}

function* combinations(classes: readonly (readonly AxisClass[])[]): Iterable<AxisClass[]> {
  const [first, ...rest] = classes;
  if (!first) {
    yield [];
    return;
  }
  for (const own of first) for (const others of combinations(rest)) yield [own, ...others];
}
