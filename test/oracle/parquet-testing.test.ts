import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readCells } from "../support/parquet-cells.js";

const shared = process.env.GRATICULE_SHARED ?? "";
const folder = join(shared, "data/apache__parquet-testing");
const python = process.env.GRATICULE_PYTHON ?? "";
const isHere = shared !== "" && existsSync(folder) && existsSync(python);
const ours = isHere ? test : test.skip;
const why = isHere ? "" : " (GRATICULE_SHARED and GRATICULE_PYTHON are not set)";

/** pyarrow's cells of flat and nested columns, as sample-data/generators/parquet.py writes them. */
const SCRIPT = `
import importlib.util, json, sys
import pyarrow.parquet as pq
source = open(sys.argv[1]).read().replace("\\nmain()\\n", "\\n")
space = {"__file__": sys.argv[1], "__name__": "generator"}
exec(compile(source, sys.argv[1], "exec"), space)
for path in sys.argv[2:]:
    table = pq.read_table(path, coerce_int96_timestamp_unit="us").combine_chunks()
    columns = {name: space["plain"](table.column(name).chunk(0)) if len(table) else [] for name in table.column_names}
    print(json.dumps(columns))
`;

/** Its dates reach beyond what Python's have. */
const BEYOND = new Set(["int96_from_spark.parquet"]);

describe(`files of apache/parquet-testing${why}`, () => {
  ours("hold what pyarrow reads", async () => {
    const paths = readdirSync(join(folder, "data"))
      .filter((name) => name.endsWith(".parquet") && !BEYOND.has(name))
      .map((name) => join(folder, "data", name));
    const generator = join(import.meta.dirname, "../../sample-data/generators/parquet.py");
    const { stdout, stderr } = spawnSync(python, ["-c", SCRIPT, generator, ...paths], { encoding: "utf8", maxBuffer: 1 << 28 });
    const answers = stdout.trim().split("\n");
    expect([stderr, answers.length]).toEqual(["", paths.length]);
    for (const [i, path] of paths.entries()) {
      const found = await readCells(path);
      const expected = JSON.parse(answers[i] as string);
      for (const name of Object.keys(expected)) expect([path, name, found[name]]).toEqual([path, name, expected[name]]);
    }
  });

  ours("moments of Spark that Python's dates do not reach keep their microseconds", async () => {
    const { a } = await readCells(join(folder, "data/int96_from_spark.parquet"));
    // pyarrow's, but for the last: it and DuckDB go through 64 bits of nanoseconds, which that one passes.
    expect(a).toEqual([
      "2024-01-01T20:34:56.123456",
      "2024-01-01T01:00:00",
      "9999-12-31T03:00:00",
      "2024-12-30T23:00:00",
      null,
      "+290000-12-30T23:00:00",
    ]);
  });

  ours("damage is told", async () => {
    await expect(readCells(join(folder, "bad_data/PARQUET-1481.parquet"))).rejects.toMatchObject({ tag: "unsupported" });
  });
});
