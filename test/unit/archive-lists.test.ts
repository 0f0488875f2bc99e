import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { convert } from "../../src/index.js";
import { temporaryFolder } from "../support/parquet.js";
import { archiveOf, SAMPLES } from "./archive-values.js";
import { metadataOf, readWithHyparquet, readWithParquetWasm } from "./parquet-readers.js";

/** What astropy and h5py read: sample-data/generators/lists.py. */
type Columns = Record<string, unknown[]>;
const FOLDER = join(SAMPLES, "lists");
const FITS = join(FOLDER, "lists.fits");
const HDF5 = join(FOLDER, "compounds.h5");
const expected = JSON.parse(readFileSync(join(FOLDER, "expected.json"), "utf8")) as {
  "lists.fits": Columns;
  "more.fits": Columns;
  "compounds.h5": Record<string, Columns>;
};

const scratch = temporaryFolder();
afterAll(() => scratch.remove());
let count = 0;

/** The one Parquet file that a conversion gives. */
async function converted(inputs: readonly string[], more: object = {}): Promise<string> {
  const dest = join(scratch.path, `${count++}.parquet`);
  await convert({ inputs, out: dest, jobs: 1, ...more } as never);
  return dest;
}

/** 64-bit integers as decimal text, as the expected values have them; lists of any kind as arrays. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "object") return Array.from(value as Iterable<unknown>, plain);
  return value === 0 || value === "-0" ? 0 : value;
}

function without(columns: Readonly<Record<string, readonly unknown[]>>, ...names: readonly string[]): Columns {
  // hyparquet names the levels of lists too.
  const left = [...names, "list", "element"];
  const kept = Object.entries(columns).filter(([name]) => !left.includes(name));
  return Object.fromEntries(kept.map(([name, values]) => [name, values.map(plain)]));
}

describe("cells of several values", () => {
  test("vector columns and arrays of varying length of FITS are lists, decoded item by item", async () => {
    const path = await converted([FITS]);
    expect(without(await readWithHyparquet(path), "row")).toEqual(without(expected["lists.fits"]));
    expect(without(readWithParquetWasm(path), "row")).toEqual(without(expected["lists.fits"]));
    expect(metadataOf(path).num_rows).toBe(5n);
  });

  test("the shape of nested lists is in the metadata; sequences have none", async () => {
    const { tables } = await archiveOf([FITS]);
    const metadata = (name: string) => tables[0]?.columns.find(({ field }) => field.name === name)?.field.metadata;
    expect(metadata("matrix")).toEqual({ shape: "[2,3]" });
    expect(metadata("short")).toEqual({ units: "count", shape: "[3]" });
    expect(metadata("numbers")).toEqual({});
    expect(tables).toHaveLength(1);
  });

  test("filters over other columns choose rows of lists", async () => {
    const path = await converted([FITS], { where: "id % 2 = 1 OR single_im < -3" });
    const found = without(readWithParquetWasm(path), "row");
    const rows = [1, 3];
    expect(found.id).toEqual([1, 3]);
    for (const [name, values] of Object.entries(expected["lists.fits"]))
      expect(found[name]).toEqual(rows.map((i) => plain(values[i])));
  });

  test("predicates over lists are refused by name", async () => {
    for (const where of ["short > 3", "numbers IS NULL", "id = 1 AND flags"])
      await expect(converted([FITS], { where })).rejects.toMatchObject({
        tag: "usage",
        message: expect.stringMatching(/^column (short|numbers|flags) holds lists/),
      });
  });

  test("lists of several files are as wide as all of them need, and null where a file has none", async () => {
    const path = await converted([FITS, join(FOLDER, "more.fits")]);
    const found = without(readWithParquetWasm(path), "row");
    const [first, second] = [expected["lists.fits"], expected["more.fits"]];
    for (const [name, values] of Object.entries(first)) {
      const more = second[name] ?? [null, null];
      // As int64 both come as text.
      const all = [...values, ...more].map((cell) => (name === "numbers" ? (cell as unknown[]).map(String) : plain(cell)));
      expect({ [name]: found[name] }).toEqual({ [name]: all });
    }
    const { tables } = await archiveOf([FITS, join(FOLDER, "more.fits")]);
    const field = (name: string) => tables[0]?.columns.find((column) => column.field.name === name)?.field;
    expect(field("short")?.type).toEqual({ kind: "list", item: { kind: "number", name: "int32" } });
    expect(field("short")?.metadata).toEqual({ units: "count" });
    // Six in both, but of another shape.
    expect(field("matrix")?.type).toEqual({ kind: "list", item: { kind: "number", name: "int64" }, size: 6 });
    expect(field("matrix")?.metadata).toEqual({});
  });

  test("files with the same lists are one", async () => {
    const twin = join(scratch.path, "twin.fits");
    copyFileSync(FITS, twin);
    expect(metadataOf(await converted([FITS, twin])).num_rows).toBe(5n);
  });

  test("parts of a complex column are chosen by its name, and by their own", async () => {
    const columnsOf = async (...vars: string[]) => Object.keys(readWithParquetWasm(await converted([FITS], { vars })));
    expect(await columnsOf("pairs", "/1/spectra", "words")).toEqual([
      "row",
      "words",
      "pairs_re",
      "pairs_im",
      "spectra_re",
      "spectra_im",
    ]);
    expect(await columnsOf("single_im")).toEqual(["row", "single_im"]);
  });
});

describe("compounds", () => {
  test("fields are columns, named with their compound where there are several", async () => {
    const dest = join(scratch.path, "compounds");
    await convert({ inputs: [HDF5], out: dest, jobs: 1 } as never);
    const tables = readdirSync(dest).filter((name) => !name.startsWith("_"));
    expect(tables.sort()).toEqual(["n", "phony_dim_1", "phony_dim_3"]);
    const read = async (table: string) => {
      const [part] = readdirSync(join(dest, table));
      return without(await readWithHyparquet(join(dest, table, part as string)), table === "n" ? "" : table);
    };
    const { n, alone, waves } = expected["compounds.h5"] as Record<"n" | "alone" | "waves", Columns>;
    expect(await read("n")).toEqual(without(n));
    expect(await read("phony_dim_1")).toEqual(without(alone));
    expect(await read("phony_dim_3")).toEqual(without(waves));
  });

  test("a compound's name chooses all of its fields, and a field's name one", async () => {
    const columnsOf = async (...vars: string[]) => Object.keys(readWithParquetWasm(await converted([HDF5], { vars })));
    expect(await columnsOf("late/others")).toEqual(["n", "others.id", "others.mass"]);
    expect(await columnsOf("events.where.x")).toEqual(["n", "events.where.x"]);
    expect(await columnsOf("alone")).toEqual(["phony_dim_1", "a", "text", "pair.x", "pair.y", "row"]);
    expect(await columnsOf("waves")).toEqual(["phony_dim_3", "waves_re", "waves_im"]);
  });

  test("predicates name fields", async () => {
    const path = await converted([HDF5], { vars: ["others"], where: '"others.mass" > 2' });
    expect(without(readWithParquetWasm(path))).toEqual({ n: [20, 30], "others.id": [2, 3], "others.mass": [3, 4.5] });
  });
});
