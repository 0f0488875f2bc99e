import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  Bool,
  type Data,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  DurationMicrosecond,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampNanosecond,
  TimestampSecond,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  Uint8,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { type FileMetaData, parquetMetadata, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { readParquet } from "parquet-wasm";
import { writeParquet } from "../../src/dataframe/write-parquet.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "graticule-arrow-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 1000;
const TEXTS = ["Wien", null, "Bern", "", "Zürich"];

/** Every third value is missing, in the bits that Arrow keeps. */
function bits(length: number): Uint8Array {
  const out = new Uint8Array((length + 7) >> 3);
  for (let i = 0; i < length; i++) if (i % 3 !== 0) out[i >> 3] = (out[i >> 3] as number) | (1 << (i & 7));
  return out;
}
const present = (i: number): boolean => i % 3 !== 0;

const TYPES: Readonly<Record<string, { data: Data; at: (i: number) => unknown }>> = {
  float32: {
    data: makeData({ type: new Float32(), length: ROWS, data: Float32Array.from({ length: ROWS }, (_, i) => i / 8) }),
    at: (i) => i / 8,
  },
  float64: {
    data: makeData({
      type: new Float64(),
      length: ROWS,
      data: Float64Array.from({ length: ROWS }, (_, i) => i / 3),
      nullBitmap: bits(ROWS),
    }),
    at: (i) => (present(i) ? i / 3 : null),
  },
  int8: {
    data: makeData({
      type: new Int8(),
      length: ROWS,
      data: Int8Array.from({ length: ROWS }, (_, i) => (i % 200) - 100),
      nullBitmap: bits(ROWS),
    }),
    at: (i) => (present(i) ? (i % 200) - 100 : null),
  },
  uint8: {
    data: makeData({ type: new Uint8(), length: ROWS, data: Uint8Array.from({ length: ROWS }, (_, i) => i & 255) }),
    at: (i) => i & 255,
  },
  int64: {
    data: makeData({
      type: new Int64(),
      length: ROWS,
      data: BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(i) * 2n ** 50n),
    }),
    at: (i) => BigInt(i) * 2n ** 50n,
  },
  flag: {
    data: vectorFromArray(
      Array.from({ length: ROWS }, (_, i) => (i % 7 === 0 ? null : i % 2 === 0)),
      new Bool(),
    ).data[0] as Data,
    at: (i) => (i % 7 === 0 ? null : i % 2 === 0),
  },
  text: {
    data: vectorFromArray(
      Array.from({ length: ROWS }, (_, i) => TEXTS[i % 5] as string),
      new Utf8(),
    ).data[0] as Data,
    at: (i) => TEXTS[i % 5],
  },
  category: {
    data: vectorFromArray(
      Array.from({ length: ROWS }, (_, i) => TEXTS[i % 5] as string),
      new Dictionary(new Utf8(), new Int32()),
    ).data[0] as Data,
    at: (i) => TEXTS[i % 5],
  },
  pair: {
    data: makeData({
      type: new FixedSizeList(2, new Field("item", new Int32(), true)),
      length: ROWS,
      nullCount: 0,
      child: makeData({ type: new Int32(), length: 2 * ROWS, data: Int32Array.from({ length: 2 * ROWS }, (_, i) => i) }),
    }),
    at: (i) => [2 * i, 2 * i + 1],
  },
  list: {
    data: vectorFromArray(
      Array.from({ length: ROWS }, (_, i) => (i % 4 === 0 ? null : Array.from({ length: i % 4 }, (_, k) => i + k))),
      new List(new Field("item", new Float64(), true)),
    ).data[0] as Data,
    at: (i) => (i % 4 === 0 ? null : Array.from({ length: i % 4 }, (_, k) => i + k)),
  },
};

function tableOf(names: readonly string[]): Table {
  const fields = names.map((name) => new Field(name, (TYPES[name] as { data: Data }).data.type, true, new Map([["units", "K"]])));
  const schema = new Schema(fields, new Map([["title", "a test"]]));
  const children = names.map((name) => (TYPES[name] as { data: Data }).data);
  return new Table(schema, new RecordBatch(schema, makeData({ type: new Struct(fields), length: ROWS, nullCount: 0, children })));
}

const plain = (value: unknown): unknown =>
  value === null || value === undefined
    ? null
    : ArrayBuffer.isView(value) || Array.isArray(value)
      ? Array.from(value as ArrayLike<unknown>, plain)
      : typeof value === "object" && Symbol.iterator in value
        ? [...(value as Iterable<unknown>)].map(plain)
        : value;

function fileOf(path: string): ArrayBuffer {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

function footerOf(path: string): FileMetaData {
  return parquetMetadata(fileOf(path));
}

async function expectRows(path: string, names: readonly string[], rows: readonly number[]): Promise<void> {
  const read = await parquetReadObjects({ file: fileOf(path), compressors });
  const rust = tableFromIPC(readParquet(readFileSync(path)).intoIPCStream());
  expect(read.length).toBe(rows.length);
  for (const name of names) {
    const expected = rows.map((i) => plain((TYPES[name] as (typeof TYPES)[string]).at(i)));
    expect([name, read.map((row) => plain(row[name]))]).toEqual([name, expected]);
    const column = rust.getChild(name);
    expect([name, rows.map((_, i) => plain(column?.get(i)))]).toEqual([name, expected]);
  }
}

const all = Array.from({ length: ROWS }, (_, i) => i);

describe("Arrow data as Parquet", () => {
  test.each(Object.keys(TYPES))("a column of %s is read by others as it was", async (name) => {
    const path = join(folder, `${name}.parquet`);
    const written = await writeParquet(tableOf([name]), path, { rowGroupRows: 256 });
    expect(written.rows).toBe(ROWS);
    await expectRows(path, [name], all);
  });

  test("slices of record batches begin in the middle of a byte of validity", async () => {
    const names = Object.keys(TYPES);
    const [batch] = tableOf(names).batches as [RecordBatch];
    const pieces = [batch.slice(3, 14), batch.slice(14, 14), batch.slice(501, 999)];
    const path = join(folder, "slices.parquet");
    await writeParquet(pieces, path);
    await expectRows(path, names, [...all.slice(3, 14), ...all.slice(501, 999)]);
  });

  test("the metadata of fields and schema stands in the footer", async () => {
    const path = join(folder, "metadata.parquet");
    await writeParquet(tableOf(["float32"]), path);
    const entries = new Map(footerOf(path).key_value_metadata?.map(({ key, value }) => [key, value]));
    expect(entries.get("title")).toBe("a test");
    const message = Buffer.from(entries.get("ARROW:schema") ?? "", "base64");
    const { schema } = tableFromIPC(Buffer.concat([message, Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])]));
    expect(schema.fields[0]?.metadata.get("units")).toBe("K");
  });

  test.each([
    ["a stream in one piece", () => tableToIPC(tableOf(["float64", "text"]), "stream")],
    ["a file in one piece", () => tableToIPC(tableOf(["float64", "text"]), "file")],
    [
      "a stream in many pieces",
      () => {
        const bytes = tableToIPC(tableOf(["float64", "text"]), "stream");
        return Readable.from(
          Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i) => bytes.subarray(i * 1000, (i + 1) * 1000)),
        );
      },
    ],
  ])("IPC: %s", async (name, source) => {
    const path = join(folder, `${name}.parquet`);
    await writeParquet(source(), path);
    await expectRows(path, ["float64", "text"], all);
  });

  test("a table without rows is a file with its columns", async () => {
    const path = join(folder, "empty.parquet");
    expect(await writeParquet(new Table(tableOf(["list", "text"]).schema), path)).toMatchObject({ rows: 0 });
    expect(footerOf(path).schema.map(({ name }) => name)).toEqual(expect.arrayContaining(["list", "text"]));
  });

  test("what is there stays, unless it is to be replaced", async () => {
    const path = join(folder, "twice.parquet");
    await writeParquet(tableOf(["int8"]), path);
    const before = readFileSync(path);
    await expect(writeParquet(tableOf(["float32"]), path)).rejects.toMatchObject({ tag: "conflict", file: path });
    expect(readFileSync(path)).toEqual(before);
    await writeParquet(tableOf(["float32"]), path, { mode: "overwrite" });
    await expectRows(path, ["float32"], all);
  });

  test("a failure leaves nothing", async () => {
    const own = mkdtempSync(join(folder, "failed-"));
    const path = join(own, "x.parquet");
    async function* broken(): AsyncGenerator<RecordBatch> {
      yield tableOf(["int8"]).batches[0] as RecordBatch;
      throw new Error("the source broke");
    }
    await expect(writeParquet(broken(), path)).rejects.toThrow("the source broke");
    const stream = tableToIPC(tableOf(["float64"]), "stream");
    await expect(writeParquet(stream.subarray(0, 4000), path)).rejects.toMatchObject({ tag: "malformed" });
    await expect(writeParquet(Buffer.from("no arrow at all, but text"), path)).rejects.toMatchObject({ tag: "malformed" });
    expect(readdirSync(own)).toEqual([]);
  });

  test("types without a column are named", async () => {
    const type = new DurationMicrosecond();
    const schema = new Schema([new Field("span", type, true)]);
    await expect(writeParquet(new Table(schema), join(folder, "span.parquet"))).rejects.toMatchObject({
      tag: "unsupported",
      variable: "span",
      message: expect.stringContaining("Duration"),
    });
  });

  test("moments, days, halves, decimals and byte strings of one length", async () => {
    const decimals = new Uint32Array(new BigInt64Array([12345n, 0n, -12345n, -1n, 7n, 0n]).buffer);
    const columns: Record<string, Data> = {
      seconds: makeData({ type: new TimestampSecond(), length: 3, data: BigInt64Array.of(-1n, 0n, 1_700_000_000n) }),
      nanoseconds: makeData({
        type: new TimestampNanosecond("UTC"),
        length: 3,
        data: BigInt64Array.of(-1n, 5n, 1_700_000_000_123_456_789n),
      }),
      day: makeData({ type: new DateDay(), length: 3, data: Int32Array.of(-1, 0, 20_000) }),
      date: makeData({ type: new DateMillisecond(), length: 3, data: BigInt64Array.of(-86_400_000n, 0n, 1_728_000_000_000n) }),
      clock: makeData({ type: new TimeMicrosecond(), length: 3, data: BigInt64Array.of(0n, 1n, 86_399_999_999n) }),
      half: makeData({ type: new Float16(), length: 3, data: Uint16Array.of(0x3c00, 0xc000, 0x3800) }),
      narrow: makeData({ type: new Decimal(2, 7, 128), length: 3, data: decimals }),
      wide: makeData({ type: new Decimal(2, 12, 128), length: 3, data: decimals }),
      long: makeData({ type: new Decimal(2, 30, 128), length: 3, data: decimals }),
      code: makeData({ type: new FixedSizeBinary(2), length: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }),
    };
    const schema = new Schema(Object.entries(columns).map(([name, { type }]) => new Field(name, type, true)));
    const children = Object.values(columns);
    const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 3, nullCount: 0, children }));
    const path = join(folder, "types.parquet");
    await writeParquet([batch], path);
    const parsers = {
      timestampFromMilliseconds: (ms: bigint) => `${ms} ms`,
      timestampFromNanoseconds: (ns: bigint) => `${ns} ns`,
      dateFromDays: (days: number) => `day ${days}`,
    } as never;
    const rows = await parquetReadObjects({ file: fileOf(path), compressors, parsers, utf8: false });
    expect(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])))).toEqual([
      {
        seconds: "-1000 ms",
        nanoseconds: "-1 ns",
        day: "day -1",
        date: "day -1",
        clock: 0n,
        half: 1,
        narrow: 123.45,
        wide: 123.45,
        long: 123.45,
        code: [1, 2],
      },
      {
        seconds: "0 ms",
        nanoseconds: "5 ns",
        day: "day 0",
        date: "day 0",
        clock: 1n,
        half: -2,
        narrow: -123.45,
        wide: -123.45,
        long: -123.45,
        code: [3, 4],
      },
      {
        seconds: "1700000000000 ms",
        nanoseconds: "1700000000123456789 ns",
        day: "day 20000",
        date: "day 20000",
        clock: 86_399_999_999n,
        half: 0.5,
        narrow: 0.07,
        wide: 0.07,
        long: 0.07,
        code: [5, 6],
      },
    ]);
  });

  test("batches of other columns are refused", async () => {
    const batches = [tableOf(["int8"]).batches[0] as RecordBatch, tableOf(["float32"]).batches[0] as RecordBatch];
    await expect(writeParquet(batches, join(folder, "mixed.parquet"))).rejects.toMatchObject({ tag: "usage" });
    await expect(writeParquet([], join(folder, "none.parquet"))).rejects.toMatchObject({ tag: "usage" });
  });

  test("timestamps keep their microseconds", async () => {
    const instants = BigInt64Array.of(-1n, 0n, 1_700_000_000_123_456n);
    const data = makeData({ type: new TimestampMicrosecond(), length: 3, data: instants });
    const schema = new Schema([new Field("time", data.type, true)]);
    const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 3, nullCount: 0, children: [data] }));
    const path = join(folder, "time.parquet");
    await writeParquet([batch], path);
    const rust = tableFromIPC(readParquet(readFileSync(path)).intoIPCStream()).getChild("time");
    expect(rust?.data.flatMap((part) => [...(part.values as BigInt64Array)])).toEqual([...instants]);
  });

  test("tables of plain arrays are taken", async () => {
    const path = join(folder, "plain.parquet");
    await writeParquet(tableFromArrays({ x: Float32Array.of(1, 2, 3), name: ["a", "b", "a"] }), path);
    expect(await parquetReadObjects({ file: fileOf(path), compressors })).toEqual([
      { x: 1, name: "a" },
      { x: 2, name: "b" },
      { x: 3, name: "a" },
    ]);
  });
});
