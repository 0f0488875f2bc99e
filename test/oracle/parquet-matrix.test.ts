import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { tableFromIPC } from "apache-arrow";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import * as wasm from "parquet-wasm";
import { read } from "../../src/dataframe/read.js";
import { arrowSchemaText } from "../../src/parquet/arrow-schema.js";
import { compressorFor } from "../../src/parquet/compress.js";
import { encodeValues } from "../../src/parquet/encode-values.js";
import { ParquetFileWriter } from "../../src/parquet/file-writer.js";
import { ENCODING, type PageCodec } from "../../src/parquet/format.js";
import { type ColumnType, carrierOf } from "../../src/schema/field.js";
import type { RowType, Vector } from "../../src/schema/row-batch.js";
import { cellsOf } from "../../src/schema/row-cells.js";
import { temporaryFolder } from "../support/parquet.js";
import { type Canonical, canonicalOf, type MatrixColumn, matrixColumns } from "./parquet-matrix-columns.js";

/** All codecs, layouts and sizes together take minutes: `npm run matrix`. Otherwise each codec has one size, and each size one codec. */
const isWhole = process.env.GRATICULE_MATRIX === "full";
const CODECS: readonly PageCodec[] = ["none", "snappy", "gzip", "zstd", "lz4_raw"];
const VERSIONS = [1, 2] as const;
const GROUP_ROWS = [1, 7, 8, 9];
const isWanted = (codec: PageCodec, rows: number): boolean => isWhole || codec === "zstd" || rows === 9;
/** Row groups of a file. */
const GROUPS = 3;
/** So that row groups of nine rows have two pages. */
const PAGE_ROWS = 8;

const columns = matrixColumns();
const folder = temporaryFolder();
afterAll(() => folder.remove());

interface MatrixFile {
  readonly path: string;
  readonly rows: number;
}

async function write(path: string, written: readonly MatrixColumn[], groupRows: number, codec: PageCodec, pageVersion: 1 | 2) {
  const compress = await compressorFor({ codec });
  const own = written.map((one) => ({ one, ...one.column(0, 0) }));
  const encodings = new Map(own.map(({ one, field }) => [field.name, one.encoding]));
  const options = {
    codec,
    compress,
    pageVersion,
    pageRows: PAGE_ROWS,
    encodingOf: ({ name }: { readonly name: string }) => {
      const encoding = encodings.get(name);
      return encoding ? ENCODING[encoding] : undefined;
    },
  };
  const fields = own.map(({ field }) => field);
  const writer = new ParquetFileWriter(path, {
    fields,
    keyValues: { "ARROW:schema": await arrowSchemaText(fields, {}) },
    createdBy: "graticule version 0",
  });
  for (let group = 0; group < GROUPS; group++) {
    const encoded = written.map((one) => encodeValues(one.column(group * groupRows, groupRows), groupRows, options));
    writer.append({ rows: groupRows, columns: encoded });
  }
  writer.finish();
}

function expectedOf(rows: number): Record<string, readonly Canonical[]> {
  return Object.fromEntries(columns.map((one) => [one.name, Array.from({ length: rows }, (_, row) => one.at(row))]));
}

function canonical(type: ColumnType, value: unknown, own: (item: ColumnType, value: unknown) => unknown): Canonical {
  if (type.kind !== "list" || value === null || value === undefined) return canonicalOf(type, own(type, value));
  return Array.from(value as Iterable<unknown>, (item) => canonicalOf(type.item, own(type.item, item)));
}

/** hyparquet gives decimals as doubles, which hold no more digits than this. */
const DIGITS_OF_DOUBLES = 15;

function fromHyparquet(type: ColumnType, value: unknown): unknown {
  return type.kind === "decimal" && typeof value === "number" ? Math.round(value * 10 ** type.scale) : value;
}

async function withHyparquet(path: string): Promise<Record<string, readonly Canonical[]>> {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const parsers = {
    timestampFromMilliseconds: String,
    timestampFromMicroseconds: String,
    timestampFromNanoseconds: String,
    dateFromDays: String,
    stringFromBytes: (text: Uint8Array) => Buffer.from(text).toString(),
  };
  const rows = await parquetReadObjects({ file, compressors, parsers: parsers as never, utf8: false });
  const read = columns.filter(({ type }) => {
    const item = type.kind === "list" ? type.item : type;
    return item.kind !== "decimal" || item.precision <= DIGITS_OF_DOUBLES;
  });
  return Object.fromEntries(read.map(({ name, type }) => [name, rows.map((row) => canonical(type, row[name], fromHyparquet))]));
}

const PER_MILLISECOND = { ms: 1, us: 1000, ns: 1_000_000 } as const;

/** Arrow gives moments as milliseconds, which these here are whole ones of, days too, and decimals as words. */
function fromArrow(type: ColumnType, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (type.kind === "timestamp") return BigInt(value as number) * BigInt(PER_MILLISECOND[type.unit ?? "us"]);
  if (type.kind === "date") return Number(value) / 86_400_000;
  if (type.kind !== "decimal") return value;
  const words = Array.from(value as Uint32Array, BigInt);
  return BigInt.asIntN(
    32 * words.length,
    words.reduceRight((all, word) => (all << 32n) | word, 0n),
  );
}

function withParquetWasm(path: string): Record<string, readonly Canonical[]> {
  const table = tableFromIPC(wasm.readParquet(readFileSync(path)).intoIPCStream());
  return Object.fromEntries(
    columns.map(({ name, type }) => [
      name,
      Array.from(table.getChild(name) as Iterable<unknown>, (value) => canonical(type, value, fromArrow)),
    ]),
  );
}

/** Times and decimals as the numbers that they are stored as. */
function storedType(type: RowType): RowType {
  if (type.kind === "timestamp" || type.kind === "time" || type.kind === "date") return { kind: "number", name: "int64" };
  if (type.kind === "decimal") return { ...type, scale: 0 };
  return type.kind === "list" ? { kind: "list", item: { ...type.item, type: storedType(type.item.type) } } : type;
}

async function withOurs(path: string): Promise<Record<string, readonly Canonical[]>> {
  const found: Record<string, Canonical[]> = {};
  for await (const batch of read(path))
    for (const [i, { name, type }] of batch.fields.entries()) {
      const cell = cellsOf(storedType(type), batch.columns[i] as Vector);
      const own = columns.find((column) => column.name === name)?.type as ColumnType;
      const cells = Array.from({ length: batch.rows }, (_, row) => canonical(own, cell(row), (_type, value) => value));
      found[name] = [...(found[name] ?? []), ...cells];
    }
  return found;
}

/** The columns that differ, so that a failure is short. */
function differing(found: Record<string, readonly Canonical[]>, expected: Record<string, readonly Canonical[]>): string[] {
  return Object.keys(found).flatMap((name) => {
    const [own, theirs] = [JSON.stringify(expected[name]), JSON.stringify(found[name])];
    return own === theirs ? [] : [`${name}: ${theirs?.slice(0, 300)}, not ${own.slice(0, 300)}`];
  });
}

const files: MatrixFile[] = [];
const expected: Record<number, Record<string, readonly Canonical[]>> = {};

beforeAll(async () => {
  for (const rows of GROUP_ROWS) {
    expected[rows * GROUPS] = expectedOf(rows * GROUPS);
    for (const codec of CODECS.filter((one) => isWanted(one, rows)))
      for (const version of VERSIONS) {
        const path = join(folder.path, `${codec}-v${version}-${rows}.parquet`);
        await write(path, columns, rows, codec, version);
        files.push({ path, rows: rows * GROUPS });
      }
  }
});

/** DuckDB and Polars have no byte planes of what is stored as byte strings of one length. */
const planesOfBytes = columns.flatMap(({ name, type, encoding }) => {
  const carrier = carrierOf(type);
  return encoding === "BYTE_STREAM_SPLIT" && (carrier === "float16" || typeof carrier === "object") ? [name] : [];
});
/** DuckDB gives times of day to Arrow in microseconds. */
const nanosecondTimes = columns.flatMap(({ name, type }) => {
  const item = type.kind === "list" ? type.item : type;
  return item.kind === "time" && item.unit === "ns" ? [name] : [];
});
const UNKNOWN = { with_duckdb: [...planesOfBytes, ...nanosecondTimes], with_polars: planesOfBytes };

/** What pyarrow calls some of the types. */
const ARROW_TYPES = {
  "float16 null none": "halffloat",
  "decimal9 null none": "decimal128(9, 2)",
  "decimal30 null none": "decimal128(30, 6)",
  "date null none": "date32[day]",
  "time ms null none": "time32[ms]",
  "time ns null none": "time64[ns]",
  "timestamp null none": "timestamp[us]",
  "timestamp ns null none": "timestamp[ns]",
  "moment us null none": "timestamp[us, tz=UTC]",
  "bytes3 null none": "fixed_size_binary[3]",
  "uint64 null none": "uint64",
};

describe(`${columns.length} columns of every type, encoding and pattern of nulls, by readers that are not ours, and by ours`, () => {
  describe.each(CODECS)("%s", (codec) => {
    describe.each(VERSIONS)("data pages v%i", (version) => {
      test.each(GROUP_ROWS.filter((rows) => isWanted(codec, rows)))("row groups of %i", async (rows) => {
        const path = join(folder.path, `${codec}-v${version}-${rows}.parquet`);
        const own = expected[rows * GROUPS] as Record<string, readonly Canonical[]>;
        expect(differing(await withHyparquet(path), own)).toEqual([]);
        expect(differing(withParquetWasm(path), own)).toEqual([]);
        expect(differing(await withOurs(path), own)).toEqual([]);
      });
    });
  });

  const python = process.env.GRATICULE_PYTHON;
  const hasPython = python !== undefined && existsSync(python);
  const name = `pyarrow, DuckDB and Polars read them as they were${hasPython ? "" : " (GRATICULE_PYTHON names no Python)"}`;
  (hasPython ? test : test.skip)(
    name,
    () => {
      const request = JSON.stringify({ expected, files, unknown: UNKNOWN, types: ARROW_TYPES });
      const script = join(import.meta.dirname, "parquet-matrix.py");
      const { stdout, stderr } = spawnSync(python as string, [script], { input: request, encoding: "utf8", maxBuffer: 1 << 28 });
      const lines = stdout.split("\n");
      expect(lines.filter((line) => line.startsWith("differs")).slice(0, 20)).toEqual([]);
      expect([stderr, lines.at(-2)]).toEqual([expect.anything(), expect.stringMatching(/^done with_pyarrow/)]);
    },
    600_000,
  );
});
