import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { type RangeServer, rangeServer } from "../support/range-server.js";
import { documentOf, graticule, root, textOf } from "./run-graticule.js";

jest.setTimeout(60_000);

const merg = join(root, "sample-data/merg");
const names = readdirSync(merg).filter((name) => name.endsWith(".nc"));
let server: RangeServer;
let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "graticule-remote-"));
  server = await rangeServer();
  for (const name of names) server.files.set(`/${name}`, { bytes: readFileSync(join(merg, name)) });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  server.asked.length = 0;
  server.fault = null;
});

const urls = () => names.map((name) => `${server.origin}/${name}`);

describe("commands on URLs", () => {
  test("inspect says of a file on the web what it says of it on disk, from one request", async () => {
    const [url = ""] = urls();
    const there = documentOf(await graticule(["inspect", url, "--json", "--stats", "--checksum"]));
    const here = documentOf(await graticule(["inspect", join(merg, names[0] as string), "--json", "--stats", "--checksum"]));
    expect(there).toEqual({ ...here, path: url });
    expect(server.asked).toHaveLength(1);
  });

  test("cat gives the same values", async () => {
    const args = ["ch4", "--slice", "latitude=10:12"];
    const there = await graticule(["cat", urls()[0] as string, ...args]);
    expect(textOf(there)).toBe(textOf(await graticule(["cat", join(merg, names[0] as string), ...args])));
    expect(there.code).toBe(0);
  });

  test("convert makes of URLs the rows that it makes of files, and adds no file twice", async () => {
    const dest = join(folder, "out");
    const there = documentOf<Converted>(await graticule(["convert", ...urls(), "--out", dest, "--json", "--with", "source"]));
    const here = documentOf<Converted>(await graticule(["convert", merg, "--out", join(folder, "here"), "--json"]));
    expect(there.tables.map(({ rows }) => rows)).toEqual(here.tables.map(({ rows }) => rows));
    const again = documentOf<Converted>(
      await graticule(["convert", ...urls(), "--out", dest, "--json", "--append", "--with", "source"]),
    );
    expect(again.tables).toEqual([]);
  });

  test("a dry run tells the requests and bytes that the run then takes", async () => {
    const args = ["convert", ...urls(), "--json", "--where", "latitude > 14", "--out"];
    const expected = documentOf<Converted>(await graticule([...args, join(folder, "dry"), "--dry-run"]));
    const run = documentOf<Converted>(await graticule([...args, join(folder, "wet")]));
    const { besides, ...ofChunks } = run.reads;
    expect(ofChunks).toEqual(expected.reads);
    expect(besides?.bytes).toBeGreaterThan(0);
  });

  test.each([
    [["/absent.nc"], 5, "not-found"],
    [["/*.nc"], 4, "unsupported"],
    [["/"], 4, "unsupported"],
  ])("convert %j ends with %i", async (paths, code, tag) => {
    const inputs = paths.map((path) => server.origin + path);
    const finished = await graticule(["convert", ...inputs, "--out", join(folder, "no"), "--json"]);
    expect(finished.code).toBe(code);
    expect(documentOf(finished)).toMatchObject({ error: { code: tag } });
  });

  test("a file that changes between planning and reading ends the run as one that can be tried again", async () => {
    const [url = ""] = urls();
    const bytes = readFileSync(join(merg, names[0] as string));
    server.fault = (_asked, _response, count) => {
      if (count === 2) server.files.set(new URL(url).pathname, { bytes, etag: '"other"' });
      return false;
    };
    const finished = await graticule(["convert", url, "--out", join(folder, "changed"), "--json"]);
    expect(documentOf(finished)).toMatchObject({ error: { code: "changed", file: url } });
    expect(finished.code).toBe(75);
  });
});

interface Converted {
  readonly tables: readonly { readonly rows: number }[];
  readonly reads: { readonly besides?: { readonly bytes: number } };
}
