import { GraticuleError } from "../../errors.js";
import { compareCodePoints } from "../../expr/compare-text.js";
import { exprData } from "../../scan/parquet-columns.js";
import { isSet } from "../../schema/bitmap.js";
import type { RowBatch, Vector } from "../../schema/row-batch.js";
import { takeRows } from "../../schema/take-rows.js";
import type { OrderKey } from "./parse-select.js";
import type { RowExpression } from "./row-expression.js";

/** Rows that are held to be ordered; with a limit, what cannot be among the first is let go of. */
const MOST = 2_000_000;
const SPARE = 100_000;

type Key = ArrayLike<number | bigint | string | null>;

interface Held {
  readonly batch: RowBatch;
  readonly keys: readonly { readonly values: Key; readonly vector: Vector }[];
}

/** Rows in the order of keys, and of their appearance where those are equal; null and NaN come last unless asked for first. */
export class RowOrder {
  #held: Held[] = [];
  #rows = 0;

  /** @param limit rows that are wanted, from the first on */
  constructor(
    readonly order: readonly OrderKey[],
    readonly keys: readonly RowExpression[],
    readonly limit: number,
  ) {}

  /** @param source rows that keys are computed of @param batch the same rows as they are given out */
  add(source: RowBatch, batch: RowBatch): void {
    const keys = this.keys.map((key) => {
      const vector = key.of(source);
      return { values: exprData(key.field, vector).data as Key, vector };
    });
    this.#held.push({ batch, keys });
    this.#rows += batch.rows;
    if (this.#rows > this.limit + Math.max(SPARE, this.limit)) this.#keep(this.#sorted().slice(0, this.limit));
    if (this.#rows > MOST)
      throw new GraticuleError("unsupported", `ORDER BY of more than ${MOST} rows`, {
        hint: "add a LIMIT, or let DuckDB order them",
      });
  }

  /** @param from rows that are passed over */
  *sorted(from: number): Iterable<RowBatch> {
    const all = this.#sorted().slice(from, this.limit);
    for (let start = 0; start < all.length; ) {
      const held = (all[start] as readonly [number, number])[0];
      let stop = start + 1;
      while (all[stop]?.[0] === held) stop++;
      const rows = Uint32Array.from(all.slice(start, stop), ([, row]) => row);
      const { batch } = this.#held[held] as Held;
      yield { ...batch, rows: rows.length, columns: batch.columns.map((column) => takeRows(column, rows)) };
      start = stop;
    }
  }

  #sorted(): (readonly [held: number, row: number])[] {
    const all = this.#held.flatMap(({ batch }, held) => Array.from({ length: batch.rows }, (_, row) => [held, row] as const));
    return all.sort(
      ([h, row], [g, other]) => this.#compare(this.#held[h] as Held, row, this.#held[g] as Held, other) || h - g || row - other,
    );
  }

  #compare(a: Held, row: number, b: Held, other: number): number {
    for (const [i, { isDescending, nullsFirst }] of this.order.entries()) {
      const [x, y] = [valueAt(a.keys[i], row), valueAt(b.keys[i], other)];
      if (x === null || y === null) {
        if (x === y) continue;
        return (x === null) === nullsFirst ? -1 : 1;
      }
      const order =
        typeof x === "string" || typeof y === "string" ? compareCodePoints(String(x), String(y)) : x < y ? -1 : x > y ? 1 : 0;
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  }

  #keep(rows: readonly (readonly [number, number])[]): void {
    const kept: Held[] = [];
    for (const [at, { batch, keys }] of this.#held.entries()) {
      const own = Uint32Array.from(rows.flatMap(([held, row]) => (held === at ? [row] : []))).sort();
      if (own.length === 0) continue;
      kept.push({
        batch: { ...batch, rows: own.length, columns: batch.columns.map((column) => takeRows(column, own)) },
        keys: keys.map(({ values, vector }) => ({
          values: Array.from(own, (row) => values[row] ?? null),
          vector: takeRows(vector, own),
        })),
      });
    }
    this.#held = kept;
    this.#rows = rows.length;
  }
}

function valueAt(key: Held["keys"][number] | undefined, row: number): number | bigint | string | null {
  const value = key?.values[row] ?? null;
  if (value === null || Number.isNaN(value) || (key?.vector.validity && !isSet(key.vector.validity, row))) return null;
  return value;
}
