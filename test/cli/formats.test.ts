import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { FormatsDocument } from "../../src/cli/list-formats.js";
import { documentOf, graticule, root, textOf } from "./run-graticule.js";

describe("formats", () => {
  it("lists what the manifests of the installed plugins say", async () => {
    const { formats, codecs, warnings } = documentOf<FormatsDocument>(await graticule(["formats", "--json"]));
    expect(warnings).toEqual([]);
    expect(codecs).toEqual(
      expect.arrayContaining([
        { id: "deflate", what: "zlib streams", hdf5: 1 },
        expect.objectContaining({ id: "blosc", zarr: "blosc" }),
      ]),
    );
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const manifests = Object.keys(dependencies)
      .map((name) => join(root, "node_modules", name, "package.json"))
      .filter((path) => existsSync(path))
      .map((path) => JSON.parse(readFileSync(path, "utf8")))
      .filter((json) => json.graticule);
    const claimed = manifests.flatMap((json) =>
      json.graticule.formats.map((claim: { id: string }) => [claim.id, json.name, json.version]),
    );
    expect(formats.map((format) => [format.id, format.plugin, format.version])).toEqual(claimed.sort());
    expect(formats.map(({ id }) => id)).toEqual(expect.arrayContaining(["hdf5", "netcdf3"]));
  });

  it("prints them as a table", async () => {
    const finished = await graticule(["formats"]);
    expect(finished.code).toBe(0);
    expect(textOf(finished)).toMatch(/^format {2,}title .*\n─+ .*\n(?:.*\n)*?hdf5 {2,}HDF5 and netCDF-4 .*graticule-hdf5/);
  });
});
