import { describe, expect, test } from "@jest/globals";
import { castNumbers, promoteTypes } from "../../src/archive/promote-types.js";
import type { ColumnType } from "../../src/schema/field.js";
import { archiveOf, columnOf, SAMPLES, valuesOf } from "./archive-values.js";

const files = (...names: readonly string[]) => names.map((name) => `${SAMPLES}/archive-calendars/${name}.nc`);
const number = (name: string) => ({ kind: "number", name }) as ColumnType;

describe("types of several files", () => {
  // numpy.promote_types
  test.each([
    ["int16", "float32", "float32"],
    ["uint16", "float32", "float32"],
    ["int32", "float32", "float64"],
    ["float32", "float64", "float64"],
    ["int8", "uint8", "int16"],
    ["uint16", "int16", "int32"],
    ["uint8", "int16", "int16"],
    ["uint32", "int32", "int64"],
    ["uint64", "int64", "float64"],
    ["uint8", "uint64", "uint64"],
    ["int64", "float32", "float64"],
    ["int32", "int32", "int32"],
  ])("%s and %s are %s", (a, b, both) => {
    expect(promoteTypes([number(a), number(b)], "x")).toEqual(number(both));
    expect(promoteTypes([number(b), number(a)], "x")).toEqual(number(both));
  });

  test("text is no number", () => {
    expect(() => promoteTypes([number("int8"), { kind: "string" }], "name")).toThrow(
      "name is int8 in one file and text in another",
    );
    expect(promoteTypes([{ kind: "bool" }, { kind: "bool" }], "x")).toEqual({ kind: "bool" });
    expect(promoteTypes([{ kind: "bool" }, number("int8")], "x")).toEqual(number("int8"));
  });

  test("casts keep 64-bit integers", () => {
    expect(castNumbers(Int32Array.of(-1), "int64")).toEqual(BigInt64Array.of(-1n));
    expect(castNumbers(BigInt64Array.of(2n ** 40n), "float64")).toEqual(Float64Array.of(2 ** 40));
  });
});

describe("calendars of several files", () => {
  test("are united where each of them has timestamps", async () => {
    const archive = await archiveOf(files("standard", "proleptic"));
    expect(await valuesOf(archive, archive.tables[0], "time")).toEqual(["2000-01-01T00:00:00", "2000-01-02T00:00:00"]);
    expect(columnOf(archive.tables[0], "seen").field).toMatchObject({ type: { kind: "timestamp" }, metadata: {} });
  });

  test("are refused where one has none, naming both files", async () => {
    await expect(archiveOf(files("standard", "noleap"))).rejects.toMatchObject({
      tag: "usage",
      message: expect.stringMatching(
        /time is "days since 2000-01-01" \(standard\) in .*standard\.nc, and .*noleap\.nc counts in the calendar noleap/,
      ),
    });
  });

  test("a date before the reform makes the whole column a number, with the dates of its calendar", async () => {
    const archive = await archiveOf(files("standard", "early"));
    const [table] = archive.tables;
    expect(columnOf(table, "time").time).toEqual({ units: "days since 2000-01-01", calendar: "standard" });
    // cftime.date2num(cftime.datetime(1500, 3, 1, calendar="standard"), "days since 2000-01-01", "standard")
    expect(await valuesOf(archive, table, "time")).toEqual([-182552, 0]);
    expect(await valuesOf(archive, table, "year")).toEqual([1500, 2000]);
    expect(await valuesOf(archive, table, "month")).toEqual([3, 1]);
    expect(await valuesOf(archive, table, "day")).toEqual([1, 1]);
    // A time that is no coordinate follows the same rule, by its own values; minutes are re-based while they are read.
    expect(columnOf(table, "seen")).toMatchObject({
      field: { type: { kind: "number", name: "float64" }, metadata: { units: "minutes since 2000-01-01", calendar: "standard" } },
    });
    expect(await valuesOf(archive, table, "seen")).toEqual([-182552 * 1440, -182552 * 1440 + 60, 0, 60]);
  });

  test("months of unequal length stay numbers without dates", async () => {
    const { tables } = await archiveOf(files("months"));
    expect(tables[0]?.columns.map(({ field }) => field.name)).toEqual(["time", "x", "v"]);
    expect(columnOf(tables[0], "time").field).toMatchObject({
      type: { kind: "number", name: "float64" },
      metadata: { units: "months since 2000-01-01", calendar: "standard" },
    });
  });

  test("text under the name of a number is refused", async () => {
    await expect(archiveOf(files("standard", "text"))).rejects.toThrow("v is float32 in one file and text in another");
  });
});
