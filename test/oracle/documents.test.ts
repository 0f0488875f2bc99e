import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { convert } from "../../src/index.js";
import { temporaryFolder } from "../support/parquet.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const python = process.env.GRATICULE_PYTHON;
const hasPystac = python !== undefined && existsSync(python) && spawnSync(python, ["-c", "import pystac, jsonschema"]).status === 0;

/** Validates by the schemas of STAC that pystac brings along; those of extensions it would fetch, so that pystac's classes read them. */
const VALIDATE = `
import json, sys, pystac
from pystac.extensions.table import TableExtension
from pystac.extensions.datacube import DatacubeExtension
item = pystac.Item.from_file(sys.argv[1])
table, cube = TableExtension.ext(item), DatacubeExtension.ext(item)
read = {
    "rows": table.row_count,
    "columns": [c.name for c in table.columns],
    "dimensions": {name: [d.dim_type.value if hasattr(d.dim_type, "value") else d.dim_type, d.extent] for name, d in cube.dimensions.items()},
    "variables": {name: v.dimensions for name, v in cube.variables.items()},
    "bbox": item.bbox,
}
item.stac_extensions = []
item.validate()
print(json.dumps(read))
`;

describe("documents beside a dataset", () => {
  const name = `pystac validates and reads the STAC Item${hasPystac ? "" : " (GRATICULE_PYTHON names no Python with pystac)"}`;
  (hasPystac ? test : test.skip)(name, async () => {
    const out = join(folder.path, "merg");
    await convert({ inputs: "sample-data/merg", out });
    const { status, stdout, stderr } = spawnSync(python as string, ["-c", VALIDATE, `${out}.graticule/stac-item.json`], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 18000,
      columns: ["time", "latitude", "longitude", "ch4"],
      dimensions: {
        time: ["temporal", ["2006-09-11T00:00:00Z", "2006-09-11T03:00:00Z"]],
        latitude: ["spatial", expect.anything()],
        longitude: ["spatial", expect.anything()],
      },
      variables: { ch4: ["time", "latitude", "longitude"] },
    });
  });

  test("they follow what is added", async () => {
    const out = join(folder.path, "grown");
    const inputs = ["sample-data/merg/merg_2006091100_4km-pixel.nc", "sample-data/merg/merg_2006091101_4km-pixel.nc"];
    await convert({ inputs: inputs[0] as string, out });
    await convert({ inputs: inputs[1] as string, out, mode: "append" });
    const provenance = JSON.parse(readFileSync(`${out}.graticule/provenance.json`, "utf8"));
    expect(provenance.runs.map((run: { mode: string }) => run.mode)).toEqual(["create", "append"]);
    expect(provenance.sources).toHaveLength(2);
    const { properties } = JSON.parse(readFileSync(`${out}.graticule/stac-item.json`, "utf8"));
    expect(properties).toMatchObject({
      "table:row_count": 9000,
      start_datetime: "2006-09-11T00:00:00Z",
      end_datetime: "2006-09-11T01:00:00Z",
    });
  });
});
