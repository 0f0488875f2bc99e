import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { tableFromIPC } from "apache-arrow";
import * as wasm from "parquet-wasm";
import { type ConvertRequest, convert } from "../../src/index.js";
import { temporaryFolder } from "../support/parquet.js";
import { type Columns, metadataOf, type Plain, readWithHyparquet, readWithParquetWasm } from "../unit/parquet-readers.js";

interface ExpectedColumn {
  /** As Arrow names it. */
  readonly type: string;
  readonly values: readonly Plain[];
  readonly metadata: Readonly<Record<string, string>>;
}

interface Expected {
  readonly request: Partial<ConvertRequest>;
  readonly tables: readonly { readonly name: string; readonly columns: Readonly<Record<string, ExpectedColumn>> }[];
  readonly footer?: Readonly<Record<string, string>>;
}

const SAMPLES = join(import.meta.dirname, "../../sample-data");
const out = temporaryFolder();
afterAll(() => out.remove());

/** Parts sorted by name give the rows in order. */
function partsOf(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".parquet"));
  return names.sort().map((name) => join(folder, name));
}

function joined(parts: readonly Columns[]): Columns {
  const names = Object.keys(parts[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, parts.flatMap((part) => part[name] ?? [])]));
}

function fieldsOf(part: string) {
  const { fields } = tableFromIPC(wasm.readParquet(readFileSync(part)).intoIPCStream()).schema;
  return fields.map(({ name, type, metadata }) => [name, String(type), Object.fromEntries(metadata)]);
}

describe("tables that odd files become, as numpy and cftime say", () => {
  const names = readdirSync(SAMPLES).filter((name) => name.startsWith("convert-"));

  test.each(names)("%s", async (name) => {
    const folder = join(SAMPLES, name);
    const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
    const inputs = readdirSync(folder).filter((file) => !file.endsWith(".json"));
    const dest = join(out.path, name);
    const result = await convert({
      inputs: inputs.map((file) => join(folder, file)),
      out: dest,
      jobs: 1,
      ...expected.request,
    });
    expect(result.tables.map((table) => table.name)).toEqual(expected.tables.map((table) => table.name));
    for (const [i, table] of expected.tables.entries()) {
      const parts = partsOf(join(dest, result.tables[i]?.path ?? ""));
      const values = Object.fromEntries(Object.entries(table.columns).map(([column, own]) => [column, own.values]));
      expect(joined(parts.map(readWithParquetWasm))).toEqual(values);
      expect(joined(await Promise.all(parts.map(readWithHyparquet)))).toEqual(values);
      expect(fieldsOf(parts[0] as string)).toEqual(
        Object.entries(table.columns).map(([column, { type, metadata }]) => [column, type, metadata]),
      );
      const footer = metadataOf(parts[0] as string).key_value_metadata ?? [];
      for (const [key, value] of Object.entries(expected.footer ?? {})) expect(footer).toContainEqual({ key, value });
    }
  });
});
