import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { type Rows, rowsOf } from "./faults.js";

/** A bucket, seen from outside: by the SDK. */
export interface Bucket {
  readonly client: S3Client;
  /** Keys below a prefix with their sizes. */
  keys(prefix: string): Promise<Map<string, number>>;
  text(key: string): Promise<string>;
  put(key: string, body: string | Buffer): Promise<void>;
  remove(key: string): Promise<void>;
  /** Keys of open multipart uploads. */
  uploads(): Promise<string[]>;
  /** What the parts of a prefix hold, all of them or those that the manifest names. */
  rows(prefix: string, keys?: readonly string[]): Promise<Rows>;
}

export async function makeBucket(endpoint: string, name: string): Promise<Bucket> {
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 8,
  });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  const bytes = async (Key: string): Promise<Uint8Array> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array(0);
  };
  const bucket: Bucket = {
    client,
    async keys(Prefix) {
      const found = new Map<string, number>();
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: name, Prefix }))
        for (const { Key = "", Size = 0 } of Contents) found.set(Key, Size);
      return found;
    },
    text: async (key) => Buffer.from(await bytes(key)).toString("utf8"),
    async put(Key, Body) {
      await client.send(new PutObjectCommand({ Bucket: name, Key, Body }));
    },
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket: name, Key }));
    },
    async uploads() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: name }));
      return Uploads.map(({ Key = "" }) => Key);
    },
    async rows(prefix, keys) {
      const folder = mkdtempSync(join(tmpdir(), "graticule-bucket-"));
      const wanted = keys ?? [...(await bucket.keys(prefix)).keys()].filter((key) => key.endsWith(".parquet"));
      const paths: string[] = [];
      for (const key of [...wanted].sort()) {
        const path = join(folder, key);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, await bytes(key));
        paths.push(path);
      }
      return rowsOf(paths);
    },
  };
  return bucket;
}

/** What is wrong with a finished dataset in a bucket. */
export async function faultsIn(bucket: Bucket, dest: string): Promise<string[]> {
  const faults: string[] = [];
  const keys = await bucket.keys(dest);
  const latest = (await bucket.text(`${dest}.graticule/LATEST`)).trim();
  const { parts } = JSON.parse(await bucket.text(`${dest}.graticule/snapshots/${latest}.json`)) as {
    parts: { path: string; bytes: number }[];
  };
  const named = new Map(parts.map(({ path, bytes }) => [path === "" ? dest : `${dest}/${path}`, bytes]));
  for (const [key, bytes] of named) if (keys.get(key) !== bytes) faults.push(`${key} has ${keys.get(key)} bytes, not ${bytes}`);
  for (const key of keys.keys()) {
    if (key.startsWith(`${dest}/`) && !named.has(key) && key !== `${dest}/_SUCCESS`) faults.push(`${key} is in no snapshot`);
    if (/staging|\.graticule\/lock|probe/.test(key)) faults.push(`${key} is left`);
  }
  if (!dest.endsWith(".parquet") && !keys.has(`${dest}/_SUCCESS`)) faults.push("no _SUCCESS");
  faults.push(...(await bucket.uploads()).filter((key) => key.startsWith(dest)).map((key) => `an upload to ${key} is open`));
  return faults;
}
