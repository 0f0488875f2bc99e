import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { convert } from "../../src/index.js";
import { temporaryFolder } from "../support/parquet.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const python = process.env.GRATICULE_PYTHON;
const hasAstropy = python !== undefined && existsSync(python) && spawnSync(python, ["-c", "import astropy, pyarrow"]).status === 0;

const WRITE = `
import sys, numpy as np
from astropy.io import fits
columns = [
    fits.Column("ra", "D", unit="deg", array=np.array([10.5, 20.25])),
    fits.Column("flux<&", "3E", unit="mJy", array=np.arange(6, dtype="f4").reshape(2, 3)),
    fits.Column("name", "5A", array=np.array(["a", "bc"])),
    fits.Column("n", "J", array=np.array([1, 2], "i4")),
]
hdu = fits.BinTableHDU.from_columns(columns, name="STARS")
hdu.header["TUCD1"], hdu.header["TCOMM1"], hdu.header["TUTYP1"] = "pos.eq.ra;meta.main", 'right "ascension" <J2000>', "stc:ra"
hdu.writeto(sys.argv[1])
`;

const READ = `
import io, json, sys, pyarrow.parquet as pq
from astropy.io.votable import parse
from astropy.table import Table
metadata = pq.read_metadata(sys.argv[1]).metadata
votable = parse(io.BytesIO(metadata[b"IVOA.VOTable-Parquet.content"]), verify="exception")
fields = votable.get_first_table().fields
table = Table.read(sys.argv[1], format="parquet.votable")
print(json.dumps({
    "version": metadata[b"IVOA.VOTable-Parquet.version"].decode(),
    "fields": [[f.name, f.datatype, str(f.arraysize), str(f.unit or ""), f.ucd, f.utype, f.description and str(f.description)] for f in fields],
    "ra": list(table["ra"]), "unit": str(table["ra"].unit), "ucd": table["ra"].meta.get("ucd"),
}))
`;

describe("VOParquet", () => {
  const name = `astropy reads the VOTable of a footer${hasAstropy ? "" : " (GRATICULE_PYTHON names no Python with astropy)"}`;
  (hasAstropy ? test : test.skip)(name, async () => {
    const [fits, out] = [join(folder.path, "stars.fits"), join(folder.path, "stars.parquet")];
    const run = (script: string, path: string) =>
      spawnSync(python as string, ["-W", "ignore", "-c", script, path], { encoding: "utf8" });
    expect(run(WRITE, fits).stderr).toBe("");
    await convert({ inputs: fits, out });
    const { stdout, stderr } = run(READ, out);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      version: "1.0",
      fields: [
        ["row", "int", "None", "", null, null, null],
        ["ra", "double", "None", "deg", "pos.eq.ra;meta.main", "stc:ra", 'right "ascension" <J2000>'],
        ["flux<&", "float", "3", "mJy", null, null, null],
        ["name", "char", "5", "", null, null, null],
        ["n", "int", "None", "", null, null, null],
      ],
      ...{ ra: [10.5, 20.25], unit: "deg", ucd: "pos.eq.ra;meta.main" },
    });
  });
});
