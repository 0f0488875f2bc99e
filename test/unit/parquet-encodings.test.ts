import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { compressors } from "hyparquet-compressors";
import { compressorFor } from "../../src/parquet/compress.js";
import type { DenseColumn, EncodeOptions } from "../../src/parquet/dense-column.js";
import { encodeValues } from "../../src/parquet/encode-values.js";
import { ParquetFileWriter } from "../../src/parquet/file-writer.js";
import { ENCODING, type EncodingName } from "../../src/parquet/format.js";
import { compressLz4, lz4Bound } from "../../src/parquet/lz4.js";
import type { ColumnType } from "../../src/schema/field.js";
import { field, temporaryFolder } from "../support/parquet.js";
import { metadataOf, plain, readWithHyparquet, readWithParquetWasm } from "./parquet-readers.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const number = (name: Extract<ColumnType, { kind: "number" }>["name"]): ColumnType => ({ kind: "number", name });

async function write(name: string, columns: readonly DenseColumn[], rows: number, options: Partial<EncodeOptions> = {}) {
  const path = join(folder.path, name);
  const codec = options.codec ?? "zstd";
  const all = { codec, compress: await compressorFor({ codec }), pageRows: 1 << 12, ...options };
  const writer = new ParquetFileWriter(path, {
    fields: columns.map((one) => one.field),
    keyValues: {},
    createdBy: "graticule version 0",
  });
  writer.append({ rows, columns: columns.map((one) => encodeValues(one, rows, all)) });
  writer.finish();
  return path;
}

const encodingOf =
  (name: EncodingName): NonNullable<EncodeOptions["encodingOf"]> =>
  () =>
    ENCODING[name];

/** A generator of 32-bit words that is the same in every run (xorshift32). */
function words(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

describe("differences of neighbours", () => {
  const word = words(7);
  const EXTREMES = [0n, 1n, -1n, (1n << 63n) - 1n, -(1n << 63n), 1n << 32n, -(1n << 32n), 0xffffffffn, 1n << 31n];
  const wide = (bits: number): bigint =>
    BigInt.asIntN(64, ((BigInt(word()) << 32n) | BigInt(word())) & ((1n << BigInt(bits)) - 1n));

  test.each([0, 1, 2, 31, 32, 33, 128, 129, 130, 161, 257, 1000, 5000])(
    "%i values of all widths are read as they were",
    async (n) => {
      const columns: DenseColumn[] = [
        {
          field: field("even", { kind: "timestamp" }, false),
          data: BigInt64Array.from({ length: n }, (_, i) => BigInt(i) * 3_600_000_000n),
        },
        { field: field("down", number("int64"), false), data: BigInt64Array.from({ length: n }, (_, i) => -BigInt(i * i) * 77n) },
        {
          field: field("extreme", number("int64"), false),
          data: BigInt64Array.from({ length: n }, (_, i) => EXTREMES[i % 9] as bigint),
        },
        {
          field: field("unsigned", number("uint64"), false),
          data: BigUint64Array.from({ length: n }, () => BigInt.asUintN(64, wide(64))),
        },
        {
          field: field("small", number("int32"), false),
          data: Int32Array.from({ length: n }, (_, i) => 1e6 + i * 3 + (word() & 7)),
        },
        { field: field("any", number("int32"), false), data: Int32Array.from({ length: n }, () => word() | 0) },
        { field: field("any32", number("uint32"), false), data: Uint32Array.from({ length: n }, word) },
        { field: field("short", number("int16"), false), data: Int16Array.from({ length: n }, () => word() & 0xffff) },
        { field: field("byte", number("uint8"), false), data: Uint8Array.from({ length: n }, () => word() & 0xff) },
        ...[1, 7, 31, 32, 33, 40, 47, 63].map((bits) => ({
          field: field(`bits ${bits}`, number("int64"), false),
          data: BigInt64Array.from({ length: n }, () => wide(bits)),
        })),
      ];
      const path = await write(`delta-${n}.parquet`, columns, n, { encodingOf: encodingOf("DELTA_BINARY_PACKED") });
      const rust = readWithParquetWasm(path);
      const script = await readWithHyparquet(path);
      for (const {
        field: { name },
        data,
      } of columns) {
        const expected = Array.from(data as ArrayLike<unknown>, plain);
        // hyparquet gives an unsigned number of 32 bits, and moments, as its own types have them.
        expect([name, rust[name] ?? []]).toEqual([name, expected]);
        expect([name, (script[name] ?? []).map(String)]).toEqual([name, expected.map(String)]);
      }
    },
  );
});

describe("what is chosen", () => {
  const n = 20_000;
  const word = words(3);
  const chosen = async (column: DenseColumn, codec: "zstd" | "none" = "zstd"): Promise<readonly string[]> => {
    const path = await write("chosen.parquet", [column], n, { codec });
    const found = readWithParquetWasm(path)[column.field.name];
    expect(found).toEqual(
      Array.from(column.data as ArrayLike<unknown>, (v) => (column.field.type.kind === "bool" ? Boolean(v) : plain(v))),
    );
    return metadataOf(path).row_groups[0]?.columns[0]?.meta_data?.encodings ?? [];
  };

  test("moments one after another: differences", async () => {
    const data = BigInt64Array.from(
      { length: n },
      (_, i) => 1_600_000_000_000_000n + BigInt(i) * 1_000_123n + BigInt(word() % 1000),
    );
    expect(await chosen({ field: field("t", { kind: "timestamp" }, false), data })).toContain("DELTA_BINARY_PACKED");
  });
  test("any integers: plain", async () => {
    const data = Int32Array.from({ length: n }, () => word() | 0);
    expect(await chosen({ field: field("i", number("int32"), false), data })).toEqual(["PLAIN", "RLE"]);
  });
  test("few integers in no order: a dictionary", async () => {
    const some = Array.from({ length: 50 }, () => word() | 0);
    const data = Int32Array.from({ length: n }, () => some[word() % 50] as number);
    expect(await chosen({ field: field("i", number("int32"), false), data })).toContain("RLE_DICTIONARY");
  });
  test("floats that are all different: byte planes", async () => {
    const data = Float32Array.from({ length: n }, (_, i) => Math.sin(i));
    expect(await chosen({ field: field("f", number("float32"), false), data })).toEqual(["BYTE_STREAM_SPLIT", "RLE"]);
  });
  test("sorted names, uncompressed: what they have in common", async () => {
    const data = Array.from({ length: n }, (_, i) => `network/site-${String(i * 7 + (word() % 7)).padStart(9, "0")}/instrument`);
    expect(await chosen({ field: field("s", { kind: "string" }, false), data }, "none")).toContain("DELTA_BYTE_ARRAY");
  });
  test("short texts that differ, uncompressed: lengths apart from them", async () => {
    const data = Array.from(
      { length: n },
      () =>
        word()
          .toString(36)
          .slice(0, 3 + (word() % 4)) + word().toString(36),
    );
    expect(await chosen({ field: field("s", { kind: "string" }, false), data }, "none")).toContain("DELTA_LENGTH_BYTE_ARRAY");
  });
  test("flags in long runs: runs; flags without: bits", async () => {
    const runs = Uint8Array.from({ length: n }, (_, i) => Math.floor(i / 900) % 2);
    const noise = Uint8Array.from({ length: n }, () => word() & 1);
    expect(await chosen({ field: field("b", { kind: "bool" }, false), data: runs })).toEqual(["RLE"]);
    expect(await chosen({ field: field("b", { kind: "bool" }, false), data: noise })).toEqual(["PLAIN", "RLE"]);
  });
  test("an encoding that the type has not is refused, with those that it has", async () => {
    const data = Float32Array.of(1, 2);
    const asked = write("refused.parquet", [{ field: field("f", number("float32"), false), data }], 2, {
      encodingOf: encodingOf("DELTA_BINARY_PACKED"),
    });
    await expect(asked).rejects.toMatchObject({
      tag: "usage",
      message: 'column "f" cannot be encoded as DELTA_BINARY_PACKED',
      hint: "its type has PLAIN, RLE_DICTIONARY, BYTE_STREAM_SPLIT",
    });
  });
});

describe("LZ4 blocks, as another implementation unpacks them", () => {
  const word = words(11);
  const inputs: Record<string, Uint8Array> = {
    empty: new Uint8Array(0),
    one: Uint8Array.of(7),
    twelve: new Uint8Array(12).fill(3),
    thirteen: new Uint8Array(13).fill(3),
    zeros: new Uint8Array(100_000),
    noise: Uint8Array.from({ length: 70_000 }, () => word() & 255),
    text: readFileSync(join(import.meta.dirname, "parquet-readers.ts")),
    steps: Uint8Array.from({ length: 200_000 }, (_, i) => (i % 4 === 0 ? i >> 10 : i >> 14)),
    far: Uint8Array.from({ length: 140_000 }, (_, i) =>
      i < 70_000 ? (i * 2654435761) >>> 24 : ((i - 65_536) * 2654435761) >>> 24,
    ),
  };
  test.each(Object.keys(inputs))("%s", (name) => {
    const bytes = inputs[name] as Uint8Array;
    const out = new Uint8Array(lz4Bound(bytes.length));
    const packed = out.slice(0, compressLz4(bytes, out));
    expect(packed.length).toBeLessThanOrEqual(lz4Bound(bytes.length));
    if (bytes.length > 0) expect(Buffer.compare(compressors.LZ4_RAW?.(packed, bytes.length) ?? new Uint8Array(0), bytes)).toBe(0);
    if (["zeros", "steps"].includes(name)) expect(packed.length).toBeLessThan(bytes.length / 10);
  });
});
