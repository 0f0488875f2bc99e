import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { openSample } from "./hdf5-fixture.js";

const SHARED = process.env.GRATICULE_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const whereItIs = existsSync(`${SHARED}/data-reference`) ? describe : describe.skip;

interface Reference {
  readonly kind: string;
  readonly dimensions?: Record<string, { len: number; unlimited: boolean }>;
  readonly groups?: string[];
  readonly variables?: Record<string, { dims: string[]; shape: number[]; n_attrs: number; attr_err?: string }>;
  readonly h5?: Record<string, { shape: number[] | null; named_datatype?: string }>;
}

function references(): [string, Reference][] {
  const found = readdirSync(`${SHARED}/data-reference`, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".json"),
  );
  return found
    .map((path): [string, Reference] => [
      path.slice(0, -".json".length),
      JSON.parse(readFileSync(`${SHARED}/data-reference/${path}`, "utf8")),
    ])
    .filter(([path, { kind }]) => kind === "hdf5" && existsSync(`${SHARED}/data/${path}`));
}

/** Published files, and what netCDF4-python and h5py say of them. */
whereItIs("published HDF5 files", () => {
  test.each(existsSync(`${SHARED}/data-reference`) ? references() : [])("%s", async (path, reference) => {
    const { dataset, context } = await openSample(`${SHARED}/data/${path}`);
    expect(dataset.error).toBeUndefined();
    const dimensions = new Map(dataset.dimensions.map((d) => [d.path, d]));
    for (const [name, { len, unlimited }] of Object.entries(reference.dimensions ?? {}))
      if (!name.includes("phony_dim")) expect([name, dimensions.get(name)]).toMatchObject([name, { length: len, unlimited }]);
    expect(dataset.groups.map((g) => g.path)).toEqual(expect.arrayContaining(reference.groups ?? []));
    const variables = new Map(dataset.variables.map((v) => [v.path, v]));
    for (const [name, { dims, shape, n_attrs, attr_err }] of Object.entries(reference.variables ?? {})) {
      const variable = variables.get(name);
      if (!dims.some((dim) => dim.startsWith("phony_dim"))) expect([name, variable?.dims]).toEqual([name, dims]);
      expect([name, variable?.shape]).toEqual([name, shape]);
      if (!attr_err) expect(variable?.attributes.size).toBeGreaterThanOrEqual(n_attrs);
    }
    if (!reference.variables)
      for (const [name, { shape, named_datatype }] of Object.entries(reference.h5 ?? {}))
        if (shape && !named_datatype) expect(variables.get(name)?.shape.slice(0, shape.length)).toEqual(shape);
    await context.close();
  });
});
