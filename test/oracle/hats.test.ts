import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { convert } from "../../src/index.js";
import { temporaryFolder } from "../support/parquet.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const { GRATICULE_HATS_PYTHON, GRATICULE_PYTHON } = process.env;
const python = [GRATICULE_HATS_PYTHON, GRATICULE_PYTHON].find(
  (path) => path !== undefined && existsSync(path) && spawnSync(path, ["-c", "import lsdb, hats"]).status === 0,
);

/** Rows within a degree of (50, 10), as astropy separates them. */
const NEAR = [
  2, 5, 6, 8, 10, 11, 13, 16, 17, 24, 27, 29, 32, 35, 36, 39, 43, 45, 46, 47, 49, 51, 52, 58, 60, 61, 64, 67, 70, 75, 77, 79, 81,
  82, 84, 86, 91, 97, 98, 102, 106, 109, 110, 114, 115, 117, 123, 124, 125, 132, 136, 137, 139, 141, 142, 143, 145, 146, 148,
];

const READ = `
import json, logging, sys, warnings
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
import dask, hats, lsdb
from hats.io.validation import is_valid_catalog
path = sys.argv[1]
catalog = lsdb.open_catalog(path)
with dask.config.set(scheduler="synchronous"):
    near = catalog.cone_search(50, 10, 3600).compute()
print(json.dumps({"valid": is_valid_catalog(path, strict=True), "rows": len(hats.read_hats(path)), "near": sorted(int(i) for i in near["source"])}))
`;

describe("HATS", () => {
  const name = `LSDB opens the catalogue and finds what is near a place${python ? "" : " (neither GRATICULE_HATS_PYTHON nor GRATICULE_PYTHON names a Python with lsdb)"}`;
  (python ? test : test.skip)(name, async () => {
    const out = join(folder.path, "stars");
    await convert({ inputs: "sample-data/healpix/catalogue.fits", out, layout: "hats", partBytes: 2000 });
    const { stdout, stderr } = spawnSync(python as string, ["-c", READ, out], { encoding: "utf8" });
    expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringContaining('{"valid": true') });
    const found = JSON.parse(stdout.slice(stdout.indexOf('{"valid"')));
    expect(found).toEqual({ valid: true, rows: 300, near: NEAR });
  });
});
