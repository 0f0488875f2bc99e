import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { compressorFor } from "../../src/parquet/compress.js";
import type { DenseColumn } from "../../src/parquet/dense-column.js";
import { encodeValues } from "../../src/parquet/encode-values.js";
import { ParquetFileWriter } from "../../src/parquet/file-writer.js";
import { packBits } from "../../src/schema/bitmap.js";
import type { ColumnType } from "../../src/schema/field.js";
import { fixedLists, type Items, isLists, joinLists, type Lists, sliceLists, takeLists } from "../../src/schema/lists.js";
import { metadataOf, plain, readWithParquetWasm } from "./parquet-readers.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "graticule-lists-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 301;
const number = (name: Extract<ColumnType, { kind: "number" }>["name"]): ColumnType => ({ kind: "number", name });

/** Lists of 0 to 4 items; with `holes`, every fifth item is missing and every seventh list. */
function column(name: string, item: ColumnType, at: (i: number) => unknown, holes: boolean): DenseColumn {
  const lengths = Array.from({ length: ROWS }, (_, row) => (holes && row % 7 === 0 ? 0 : (row * 3) % 5));
  const offsets = new Uint32Array(ROWS + 1);
  for (const [row, length] of lengths.entries()) offsets[row + 1] = (offsets[row] as number) + length;
  const total = offsets[ROWS] as number;
  const values = Array.from({ length: total }, (_, i) => (holes && i % 5 === 0 && item.kind === "string" ? null : at(i)));
  const items = item.kind === "string" ? (values as string[]) : typed(item, values);
  const data: Lists = {
    offsets,
    items,
    ...(holes && { validity: packBits(Uint8Array.from(values, (_, i) => Number(i % 5 !== 0))) }),
  };
  const validity = holes ? packBits(Uint8Array.from({ length: ROWS }, (_, row) => Number(row % 7 !== 0))) : undefined;
  return { field: { name, type: { kind: "list", item }, nullable: holes, metadata: {} }, data, ...(validity && { validity }) };
}

function typed(item: ColumnType, values: readonly unknown[]): Items {
  if (item.kind === "timestamp" || (item.kind === "number" && item.name === "int64")) return BigInt64Array.from(values as bigint[]);
  if (item.kind === "bool") return Uint8Array.from(values as number[]);
  if (item.kind === "number" && item.name === "int16") return Int16Array.from(values as number[]);
  if (item.kind === "number" && item.name === "int32") return Int32Array.from(values as number[]);
  return item.kind === "number" && item.name === "float64"
    ? Float64Array.from(values as number[])
    : Float32Array.from(values as number[]);
}

const COLUMNS: readonly DenseColumn[] = [false, true].flatMap((holes) => [
  column(`float32 ${holes}`, number("float32"), (i) => Math.fround(Math.sin(i) * 1e3), holes),
  column(`float64 ${holes}`, number("float64"), (i) => Math.cos(i), holes),
  column(`few ${holes}`, number("float32"), (i) => i % 3, holes),
  column(`int16 ${holes}`, number("int16"), (i) => i * 7 - 300, holes),
  column(`int32 ${holes}`, number("int32"), (i) => Math.imul(i, 0x9e3779b1), holes),
  column(`int64 ${holes}`, number("int64"), (i) => BigInt(i) * 12345678901234567n, holes),
  column(`bool ${holes}`, { kind: "bool" }, (i) => i % 3 === 0, holes),
  column(`text ${holes}`, { kind: "string" }, (i) => `Stätte ${i % 40}`, holes),
]);

function expected({ field, data, validity }: DenseColumn): unknown[] {
  const lists = data as Lists;
  return Array.from({ length: ROWS }, (_, row) => {
    if (validity && row % 7 === 0) return null;
    const items: unknown[] = [];
    for (let i = lists.offsets[row] as number; i < (lists.offsets[row + 1] as number); i++) {
      const isThere = !lists.validity || i % 5 !== 0;
      const value = (lists.items as ArrayLike<unknown>)[i];
      const isFlag = field.type.kind === "list" && field.type.item.kind === "bool";
      items.push(isThere ? (isFlag ? Boolean(value) : plain(value)) : null);
    }
    return items;
  });
}

async function write(path: string, columns: readonly DenseColumn[], pageRows: number): Promise<void> {
  const options = { codec: "zstd" as const, compress: await compressorFor({ codec: "zstd" }), pageRows };
  const fields = columns.map(({ field }) => field);
  const writer = new ParquetFileWriter(path, { fields, keyValues: {}, createdBy: "graticule version 0" });
  writer.append({ rows: ROWS, columns: columns.map((one) => encodeValues(one, ROWS, options)) });
  writer.finish();
}

describe("list columns, read by readers that are not ours", () => {
  for (const pageRows of [8, 64, 4096])
    test(`pages of about ${pageRows} items`, async () => {
      const path = join(folder, `lists-${pageRows}.parquet`);
      await write(path, COLUMNS, pageRows);
      const bytes = readFileSync(path);
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
      const rows = await parquetReadObjects({ file, compressors });
      const rust = readWithParquetWasm(path);
      for (const one of COLUMNS) {
        const { name } = one.field;
        const items = (list: unknown): unknown =>
          list === null || list === undefined ? null : Array.from(list as Iterable<unknown>, plain);
        expect([name, rows.map((row) => items(row[name]))]).toEqual([name, expected(one)]);
        expect([name, rust[name]?.map(items)]).toEqual([name, expected(one)]);
      }
    });

  test("values and nulls are counted as the levels are", async () => {
    const path = join(folder, "counted.parquet");
    await write(path, COLUMNS, 64);
    const chunks = metadataOf(path).row_groups[0]?.columns ?? [];
    for (const [i, one] of COLUMNS.entries()) {
      const entries = expected(one).flatMap((list) => ((list as unknown[] | null)?.length ? (list as unknown[]) : [null]));
      const { meta_data } = chunks[i] ?? {};
      expect([meta_data?.path_in_schema.slice(1), meta_data?.num_values]).toEqual([["list", "element"], BigInt(entries.length)]);
      expect(meta_data?.statistics?.null_count).toBe(BigInt(entries.filter((entry) => entry === null).length));
    }
  });
});

describe("lists", () => {
  const lists = fixedLists(
    Float32Array.from({ length: 12 }, (_, i) => i),
    4,
    packBits(Uint8Array.from({ length: 12 }, (_, i) => Number(i !== 4))),
  );
  const shown = (data: Lists): unknown[] =>
    Array.from({ length: data.offsets.length - 1 }, (_, cell) =>
      Array.from({ length: (data.offsets[cell + 1] as number) - (data.offsets[cell] as number) }, (_, k) => {
        const i = (data.offsets[cell] as number) + k;
        const { validity } = data;
        return validity && !((validity.bits[i >> 3] as number) & (1 << (i & 7))) ? null : (data.items as Float32Array)[i];
      }),
    );

  test("are cut, chosen and joined with what is missing in them", () => {
    expect(isLists(lists)).toBe(true);
    expect(shown(sliceLists(lists, 1, 2))).toEqual([
      [3, null, 5],
      [6, 7, 8],
    ]);
    const taken = takeLists(lists, Uint32Array.of(3, 1));
    expect(shown(taken)).toEqual([
      [9, 10, 11],
      [3, null, 5],
    ]);
    expect(shown(joinLists([sliceLists(lists, 3, 1), taken]))).toEqual([
      [9, 10, 11],
      [9, 10, 11],
      [3, null, 5],
    ]);
  });
});
