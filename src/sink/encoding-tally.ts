import { ENCODING, type EncodingName } from "../parquet/format.js";
import type { EncodedRowGroup } from "../parquet/row-group.js";
import type { Field } from "../schema/field.js";

/** Of each column by its name: the encodings of its values. */
export type ColumnEncodings = Readonly<Record<string, readonly EncodingName[]>>;

/** Which encodings the columns of a part's row groups have. */
export class EncodingTally {
  readonly #seen: Set<EncodingName>[] = [];

  add({ columns }: EncodedRowGroup): void {
    for (const [c, { metadata }] of columns.entries()) {
      this.#seen[c] ??= new Set();
      // ColumnMetaData.encodings: that of the values first, then of levels and dictionary.
      const encodings = metadata.value.get(2);
      const first = encodings?.type === "list" ? encodings.value[0] : undefined;
      const name = NAMES.find((own) => first?.type === "i32" && first.value === ENCODING[own]);
      if (name) this.#seen[c].add(name);
    }
  }

  of(fields: readonly Field[]): ColumnEncodings {
    return Object.fromEntries(fields.map(({ name }, c) => [name, [...(this.#seen[c] ?? [])]]));
  }
}

const NAMES = Object.keys(ENCODING) as EncodingName[];

/** The encodings of several parts together, each once. */
export function uniteEncodings(parts: readonly (ColumnEncodings | undefined)[]): ColumnEncodings {
  const all = new Map<string, Set<EncodingName>>();
  for (const part of parts)
    for (const [column, names] of Object.entries(part ?? {})) {
      const own = all.get(column) ?? new Set();
      for (const name of names) own.add(name);
      all.set(column, own);
    }
  return Object.fromEntries([...all].map(([column, names]) => [column, [...names].sort()]));
}
