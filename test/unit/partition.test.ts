import { describe, expect, test } from "@jest/globals";
import type { TableGroup } from "../../src/archive/model.js";
import { isGraticuleError } from "../../src/errors.js";
import { bindPartition, parsePartition, printPartitionKey } from "../../src/plan/partition-keys.js";
import { packBits } from "../../src/schema/bitmap.js";
import { numberType } from "../../src/schema/field.js";
import { hiveFolder } from "../../src/sink/partition/hive-path.js";
import { keyTexts } from "../../src/sink/partition/key-texts.js";
import { field } from "../support/parquet.js";

describe("names of folders", () => {
  // What Spark 4 names them: df.write.partitionBy("k") of these values.
  test.each([
    ["a b", "k=a b"],
    ["a/b", "k=a%2Fb"],
    ["100%", "k=100%25"],
    ["x=y", "k=x%3Dy"],
    ["2000-01-01 06:00:00", "k=2000-01-01 06%3A00%3A00"],
    ["é", "k=é"],
    ["[q]?*\\'\"#{^", "k=%5Bq%5D%3F%2A%5C%27%22%23%7B%5E"],
    ["tab\there", "k=tab%09here"],
    ["", "k=__HIVE_DEFAULT_PARTITION__"],
    [null, "k=__HIVE_DEFAULT_PARTITION__"],
  ])("%j", (value, folder) => {
    expect(hiveFolder("k", value)).toBe(folder);
  });
});

describe("what a value is called", () => {
  const of = (key: Parameters<typeof keyTexts>[0], column: Parameters<typeof keyTexts>[1]) => {
    const { codes, texts } = keyTexts(key, column);
    return [...codes].map((code) => texts[code]);
  };
  const own = { name: "v", columns: ["v"] };

  test("numbers with the fewest digits that tell them", () => {
    const data = Float32Array.of(0.1, 245.1, -0, 1e10, Number.NaN, 16777216);
    expect(of({ kind: "column", ...own }, { field: field("v", numberType("float32")), data })).toEqual([
      "0.1",
      "245.1",
      "0",
      "10000000000",
      null,
      "16777216",
    ]);
    const big = BigInt64Array.of(9007199254740993n, -1n);
    expect(of({ kind: "column", ...own }, { field: field("v", numberType("int64")), data: big })).toEqual([
      "9007199254740993",
      "-1",
    ]);
    expect(of({ kind: "column", ...own }, { field: field("v", { kind: "bool" }), data: Uint8Array.of(1, 0) })).toEqual([
      "true",
      "false",
    ]);
  });

  test("bands by their lower edge, whatever rounding does to it", () => {
    const key = { kind: "band", width: 0.1, ...own } as const;
    const data = Float64Array.of(0.35, -0.05, 0, 0.3);
    expect(of(key, { field: field("v", numberType("float64")), data })).toEqual(["0.3", "-0.1", "0", "0.2"]);
    const packed = {
      field: field("v", numberType("float32")),
      data: Int16Array.of(5, 25, -5),
      packing: { scale: 1, offset: 0, target: "float32" as const },
    };
    expect(of({ kind: "band", width: 10, ...own }, packed)).toEqual(["0", "20", "-10"]);
  });

  test("times by their year, month, day in their own calendar; what is missing has no name", () => {
    const data = BigInt64Array.of(951_782_400_000_000n, 0n, -1n);
    const validity = packBits(Uint8Array.of(1, 0, 1));
    const column = { field: field("v", { kind: "timestamp" }), data, validity };
    expect((["year", "month", "day"] as const).map((part) => of({ kind: "time", part, ...own }, column))).toEqual([
      ["2000", null, "1969"],
      ["2", null, "12"],
      ["29", null, "31"],
    ]);
    const days360 = {
      field: field("v", numberType("int32")),
      data: Int32Array.of(59, 359),
      time: { units: "days since 2000-01-01", calendar: "360_day" },
    };
    expect(of({ kind: "time", part: "day", ...own }, days360)).toEqual(["30", "30"]);
  });
});

describe("--partition-by", () => {
  const column = (name: string, type = numberType("float64"), axis?: "X" | "Y" | "T") =>
    ({ field: field(name, type), role: "coordinate", axes: [0], ...(axis && { axis }) }) as const;
  const group = {
    name: "t",
    axes: [],
    columns: [
      column("time", { kind: "timestamp" } as never, "T"),
      column("lat", undefined, "Y"),
      column("lon", undefined, "X"),
      column("k", { kind: "string" } as never),
    ],
    joined: null,
    segments: [],
    metadata: {},
  } as unknown as TableGroup;
  const bound = (text: string) =>
    bindPartition(group, parsePartition(text))?.map((key) => `${key.name}: ${printPartitionKey(key)}`);

  test("takes columns, parts of times, bands and cells", () => {
    expect(bound("year, month,k")).toEqual(["year: year(time)", "month: month(time)", "k: k"]);
    expect(bound("lat_band(10), band(lon, 2.5)")).toEqual(["lat_band: band(lat, 10)", "lon_band: band(lon, 2.5)"]);
    expect(bound("cell(5)")).toEqual(bound("cell(lon, lat, 5)"));
    expect(bound("DAY(TIME)")).toEqual(["day: day(time)"]);
    expect(bound("level")).toBeUndefined();
  });

  test.each([
    "",
    "year,,month",
    "lat_band",
    "lat_band()",
    "lat_band(0)",
    "cell(x)",
    "tile(3)",
    "k_band(3)",
    "year(lat)",
    "year,year(time)",
    "lat/10",
  ])("refuses %j", (text) => {
    let thrown: unknown = null;
    try {
      // Without parentheses it is a column, which no table has.
      if (bound(text) === undefined) thrown = "no such column";
    } catch (error) {
      thrown = error;
    }
    expect(thrown === "no such column" ? text === "lat_band" || text === "lat/10" : isGraticuleError(thrown, "usage")).toBe(true);
  });
});
