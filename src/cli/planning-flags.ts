import { boolean as booleanFlag, string as stringFlag } from "@oclif/core/flags";

/** The further flags of `convert`, which `explain` takes too: how files become tables, and what becomes of the destination. */
export const planningFlags = {
  format: stringFlag({
    options: ["parquet", "arrow"],
    default: "parquet",
    description: "arrow: one Arrow IPC stream on standard output",
  }),
  "part-size": stringFlag({ helpValue: "SIZE", description: "decoded bytes of a part at most (default 256MiB)" }),
  rename: stringFlag({ multiple: true, helpValue: "OLD=NEW", description: "another name for a column" }),
  "valid-range": stringFlag({
    options: ["mask", "report"],
    description: "values outside of what the files call valid: missing, or counted (default: they are values)",
  }),
  units: stringFlag({ multiple: true, helpValue: "COLUMN=UNIT", description: "converts a column, as in t2m=degC" }),
  dtype: stringFlag({
    multiple: true,
    helpValue: "COLUMN=TYPE",
    description: "type of a column's numbers, as in t2m=float32; what it cannot hold is an error",
  }),
  with: stringFlag({
    options: ["source", "scalars"],
    multiple: true,
    description: "further columns: the file's name, scalar coordinates",
  }),
  align: stringFlag({ helpValue: "exact|nearest:TOL", default: "exact", description: "when coordinates of two files are equal" }),
  "on-duplicate-time": stringFlag({
    options: ["error", "first", "last"],
    default: "error",
    description: "which file counts where several have a cell",
  }),
  "skip-damaged": booleanFlag({ description: "leave out files that are damaged, with a warning each" }),
  layout: stringFlag({
    options: ["parts", "hats", "huggingface"],
    description: "how parts lie in the folder: plainly, as a catalogue of the sky, or as a dataset with its card (default parts)",
  }),
  append: booleanFlag({
    exclusive: ["overwrite"],
    description: "add to what is there: inputs that are in it already are left out, those that have changed are replaced",
  }),
  overwrite: booleanFlag({ exclusive: ["append"], description: "replace what is there" }),
  "keep-replaced": booleanFlag({ description: "leave parts that are replaced to graticule gc" }),
  "dry-run": booleanFlag({ description: "read headers only, and predict chunks, requests, bytes, rows, size and memory" }),
};
