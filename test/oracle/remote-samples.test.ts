import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { isGraticuleError } from "../../src/errors.js";
import { openDataset } from "../../src/format/open-dataset.js";
import { readBox } from "../../src/format/read-box.js";
import { readContext } from "../../src/format/read-context.js";
import { formatRegistry } from "../../src/format/registry.js";
import { sizeOf, wholeBox } from "../../src/schema/box.js";
import type { Store } from "../../src/store/contract.js";
import { fileStore } from "../../src/store/file.js";
import { httpStore } from "../../src/store/http/http-store.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";

/**
 * Every sample over HTTP, in pieces as small and odd as can be, gives what it gives from disk. (That what comes from disk is right
 * is for the formats' own tests to say.)
 */
const samples = join(import.meta.dirname, "../../sample-data");
const registry = formatRegistry();
const extensions = [".nc", ".h5", ".fits", ".hdf5"];
const files = readdirSync(samples, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(samples, join(entry.parentPath, entry.name)).split(sep).join("/"));
const stores = new Set(
  files
    .filter((name) => /(^|\/)(\.zgroup|\.zarray|zarr\.json)$/.test(name))
    .map((name) => name.replace(/\.zarr\/.*$/, ".zarr"))
    .filter((name) => name.endsWith(".zarr")),
);
const names = [
  ...files.filter((name) => extensions.some((extension) => name.endsWith(extension)) && !name.includes(".zarr/")),
  ...stores,
];

let server: RangeServer;
beforeAll(async () => {
  server = await rangeServer();
  for (const name of files) server.files.set(`/${encodeURI(name)}`, { bytes: readFileSync(join(samples, name)) });
});
afterAll(() => server.close());

const odd = httpStore({ first: 3000, costs: { largest: 7001, overhead: 64, inFlight: 3 }, limits: { pause: 1 } });

/** What a reader gets of a file: everything, or the kinds of its errors. */
async function contentOf(url: string, store: Store, parallel: boolean): Promise<unknown> {
  const context = readContext({ store, parallel });
  try {
    const dataset = await openDataset(url, { context, registry, store });
    const variables: [string, unknown][] = [];
    for (const variable of dataset.variables) {
      if (variable.unsupported || variable.error || sizeOf(variable.shape) > 300_000) continue;
      const values = await readBox(variable, wholeBox(variable.shape), context).catch(kindOf);
      variables.push([variable.path, ArrayBuffer.isView(values) ? hashOf(values as Uint8Array) : values]);
    }
    await dataset.close();
    return { format: dataset.format, variables };
  } catch (error) {
    return kindOf(error);
  } finally {
    await context.close();
  }
}

function kindOf(error: unknown): string {
  if (isGraticuleError(error) && error.tag !== "internal") return `${error.tag} ${error.offset ?? ""}`;
  throw error;
}

/** Jest's comparison of long arrays takes minutes. */
function hashOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

describe("samples over HTTP", () => {
  const isWalked = (name: string): boolean => name.includes("walked");

  test.each(names.filter((name) => !isWalked(name)))("%s", async (name) => {
    const here = await contentOf(join(samples, name), fileStore(), true);
    const url = `${server.origin}/${encodeURI(name)}`;
    expect(await contentOf(url, odd, true)).toEqual(here);
    expect(await contentOf(url, odd, false)).toEqual(here);
  });

  test.each(names.filter(isWalked))("%s: what only a listing finds is not found over HTTP, and said", async (name) => {
    expect(await contentOf(`${server.origin}/${encodeURI(name)}`, odd, true)).toMatch(/^unsupported/);
  });

  test("a file compressed as a whole is fetched whole, and read as what it holds", async () => {
    const name = "hdf5-netcdf4.nc";
    server.files.set("/wrapped.nc.gz", { bytes: gzipSync(readFileSync(join(samples, name))) });
    expect(await contentOf(`${server.origin}/wrapped.nc.gz`, odd, true)).toEqual(
      await contentOf(join(samples, name), fileStore(), true),
    );
  });

  test("what no format reads is said of a web page too", async () => {
    server.files.set("/login.nc", { bytes: Buffer.from(`<!doctype html><title>Log in</title>${" ".repeat(20_000)}`) });
    const error = await contentOf(`${server.origin}/login.nc`, odd, true);
    expect(error).toMatch(/^unknown-format/);
  });
});
