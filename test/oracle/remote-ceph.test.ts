import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { resolveInputs } from "../../src/archive/inputs.js";
import { open } from "../../src/index.js";
import { openStore } from "../../src/store/open-store.js";
import { s3Store } from "../../src/store/s3/s3-store.js";
import { S3_VARIABLES } from "../../src/store/s3/settings.js";
import { type Ceph, hasCeph, startCeph } from "../support/ceph.js";

const suite = hasCeph ? describe : describe.skip;
const sample = join(import.meta.dirname, "../../sample-data/merg/merg_2006091100_4km-pixel.nc");
const large = Buffer.from(Uint8Array.from({ length: 2_000_000 }, (_, i) => (i * 13 + (i >> 8)) & 255));
/** Keys that signing and URLs stumble over. */
const ODD_KEYS = ["a b/ü+%20&=?#.bin", "plus+sign~*'(x)!.bin", "double//slash.bin", "日本.bin"];

suite("S3 of a real Ceph gateway", () => {
  let ceph: Ceph;
  let client: S3Client;
  let folder = "";
  const before = new Map(S3_VARIABLES.map((name) => [name, process.env[name]]));

  beforeAll(async () => {
    ceph = startCeph();
    folder = mkdtempSync(join(tmpdir(), "graticule-aws-"));
    for (const name of S3_VARIABLES) delete process.env[name];
    process.env.AWS_CONFIG_FILE = join(folder, "config");
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, "credentials");
    use(ceph.env);
    client = new S3Client({
      endpoint: ceph.endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    for (const Bucket of ["data", "public"]) await client.send(new CreateBucketCommand({ Bucket }));
    await put("data", "air.nc", readFileSync(sample));
    await put("public", "air.nc", readFileSync(sample));
    await put("data", "large.bin", large);
    for (const key of ODD_KEYS) await put("data", key, Buffer.from(key));
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: ["s3:GetObject", "s3:ListBucket"],
          Resource: ["arn:aws:s3:::public", "arn:aws:s3:::public/*"],
        },
      ],
    });
    await client.send(new PutBucketPolicyCommand({ Bucket: "public", Policy }));
  }, 180_000);

  afterAll(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    ceph?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const put = (Bucket: string, Key: string, Body: Buffer) => client.send(new PutObjectCommand({ Bucket, Key, Body }));

  function use(env: Readonly<Record<string, string>>): void {
    for (const name of S3_VARIABLES) if (name.startsWith("AWS_") && !name.endsWith("_FILE")) delete process.env[name];
    for (const name of S3_VARIABLES) if (env[name] !== undefined) process.env[name] = env[name];
  }

  test("a signed object gives the bytes that the SDK gives, and the SDK's ETag as its version", async () => {
    const source = await openStore().open("s3://data/large.bin");
    const answer = await client.send(new GetObjectCommand({ Bucket: "data", Key: "large.bin" }));
    expect(source).toMatchObject({ size: large.length, version: answer.ETag, url: "s3://data/large.bin" });
    expect(large.equals(await source.readOne({ offset: 0, length: large.length }))).toBe(true);
    expect(large.equals((await answer.Body?.transformToByteArray()) ?? new Uint8Array(0))).toBe(true);
    await source.close();
  });

  test.each(ODD_KEYS)("the key %j", async (key) => {
    const store = openStore();
    expect(Buffer.from((await store.get(`s3://data/${key}`)) ?? []).toString()).toBe(key);
    const found: string[] = [];
    for await (const { url } of store.list(`s3://data/${key.slice(0, 4)}`)) found.push(url);
    expect(found).toEqual([`s3://data/${key}`]);
  });

  test("a netCDF file is opened and read", async () => {
    const dataset = await open("s3://data/air.nc");
    const local = await open(sample);
    const [name = ""] = [...local.variables.keys()].filter((path) => local.variable(path).shape.length > 1);
    const ours = await dataset.variable(name).read();
    expect(ours.values).toEqual((await local.variable(name).read()).values);
    await dataset.close();
    await local.close();
  });

  test("a public bucket is read without keys, and a private one is not", async () => {
    use({ AWS_ENDPOINT_URL: ceph.endpoint, AWS_NO_SIGN_REQUEST: "1" });
    const source = await openStore().open("s3://public/air.nc");
    expect(source.size).toBe(readFileSync(sample).length);
    expect(await resolveInputs(["s3://public/*.nc"])).toEqual(["s3://public/air.nc"]);
    await expect(openStore().open("s3://data/air.nc")).rejects.toMatchObject({
      tag: "permission",
      message: expect.stringContaining("AccessDenied"),
      hint: expect.stringContaining("not public"),
    });
    use(ceph.env);
  });

  test("keys and endpoint of a profile; one that does not exist", async () => {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = ceph.env;
    writeFileSync(
      join(folder, "config"),
      `[profile ceph]\nregion = us-east-1\nservices = here\n\n[services here]\ns3 =\n  endpoint_url = ${ceph.endpoint}\n`,
    );
    writeFileSync(join(folder, "credentials"), `[ceph]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
    use({ AWS_PROFILE: "ceph" });
    expect((await openStore().open("s3://data/large.bin")).size).toBe(large.length);
    use({ AWS_PROFILE: "nobody" });
    await expect(openStore().open("s3://data/large.bin")).rejects.toMatchObject({
      tag: "usage",
      message: expect.stringContaining("nobody"),
    });
    use(ceph.env);
  });

  test.each([
    ["an absent key", "s3://data/absent.nc", {}, "not-found", /NoSuchKey/],
    ["an absent bucket", "s3://absent/a.nc", {}, "not-found", /no bucket absent/],
    ["a wrong secret", "s3://data/air.nc", { AWS_SECRET_ACCESS_KEY: "x" }, "permission", /SignatureDoesNotMatch/],
    ["an unknown key", "s3://data/air.nc", { AWS_ACCESS_KEY_ID: "x" }, "permission", /InvalidAccessKeyId/],
    ["a bucket without a key", "s3://data", {}, "usage", /names a bucket/],
  ])("%s", async (_, url, env, tag, message) => {
    use({ ...ceph.env, ...env });
    await expect(openStore().open(url)).rejects.toMatchObject({ tag, message: expect.stringMatching(message) });
    use(ceph.env);
  });

  test("what is not there is null for a store of many objects", async () => {
    expect(await openStore().get("s3://data/absent/.zarray")).toBeNull();
    await expect(openStore().get("s3://absent/.zarray")).rejects.toMatchObject({ tag: "not-found" });
  });

  test("an object that is replaced while it is read is an error, and never a mixture", async () => {
    await put("data", "changing.bin", large);
    const source = await openStore().open("s3://data/changing.bin");
    await put("data", "changing.bin", Buffer.from(large).fill(1, 1_000_000));
    await expect(source.readOne({ offset: 500_000, length: 1_200_000 })).rejects.toMatchObject({ tag: "changed" });
  });

  test("a listing goes on over pages, in the order of the keys", async () => {
    const keys = Array.from({ length: 1005 }, (_, i) => `many/${String(i).padStart(4, "0")}.nc`);
    for (let i = 0; i < keys.length; i += 50)
      await Promise.all(keys.slice(i, i + 50).map((key) => put("data", key, Buffer.from("x"))));
    const found: string[] = [];
    for await (const { url, size } of s3Store().list("s3://data/many/")) if (size === 1) found.push(url);
    expect(found).toEqual(keys.map((key) => `s3://data/${key}`));
  }, 60_000);

  test("a gateway that is down for a while is waited for", async () => {
    const source = await openStore().open("s3://data/large.bin");
    await ceph.gateway("KILL");
    const reading = source.readOne({ offset: 600_000, length: 1_200_000 });
    await ceph.gateway("start");
    expect(large.subarray(600_000, 1_800_000).equals(await reading)).toBe(true);
  }, 60_000);
});
