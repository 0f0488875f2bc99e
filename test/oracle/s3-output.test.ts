import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { S3_VARIABLES } from "../../src/store/s3/settings.js";
import { type Bucket, faultsIn, makeBucket } from "../support/bucket.js";
import { type Ceph, hasCeph, startCeph } from "../support/ceph.js";
import { errorOf, expected, files, killGroup, run, WEST } from "../support/faults.js";

jest.setTimeout(180_000);

const suite = hasCeph ? describe : describe.skip;
const whole = { rows: expected.rows, cell_crc32: expected.cell_crc32 };

suite("output in S3, of a real Ceph gateway", () => {
  let ceph: Ceph;
  let bucket: Bucket;
  const folder = mkdtempSync(join(tmpdir(), "graticule-s3-output-"));
  const before = new Map(S3_VARIABLES.map((name) => [name, process.env[name]]));

  beforeAll(async () => {
    ceph = startCeph();
    for (const name of S3_VARIABLES) delete process.env[name];
    process.env.AWS_CONFIG_FILE = join(folder, "config");
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, "credentials");
    Object.assign(process.env, ceph.env);
    bucket = await makeBucket(ceph.endpoint, "data");
  });

  afterAll(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    ceph?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const convert = (inputs: readonly string[], dest: string, ...more: readonly string[]) =>
    run(["convert", ...inputs, "--out", `s3://data/${dest}`, "--json", ...more]);
  const ok = { code: 0, stderr: "" };

  test("a folder of parts: made, added to with what is new, replaced; nothing is left beside it", async () => {
    expect(await convert(files.slice(0, 3), "grows", ...WEST)).toMatchObject(ok);
    expect(await faultsIn(bucket, "grows")).toEqual([]);
    expect(await bucket.rows("grows/")).toEqual(expected.west_of_three);
    expect(errorOf(await convert(files, "grows", ...WEST))).toMatchObject({ exit: 6, code: "conflict" });
    const added = await convert(files, "grows", "--append", ...WEST);
    expect({ ...ok, ...JSON.parse(added.stdout) }).toMatchObject({ tables: [{ parts: 7 }], reads: { files: 7 } });
    expect(await faultsIn(bucket, "grows")).toEqual([]);
    expect(await bucket.rows("grows/")).toEqual(expected.west);
    const again = await convert(files, "grows", "--append", ...WEST);
    expect({ code: again.code, ...JSON.parse(again.stdout) }).toMatchObject({ code: 0, tables: [], reads: { chunks: 0 } });
    expect(await convert(files.slice(0, 3), "grows", "--overwrite", ...WEST)).toMatchObject(ok);
    expect(await faultsIn(bucket, "grows")).toEqual([]);
    expect(await bucket.rows("grows/")).toEqual(expected.west_of_three);
  });

  test("LATEST that a late request has turned back misleads nobody who writes, and gc puts it right", async () => {
    expect(await convert(files.slice(0, 3), "pointer", ...WEST)).toMatchObject(ok);
    expect(await convert(files, "pointer", "--append", ...WEST)).toMatchObject(ok);
    await bucket.put("pointer.graticule/LATEST", "1\n");
    const found = await run(["verify", "s3://data/pointer", "--json"]);
    expect({ code: found.code, ...JSON.parse(found.stdout) }).toMatchObject({
      code: 6,
      snapshot: 2,
      differences: [{ kind: "pointer" }],
    });
    const again = await convert(files, "pointer", "--append", ...WEST);
    expect({ code: again.code, ...JSON.parse(again.stdout) }).toMatchObject({ code: 0, tables: [] });
    expect(await run(["gc", "s3://data/pointer"])).toMatchObject(ok);
    expect(await run(["verify", "s3://data/pointer", "--source", "--json"])).toMatchObject(ok);
    expect((await bucket.text("pointer.graticule/LATEST")).trim()).toBe("2");
  });

  test("one object, by worker threads; replaced in one step; another's object is not", async () => {
    expect(await convert(files, "one.parquet", "--jobs", "2")).toMatchObject(ok);
    expect(await faultsIn(bucket, "one.parquet")).toEqual([]);
    expect(await bucket.rows("one.parquet", ["one.parquet"])).toEqual(whole);
    expect(await convert(files, "one.parquet", "--overwrite", ...WEST)).toMatchObject(ok);
    expect(await bucket.rows("one.parquet", ["one.parquet"])).toEqual(expected.west);
    await bucket.put("foreign.parquet", "not ours");
    expect(errorOf(await convert(files, "foreign.parquet", ...WEST))).toMatchObject({ exit: 6, code: "conflict" });
    await bucket.put("foreign/notes.txt", "not ours");
    expect(errorOf(await convert(files, "foreign", "--overwrite", ...WEST))).toMatchObject({
      exit: 6,
      message: expect.stringContaining("graticule did not write"),
    });
    expect(await bucket.text("foreign.parquet")).toBe("not ours");
  });

  test("kill -9, then resume: finished parts are not made again, and no upload stays open", async () => {
    for (const [i, after] of [3, 7].entries()) {
      const dest = `killed-${i}`;
      await run(["convert", ...files, "--out", `s3://data/${dest}`, "--jobs", "2", "--progress", "json"], {
        onStart: (child) =>
          child.stderr?.on("data", (piece) => {
            if (new RegExp(`"tasks_done":${after},`).test(String(piece))) killGroup(child);
          }),
      });
      const markers = [...(await bucket.keys(`${dest}.graticule/runs/`)).keys()].filter((key) => /\/tasks\//.test(key));
      expect(markers.length).toBeGreaterThanOrEqual(after);
      expect(await bucket.keys(`${dest}/`)).toEqual(new Map());
      const resumed = await run(["resume", `s3://data/${dest}`, "--json"]);
      expect({ code: resumed.code, ...JSON.parse(resumed.stdout) }).toMatchObject({ code: 0, tables: [{ rows: expected.rows }] });
      const now = await bucket.keys(`${dest}.graticule/runs/`);
      expect(markers.filter((key) => !now.has(key))).toEqual([]);
      expect([...now.keys()].filter((key) => /\/tasks\//.test(key))).toHaveLength(10);
      expect(await faultsIn(bucket, dest)).toEqual([]);
      expect(await bucket.rows(`${dest}/`)).toEqual(whole);
    }
  });

  test("of writers at once one wins, and nothing is mixed", async () => {
    const ended = await Promise.all(Array.from({ length: 3 }, () => convert(files, "race", "--jobs", "1")));
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 6, 6]);
    for (const one of ended) if (one.code === 6) expect(errorOf(one)).toMatchObject({ code: "conflict" });
    expect(await faultsIn(bucket, "race")).toEqual([]);
    expect(await bucket.rows("race/")).toEqual(whole);
  });

  test("a gateway that is killed, and one that stands still, are outlasted", async () => {
    for (const [dest, down, up] of [
      ["restarted", "KILL", "start"],
      ["paused", "STOP", "CONT"],
    ] as const) {
      let isDown = false;
      const { code, stderr } = await run(["convert", ...files, "--out", `s3://data/${dest}`, "--jobs", "2", "--progress", "json"], {
        onStart: (child) =>
          child.stderr?.on("data", (piece) => {
            if (isDown || !/"tasks_done":[2-8],/.test(String(piece))) return;
            isDown = true;
            ceph.gateway(down).then(() => setTimeout(() => ceph.gateway(up), 1000));
          }),
      });
      expect({ code, isDown, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, isDown: true, stderr: "" });
      expect(await faultsIn(bucket, dest)).toEqual([]);
      expect(await bucket.rows(`${dest}/`)).toEqual(whole);
    }
  });

  test.each([
    ["a wrong secret", { AWS_SECRET_ACCESS_KEY: "x" }, "s3://data/refused", 5, "permission", /SignatureDoesNotMatch/],
    ["an unknown key", { AWS_ACCESS_KEY_ID: "x" }, "s3://data/refused", 5, "permission", /InvalidAccessKeyId/],
    ["unsigned requests", { AWS_NO_SIGN_REQUEST: "1" }, "s3://data/refused", 5, "permission", /AccessDenied/],
    ["no such bucket", {}, "s3://absent/refused", 5, "not-found", /NoSuchBucket/],
    ["a bucket alone", {}, "s3://data", 2, "usage", /prefix/],
    ["another scheme", {}, "gs://data/refused", 4, "unsupported", /gs:\/\//],
  ])("%s is told before anything is read", async (_, env, out, exit, code, message) => {
    Object.assign(process.env, env);
    try {
      const ended = await run(["convert", ...files, "--out", out, "--json", ...WEST]);
      expect(errorOf(ended)).toMatchObject({ exit, code, message: expect.stringMatching(message) });
    } finally {
      for (const name of Object.keys(env)) delete process.env[name];
      Object.assign(process.env, ceph.env);
    }
  });
});
