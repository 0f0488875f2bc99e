import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { convert } from "../../src/index.js";
import { temporaryFolder } from "../support/parquet.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const python = process.env.GRATICULE_PYTHON;
const hasDatasets = python !== undefined && existsSync(python) && spawnSync(python, ["-c", "import datasets"]).status === 0;

const LOAD = `
import datasets, json, sys
datasets.disable_progress_bars()
train = datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2])["train"]
print(json.dumps({"rows": train.num_rows, "columns": train.column_names, "least": min(train["ch4"])}))
`;

describe("convert --layout huggingface", () => {
  test("parts lie in data/, the card names them, a table each", async () => {
    const out = join(folder.path, "several");
    await convert({ inputs: "sample-data/archive-shapes/shapes.nc", out, layout: "huggingface", rename: { Tas: "tas_2" } });
    expect(readdirSync(join(out, "station"))).toEqual(["data"]);
    const card = readFileSync(join(out, "README.md"), "utf8");
    expect(card.startsWith("---\npretty_name: ")).toBe(true);
    expect(card).toContain('- config_name: "station"\n  data_files:\n  - split: train\n    path: "station/data/**/*.parquet"\n');
    expect(card.match(/default: true/g)).toHaveLength(1);
  });

  test("keys of folders stand below data/; one file is refused", async () => {
    const out = join(folder.path, "parted");
    await convert({ inputs: "sample-data/merg", out, layout: "huggingface", partitionBy: "day" });
    expect(readdirSync(join(out, "data"))).toEqual(["day=11"]);
    await expect(convert({ inputs: "sample-data/merg", out: `${out}.parquet`, layout: "huggingface" })).rejects.toMatchObject({
      tag: "usage",
    });
  });

  const name = `datasets loads it${hasDatasets ? "" : " (GRATICULE_PYTHON names no Python with datasets)"}`;
  (hasDatasets ? test : test.skip)(name, async () => {
    const out = join(folder.path, "merg");
    await convert({ inputs: "sample-data/merg", out, layout: "huggingface" });
    const { stdout, stderr } = spawnSync(python as string, ["-W", "ignore", "-c", LOAD, out, join(folder.path, "cache")], {
      encoding: "utf8",
      env: { ...process.env, HF_HUB_OFFLINE: "1", HF_HOME: join(folder.path, "home") },
    });
    expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringContaining("{") });
    expect(JSON.parse(stdout)).toEqual({ rows: 18000, columns: ["time", "latitude", "longitude", "ch4"], least: 206 });
  });
});
