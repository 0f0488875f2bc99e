import { GraticuleError } from "../errors.js";
import { CODEC, type CodecName, ENCODING, type EncodingName } from "../parquet/format.js";
import type { SinkSpec } from "../plan/nodes.js";

/** What `graticule convert` is asked; texts are as on the command line. */
export interface ConvertRequest {
  /** A file, directory or glob, or a list of them; `-` for a list on stdin. */
  readonly inputs: string | readonly string[];
  /** A folder, or one file where it ends in `.parquet`. */
  readonly out: string;
  /** Data variables; default: all. */
  readonly vars?: readonly string[];
  /** `W,S,E,N` or `[west, south, east, north]` in degrees; may wrap. */
  readonly bbox?: string | readonly [number, number, number, number];
  /** `START/END`, ISO 8601, in the data's own calendar. */
  readonly time?: string;
  /** A SQL predicate over columns. */
  readonly where?: string;
  /** Name of the only table, or which of several. */
  readonly table?: string;
  /** `zstd`, `snappy`, `gzip`, `lz4_raw` (`lz4`) or `none`, with `:level` for zstd and gzip. Default: zstd. */
  readonly compression?: string;
  /** By column: an encoding of its values, as Parquet names it, or `dictionary`. Default: what the values are best kept as. */
  readonly encoding?: Readonly<Record<string, string>>;
  /** Version of the data pages' layout; default 1, which all readers have. */
  readonly pageVersion?: 1 | 2;
  /** How parts lie in the destination: plainly, as a catalogue of the sky (HATS), or as a dataset of the Hugging Face Hub. Default: parts. */
  readonly layout?: "parts" | "hats" | "huggingface";
  /** A column `geometry` (GeoParquet): a point for each cell, or its outline. Default: none. */
  readonly geo?: "points" | "cells" | "none";
  /** Columns that get a Bloom filter in every row group. */
  readonly bloom?: readonly string[];
  /** Row order: as stored, or row-major over the whole array. Default: storage. */
  readonly order?: "storage" | "array";
  /** In place of `order`: columns with commas between them, each `asc` or `desc`, or `hilbert(x, y)`. */
  readonly sortBy?: string;
  /** Folders `name=value`, as Hive has them: columns, `year`, `month`, `day`, `lat_band(10)`, `cell(5)`, with commas between them. */
  readonly partitionBy?: string;
  /** Rows of a row group at most; default 1,048,576. */
  readonly rowGroupRows?: number;
  /** Bytes of a row group's rows before they are encoded, at most; in place of `rowGroupRows`. */
  readonly rowGroupBytes?: number;
  /** Decoded bytes of a part at most; default 256 MiB. */
  readonly partBytes?: number;
  /** Old name to new name of columns. */
  readonly rename?: Readonly<Record<string, string>>;
  /** By column: units to convert to, as UDUNITS writes them. */
  readonly units?: Readonly<Record<string, string>>;
  /** By column: type of its numbers; values that it cannot hold are an error. */
  readonly dtype?: Readonly<Record<string, string>>;
  /** Values outside of the files' `valid_min`, `valid_max`, `valid_range`: `mask` makes them missing, `report` counts them. Default: they are values. */
  readonly validRange?: "mask" | "report";
  readonly withSource?: boolean;
  readonly withScalars?: boolean;
  /** When coordinates of different files count as equal; default exact. */
  readonly align?: "exact" | { readonly nearest: number };
  readonly onDuplicateTime?: "error" | "first" | "last";
  /** Damaged files are left out with a warning; default: an error that names them. */
  readonly skipDamaged?: boolean;
  /** Worker threads; default: one per core. */
  readonly jobs?: number;
  /** Bytes of memory that the run may take; default 1 GB. */
  readonly memory?: number;
  readonly mode?: SinkSpec["mode"];
  /** Parts that are replaced stay until `gc` removes them: who reads them by an earlier snapshot has time to end. */
  readonly keepReplaced?: boolean;
  /** Plan and predict only. */
  readonly dryRun?: boolean;
}

/** Reads `codec[:level]`. @throws `usage`, `unsupported` */
export function parseCompression(text: string): SinkSpec["compression"] {
  const [name = "", level, ...rest] = text.split(":");
  const codec = (name === "lz4" ? "lz4_raw" : name) as CodecName;
  if (!Object.hasOwn(CODEC, codec) || rest.length > 0)
    throw new GraticuleError("usage", `no compression "${text}"`, {
      hint: "zstd, snappy, gzip, lz4_raw or none; zstd:3 and gzip:9 name a level",
    });
  if (level === undefined) return { codec };
  const [least, most] = codec === "zstd" ? [1, 22] : codec === "gzip" ? [1, 9] : [0, -1];
  const number = Number(level);
  if (most < least) throw new GraticuleError("usage", `${codec} has no levels; "${text}" names one`);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new GraticuleError("usage", `"${text}": ${codec} has levels ${least} to ${most}`);
  return { codec, level: number };
}

/** Reads `512MB`, `2GB`, `1.5GiB`, or bytes. @throws `usage` */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?$/i.exec(text.trim());
  if (!match) throw new GraticuleError("usage", `"${text}" is no size`, { hint: "write 512MB, 2GB or 1.5GiB" });
  const power = ["", "k", "m", "g", "t"].indexOf((match[2] ?? "").toLowerCase());
  return Math.round(Number(match[1]) * (match[3] ? 1024 : 1000) ** power);
}

/** Reads the name of an encoding. @throws `usage` */
export function parseEncoding(column: string, text: string): EncodingName {
  const asked = text.trim().toUpperCase();
  const name = asked === "DICTIONARY" || asked === "PLAIN_DICTIONARY" ? "RLE_DICTIONARY" : asked;
  if (Object.hasOwn(ENCODING, name)) return name as EncodingName;
  throw new GraticuleError("usage", `no encoding "${text}" for column "${column}"`, {
    hint: `there are ${Object.keys(ENCODING).join(", ")}`,
  });
}
