import { describe, expect, test } from "@jest/globals";
import { archiveOf, columnOf, SAMPLES, valuesOf } from "./archive-values.js";

const GROUPS = `${SAMPLES}/archive-groups/groups.nc`;

describe("tables of groups", () => {
  test("are named after the group that holds their variables, and share those of one set of dimensions", async () => {
    const { tables, warnings } = await archiveOf([GROUPS]);
    expect(tables.map((table) => [table.name, table.columns.map(({ field }) => field.name)])).toEqual([
      ["city", ["city", "people"]],
      ["level", ["level", "humidity"]],
      ["time_city", ["time", "city", "m1_tas", "m2_tas"]],
      ["deep_er_time", ["time", "x"]],
    ]);
    expect(warnings).toEqual(['a second column "tas" is named "m1_tas"', 'a second column "tas" is named "m2_tas"']);
  });

  test("text coordinates, and 64-bit integers as they are", async () => {
    const archive = await archiveOf([GROUPS]);
    expect(await valuesOf(archive, archive.tables[0], "city")).toEqual(["Oslo", "Bern"]);
    expect(columnOf(archive.tables[0], "people").field.type).toEqual({ kind: "number", name: "int64" });
    expect(await valuesOf(archive, archive.tables[3], "time")).toEqual([
      "2000-01-06T00:00:00",
      "2000-01-07T00:00:00",
      "2000-01-08T00:00:00",
    ]);
  });

  test("a coordinate in another group than its dimension is found", async () => {
    const archive = await archiveOf([GROUPS]);
    expect(columnOf(archive.tables[1], "level").role).toBe("coordinate");
    expect(await valuesOf(archive, archive.tables[1], "level")).toEqual([850, 500]);
  });

  test("variables of a group are named by path", async () => {
    const { tables } = await archiveOf([GROUPS], { vars: ["m2/tas"] });
    expect(tables.map((table) => [table.name, table.columns.map(({ field }) => field.name)])).toEqual([
      ["m2_time_city", ["time", "city", "tas"]],
    ]);
  });
});
