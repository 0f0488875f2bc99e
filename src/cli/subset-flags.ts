import { string as stringFlag } from "@oclif/core/flags";

/** What of an archive is wanted: the same for every command that plans a conversion. */
export const subsetFlags = {
  vars: stringFlag({ helpValue: "A,B", description: "data variables; all where absent" }),
  bbox: stringFlag({ helpValue: "W,S,E,N", description: "cells whose centre lies in the box, in degrees; it may wrap" }),
  time: stringFlag({
    helpValue: "START/END",
    description: "ISO 8601, either side open, in the data's own calendar; a month means all of it",
  }),
  where: stringFlag({ helpValue: "SQL", description: "a predicate over columns" }),
  table: stringFlag({ helpValue: "NAME", description: "name of the only table, or which of several" }),
  order: stringFlag({
    options: ["storage", "array"],
    default: "storage",
    description: "rows as chunks are stored, or row-major over the array",
  }),
  "sort-by": stringFlag({
    helpValue: "A,B desc",
    description: "rows by these columns in place of --order, or along a curve: hilbert(lon,lat)",
  }),
  "partition-by": stringFlag({
    helpValue: "A,B",
    description: "folders name=value, as Hive has them: columns, year, month, day, lat_band(10), cell(5)",
  }),
  memory: stringFlag({ helpValue: "SIZE", default: "1GB", description: "memory that the run may take" }),
};

/** Names in a list of `--vars`. */
export function namesIn(list: string): string[] {
  return list
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
}
