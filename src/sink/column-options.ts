import { GraticuleError } from "../errors.js";
import { hintOfNames } from "../expr/near-names.js";
import { requestedEncoding } from "../parquet/choose-encoding.js";
import type { EncodeOptions } from "../parquet/dense-column.js";
import { ENCODING } from "../parquet/format.js";
import type { SinkSpec } from "../plan/nodes.js";
import type { TablePlan } from "../plan/run.js";
import { outputFields } from "./describe-table.js";

type ColumnOptions = Pick<EncodeOptions, "encodingOf" | "pageVersion" | "bloomFilterOf">;

/** How the encoder is to treat each column. */
export function columnOptions({ encodings, pageVersion, bloomFilters }: SinkSpec): ColumnOptions {
  return {
    ...(encodings && {
      encodingOf: ({ name }) => {
        const asked = Object.hasOwn(encodings, name) ? encodings[name] : undefined;
        return asked && ENCODING[asked];
      },
    }),
    ...(pageVersion !== undefined && { pageVersion }),
    ...(bloomFilters && { bloomFilterOf: ({ name }) => (bloomFilters.includes(name) ? {} : undefined) }),
  };
}

/**
 * Holds what is asked of columns against the columns that there are, before anything is read.
 * @throws `usage` for a column that no table has, an encoding that its type has not, a Bloom filter of flags
 */
export function checkColumnOptions(sink: SinkSpec, tables: readonly TablePlan[]): void {
  const fields = tables.flatMap(outputFields);
  const names = [...new Set(fields.map(({ name }) => name))];
  for (const [flag, asked] of [
    ["--encoding", Object.keys(sink.encodings ?? {})],
    ["--bloom", sink.bloomFilters ?? []],
  ] as const)
    for (const name of asked)
      if (!names.includes(name))
        throw new GraticuleError("usage", `${flag}: the output has no column "${name}"`, { hint: hintOfNames(name, names) });
  const options = columnOptions(sink);
  for (const field of fields) {
    requestedEncoding(field, options);
    const items = field.type.kind === "list" ? field.type.item : field.type;
    if (items.kind === "bool" && sink.bloomFilters?.includes(field.name))
      throw new GraticuleError("usage", `--bloom ${field.name}: the format has no Bloom filters of truth values`, {
        variable: field.name,
      });
  }
}
