import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { convert, open } from "../../src/index.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-secrets-"));
const dest = join(folder, "out");
const SECRETS = /hush|SIGNED|TOKEN/;

let server: RangeServer;
beforeAll(async () => {
  server = await rangeServer();
  server.files.set("/air.nc", { bytes: readFileSync("sample-data/cf-packed.nc"), etag: '"one"' });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const addressOf = (path: string, signature: string): string =>
  `${server.origin.replace("//", "//me:hush@")}${path}?part=1&X-Amz-Signature=${signature}&X-Amz-Security-Token=TOKEN`;

it("what stays of a dataset holds no password and no signature; the plan, which needs them, is the owner's alone", async () => {
  await convert({ inputs: [addressOf("/air.nc", "SIGNED1")], out: dest });
  const texts = readdirSync(`${dest}.graticule`, { recursive: true, encoding: "utf8" })
    .map((name) => join(`${dest}.graticule`, name))
    .filter((path) => statSync(path).isFile());
  const telling = texts.filter((path) => SECRETS.test(readFileSync(path, "latin1")));
  expect(telling.map((path) => path.replace(/^.*\//, ""))).toEqual(["plan.json"]);
  if (process.platform !== "win32") expect(statSync(telling[0] as string).mode & 0o777).toBe(0o600);
  const snapshot = JSON.parse(readFileSync(`${dest}.graticule/snapshots/1.json`, "utf8"));
  expect(snapshot.inputs[0].url).toBe(`${server.origin}/air.nc?part=1`);
  for (const part of readdirSync(dest)) expect(SECRETS.test(readFileSync(join(dest, part), "latin1"))).toBe(false);
});

it("the same file with a new signature is the same input", async () => {
  const { warnings } = await convert({ inputs: [addressOf("/air.nc", "SIGNED2")], out: dest, mode: "append" });
  expect(warnings.join()).toContain("1 of 1 inputs are in the dataset already");
});

it("no error shows them", async () => {
  const error = await open(addressOf("/none.nc", "SIGNED3")).catch((failure: Error) => failure);
  expect(JSON.stringify(error) + String(error)).not.toMatch(SECRETS);
  expect(error).toMatchObject({ tag: "not-found", file: `${server.origin}/none.nc?part=1` });
});
