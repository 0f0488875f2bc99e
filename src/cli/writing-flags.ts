import { string as stringFlag } from "@oclif/core/flags";

/** How parts are written: the same for every command that plans a conversion. */
export const writingFlags = {
  compression: stringFlag({
    helpValue: "CODEC[:LEVEL]",
    default: "zstd",
    description: "zstd, snappy, gzip, lz4_raw or none",
  }),
  encoding: stringFlag({
    multiple: true,
    helpValue: "COLUMN=ENCODING",
    description:
      "PLAIN, DICTIONARY, DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT or RLE (default: by the values)",
  }),
  bloom: stringFlag({ multiple: true, helpValue: "COLUMN", description: "a Bloom filter of the column in every row group" }),
  geo: stringFlag({
    options: ["points", "cells", "none"],
    description: "a column geometry (GeoParquet): a point for each cell, or its outline (default none)",
  }),
  "page-version": stringFlag({ options: ["1", "2"], description: "layout of data pages (default 1, which all readers have)" }),
  "row-group-size": stringFlag({
    helpValue: "ROWS|SIZE",
    description: "rows of a row group at most (default 1048576), or with a unit their bytes before encoding: 64MB",
  }),
};
