import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { remoteInputs } from "../../src/archive/remote-inputs.js";
import type { FormatRegistry } from "../../src/format/registry.js";
import { S3Access } from "../../src/store/s3/access.js";
import { locationOf, parseAddress } from "../../src/store/s3/address.js";
import { parseIni } from "../../src/store/s3/ini.js";
import { s3Store } from "../../src/store/s3/s3-store.js";
import { readSettings, type S3Settings } from "../../src/store/s3/settings.js";
import { signatureOf } from "../../src/store/s3/sign.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-s3-"));
const files = { AWS_CONFIG_FILE: join(folder, "config"), AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials") };
writeFileSync(
  files.AWS_CONFIG_FILE,
  `# a comment
[default]
region = eu-central-1
endpoint_url = https://default.example

[profile work]
region=eu-west-1 # behind a value
services = ceph
[profile role]
role_arn = arn:aws:iam::1:role/x
source_profile = work
[profile process]
credential_process = echo '{"Version":1,"AccessKeyId":"PROCESS","SecretAccessKey":"s"}'

[services ceph]
s3 =
  endpoint_url = http://ceph.example:7480
  other = 1
dynamodb =
  endpoint_url = http://elsewhere.example
`,
);
writeFileSync(
  files.AWS_SHARED_CREDENTIALS_FILE,
  `[default]
aws_access_key_id = ID
aws_secret_access_key = a/b+c=
[work]
aws_access_key_id = WORK
aws_secret_access_key = w
aws_session_token = t
[half]
aws_access_key_id = HALF
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

describe("settings", () => {
  test.each<[string, Record<string, string>, Partial<Record<keyof S3Settings, unknown>>]>([
    ["the default profile", {}, { region: "eu-central-1", credentials: { accessKeyId: "ID", secretAccessKey: "a/b+c=" } }],
    [
      "a named profile, its service section and token",
      { AWS_PROFILE: "work" },
      {
        endpoint: new URL("http://ceph.example:7480"),
        region: "eu-west-1",
        credentials: { accessKeyId: "WORK", secretAccessKey: "w", sessionToken: "t" },
      },
    ],
    [
      "the environment before the default profile",
      { AWS_ACCESS_KEY_ID: "E", AWS_SECRET_ACCESS_KEY: "e", AWS_REGION: "us-west-2", AWS_ENDPOINT_URL: "http://one" },
      { endpoint: new URL("http://one"), region: "us-west-2", credentials: { accessKeyId: "E", secretAccessKey: "e" } },
    ],
    [
      "S3's own endpoint before the common one, and a named profile before keys in the environment",
      {
        AWS_ENDPOINT_URL: "http://one",
        AWS_ENDPOINT_URL_S3: "http://two",
        AWS_PROFILE: "work",
        AWS_ACCESS_KEY_ID: "E",
        AWS_SECRET_ACCESS_KEY: "e",
      },
      { endpoint: new URL("http://two"), credentials: expect.objectContaining({ accessKeyId: "WORK" }) },
    ],
    ["unsigned requests", { AWS_NO_SIGN_REQUEST: "YES" }, { credentials: "none" }],
    ["a role, which the SDK has to find", { AWS_PROFILE: "role" }, { credentials: "chain" }],
  ])("%s", (_, env, expected) => {
    expect(readSettings({ ...files, ...env })).toMatchObject(expected);
  });

  test("without files: Amazon's first region, and whatever the SDK finds", () => {
    expect(readSettings({ HOME: join(folder, "nobody") })).toEqual({
      endpoint: null,
      region: "us-east-1",
      credentials: "chain",
      profile: undefined,
    });
  });

  test.each([
    [{ AWS_PROFILE: "absent" }, /no AWS profile "absent"/],
    [{ AWS_PROFILE: "half" }, /belong together/],
    [{ AWS_ACCESS_KEY_ID: "E" }, /belong together/],
    [{ AWS_ENDPOINT_URL: "ceph:7480" }, /no address of an S3 service/],
  ])("%j is a mistake", (env, message) => {
    expect(() => readSettings({ ...files, ...env })).toThrow(
      expect.objectContaining({ tag: "usage", message: expect.stringMatching(message) }),
    );
  });

  test("nested blocks end where the indentation does", () => {
    expect(Object.fromEntries(parseIni("[a]\ns3 =\n  x = 1\ny = 2\n").get("a") ?? [])).toEqual({ s3: "", "s3.x": "1", y: "2" });
  });
});

describe("addresses", () => {
  test.each([
    ["s3://data/a/b.nc", "https://data.s3.eu-west-1.amazonaws.com/a/b.nc"],
    ["s3://data.with.dots/a b%+.nc", "https://s3.eu-west-1.amazonaws.com/data.with.dots/a%20b%25%2B.nc"],
    ["s3://data/a//b?c#d", "https://data.s3.eu-west-1.amazonaws.com/a//b%3Fc%23d"],
  ])("%s", (url, expected) => {
    expect(locationOf(parseAddress(url), null, "eu-west-1").href).toBe(expected);
  });

  test("another service is asked by path", () => {
    expect(locationOf(parseAddress("s3://data/a.nc"), new URL("http://ceph:7480/"), "us-east-1").href).toBe(
      "http://ceph:7480/data/a.nc",
    );
  });

  test("what no URL can hold is refused", () => {
    expect(() => locationOf(parseAddress("s3://data/a/../b"), null, "us-east-1")).toThrow(
      expect.objectContaining({ tag: "unsupported" }),
    );
    expect(() => parseAddress("s3://")).toThrow(expect.objectContaining({ tag: "usage" }));
  });
});

describe("signatures", () => {
  const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };

  // The examples of "Signature Calculations for the Authorization Header" in the Amazon S3 API Reference.
  test.each([
    ["?lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"],
    ["?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"],
  ])("Amazon's example %s", (query, signature) => {
    const url = new URL(`https://examplebucket.s3.amazonaws.com/${query}`);
    const headers = signatureOf(url, credentials, "us-east-1", new Date("2013-05-24T00:00:00Z"));
    expect(headers.authorization).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
        `SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=${signature}`,
    );
  });
});

describe("what a service answers", () => {
  let server: RangeServer;
  beforeAll(async () => {
    server = await rangeServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.asked.length = 0;
    server.fault = null;
    server.files.set("/data/a.nc", { bytes: Buffer.from("content") });
  });

  /** What is learnt of a bucket is kept: tests that teach something have buckets of their own. */
  const here = (more: Partial<S3Settings> = {}) =>
    s3Store({
      settings: {
        endpoint: new URL(server.origin),
        region: "us-east-1",
        credentials: { accessKeyId: "K", secretAccessKey: "s" },
        profile: undefined,
        ...more,
      },
      limits: { pause: 1, longestPause: 5 },
    });

  /** Of `x-amz-date`. */
  const timeOf = (stamp: unknown): number =>
    Date.parse(String(stamp).replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, "$1-$2-$3T$4:$5:$6Z"));

  test("another region than asked is gone to at once, and known from then on", async () => {
    server.files.set("/roaming/a.nc", { bytes: Buffer.from("content") });
    server.fault = ({ headers }, response) => {
      if (headers.authorization?.includes("/eu-north-1/")) return false;
      response
        .writeHead(400, { "x-amz-bucket-region": "eu-north-1" })
        .end("<Error><Code>AuthorizationHeaderMalformed</Code></Error>");
      return true;
    };
    const store = here();
    await store.open("s3://roaming/a.nc");
    await store.open("s3://roaming/a.nc");
    expect(server.asked).toHaveLength(3);
  });

  test("a clock that is wrong is set by the service's", async () => {
    server.files.set("/late/a.nc", { bytes: Buffer.from("content") });
    const ahead = new Date(Date.now() + 3_600_000);
    server.fault = ({ headers }, response) => {
      if (Math.abs(timeOf(headers["x-amz-date"]) - ahead.getTime()) < 60_000) return false;
      response.writeHead(403, { date: ahead.toUTCString() }).end("<Error><Code>RequestTimeTooSkewed</Code></Error>");
      return true;
    };
    expect((await here().open("s3://late/a.nc")).size).toBe(7);
    expect(server.asked).toHaveLength(2);
  });

  /** Holds answers back until so many requests are there: all of them were signed before any was answered. */
  const together = (count: number): (() => Promise<void>) => {
    const waiting: (() => void)[] = [];
    return async () => {
      if (waiting.length >= count) return;
      const all = new Promise<void>((resolve) => waiting.push(resolve));
      if (waiting.length === count) for (const go of waiting) go();
      await all;
    };
  };

  test("requests that were signed before another one learnt the region are signed anew", async () => {
    server.files.set("/parallel/a.nc", { bytes: Buffer.from("content") });
    const all = together(4);
    server.fault = async ({ headers }, response) => {
      if (headers.authorization?.includes("/eu-north-1/")) return false;
      await all();
      response
        .writeHead(400, { "x-amz-bucket-region": "eu-north-1" })
        .end("<Error><Code>AuthorizationHeaderMalformed</Code></Error>");
      return true;
    };
    const store = here();
    const sources = await Promise.all(Array.from({ length: 4 }, () => store.open("s3://parallel/a.nc")));
    expect(sources.map(({ size }) => size)).toEqual([7, 7, 7, 7]);
    expect(server.asked).toHaveLength(8);
  });

  test("requests that were signed before another one learnt the time are signed anew", async () => {
    server.files.set("/parallel-late/a.nc", { bytes: Buffer.from("content") });
    const ahead = Date.now() + 3_600_000;
    const all = together(4);
    server.fault = async ({ headers }, response) => {
      if (Math.abs(timeOf(headers["x-amz-date"]) - ahead) < 60_000) return false;
      await all();
      response.writeHead(403, { date: new Date(ahead).toUTCString() }).end("<Error><Code>RequestTimeTooSkewed</Code></Error>");
      return true;
    };
    const store = here();
    const sources = await Promise.all(Array.from({ length: 4 }, () => store.open("s3://parallel-late/a.nc")));
    expect(sources.map(({ size }) => size)).toEqual([7, 7, 7, 7]);
    expect(server.asked).toHaveLength(8);
  });

  test.each([
    ["AuthorizationHeaderMalformed", 400, "unsupported"],
    ["RequestTimeTooSkewed", 403, "permission"],
  ])("%s for what the service itself has taught is refused for good", async (code, status, tag) => {
    server.fault = (_, response) => {
      response.writeHead(status, { "x-amz-bucket-region": "eu-north-1" }).end(`<Error><Code>${code}</Code></Error>`);
      return true;
    };
    await expect(here().open(`s3://stubborn-${status}/a.nc`)).rejects.toMatchObject({
      tag,
      message: expect.stringContaining(code),
    });
    expect(server.asked).toHaveLength(2);
  });

  describe("redirects", () => {
    const credentials = { accessKeyId: "K", secretAccessKey: "s", sessionToken: "TOKEN" };
    let other: RangeServer;
    beforeAll(async () => {
      other = await rangeServer();
      other.files.set("/cache/a.nc", { bytes: Buffer.from("content") });
    });
    afterAll(() => other.close());
    const secrets = ["authorization", "x-amz-security-token", "x-amz-date"];

    test("to another host carry neither signature nor token, and what it answers teaches nothing of the bucket", async () => {
      server.fault = (_, response) => {
        response.writeHead(307, { location: `${other.origin}/cache/a.nc` }).end();
        return true;
      };
      expect((await here({ credentials }).open("s3://data/a.nc")).size).toBe(7);
      expect(Object.keys(server.asked[0]?.headers ?? {})).toEqual(expect.arrayContaining(secrets));
      for (const name of secrets) expect(other.asked[0]?.headers).not.toHaveProperty(name);
      other.fault = (_, response) => {
        response.writeHead(403, { "x-amz-bucket-region": "mars" }).end("<Error><Code>AccessDenied</Code></Error>");
        return true;
      };
      await expect(here({ credentials }).open("s3://data/a.nc")).rejects.toMatchObject({ tag: "permission" });
      other.fault = null;
      server.fault = null;
      server.asked.length = 0;
      await here({ credentials }).open("s3://data/a.nc");
      expect(server.asked.at(-1)?.headers.authorization).toContain("/us-east-1/");
    });

    test("that are signed in their address are not signed again", async () => {
      server.fault = ({ query }, response) => {
        if (query.has("X-Amz-Signature")) return false;
        response.writeHead(307, { location: "/data/a.nc?X-Amz-Signature=1" }).end();
        return true;
      };
      expect((await here({ credentials }).open("s3://data/a.nc")).size).toBe(7);
      for (const name of secrets) expect(server.asked[1]?.headers).not.toHaveProperty(name);
    });
  });

  test.each<[string, boolean, string | null]>([
    ["https://data.s3.eu-west-1.amazonaws.com/a.nc", true, null],
    ["https://data.s3-us-west-2.amazonaws.com/a.nc", true, null],
    ["https://data.s3.dualstack.eu-west-1.amazonaws.com/a.nc", true, null],
    ["https://data.s3.cn-north-1.amazonaws.com.cn/a.nc", true, null],
    ["https://s3.amazonaws.com/data/a.nc", true, null],
    ["https://other.s3.eu-west-1.amazonaws.com/a.nc", false, null],
    ["https://data.s3.eu-west-1.amazonaws.com.evil.example/a.nc", false, null],
    ["https://data.s3.evil.eu-west-1.amazonaws.com/a.nc", false, null],
    ["https://s3.eu-west-1.elb.amazonaws.com/data/a.nc", false, null],
    ["https://x.eu-west-1.compute.amazonaws.com/a.nc", false, null],
    ["http://data.s3.eu-west-1.amazonaws.com/a.nc", false, null],
    ["https://data.s3.eu-west-1.amazonaws.com:8443/a.nc", false, null],
    ["https://data.s3.eu-west-1.amazonaws.com/a.nc", true, "https://s3.us-east-1.amazonaws.com"],
    ["https://ceph.example/data/a.nc", true, "https://ceph.example"],
    ["https://data.ceph.example/a.nc", true, "https://ceph.example"],
    ["https://ceph.example:8443/data/a.nc", false, "https://ceph.example"],
    ["https://other.ceph.example/a.nc", false, "https://ceph.example"],
    ["https://data.s3.eu-west-1.amazonaws.com/a.nc", false, "https://ceph.example"],
    ["http://ceph.example/data/a.nc", false, "https://ceph.example"],
    ["https://ceph.example/data/a.nc", true, "http://ceph.example"],
    ["http://ceph.example/data/a.nc", true, "http://ceph.example"],
  ])("%s is signed for: %s (endpoint %s)", async (url, isSigned, endpoint) => {
    const credentials = { accessKeyId: "K", secretAccessKey: "s", sessionToken: "TOKEN" };
    const settings = {
      endpoint: endpoint === null ? null : new URL(endpoint),
      region: "us-east-1",
      credentials,
      profile: undefined,
    };
    const access = new S3Access(parseAddress("s3://data/a.nc"), settings);
    const headers = await access.headers(new URL(url), {});
    expect(["authorization" in headers, "x-amz-security-token" in headers]).toEqual([isSigned, isSigned]);
  });

  test("SlowDown is waited for, and names itself when it does not end", async () => {
    server.fault = (_, response) => {
      response.writeHead(503).end("<Error><Code>SlowDown</Code></Error>");
      return true;
    };
    await expect(here().open("s3://data/a.nc")).rejects.toMatchObject({
      tag: "temporary",
      message: expect.stringContaining("503"),
    });
    expect(server.asked).toHaveLength(8);
  });

  test("credentials of a process are found by the SDK", async () => {
    const before = { ...process.env };
    Object.assign(process.env, files);
    try {
      const store = here({ credentials: "chain", profile: "process" });
      await store.open("s3://data/a.nc");
      expect(server.asked[0]?.headers.authorization).toMatch(/Credential=PROCESS\//);
    } finally {
      for (const name of Object.keys(files)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  const keysOf = async (prefix: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const { url } of here().list(prefix)) found.push(url);
    return found;
  };

  /** A service that tells of two keys at a time, and never of a token. */
  const listing = (keys: readonly string[], after: (query: URLSearchParams) => string | null) => {
    server.fault = ({ query }, response) => {
      const from = after(query) ?? "";
      const rest = keys.filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(from)) > 0);
      const contents = rest.slice(0, 2).map((key) => `<Contents><Key>${encodeURIComponent(key)}</Key><Size>1</Size></Contents>`);
      const isTruncated = `<IsTruncated>${rest.length > 2}</IsTruncated>`;
      response.end(`<ListBucketResult><EncodingType>url</EncodingType>${isTruncated}${contents.join("")}</ListBucketResult>`);
      return true;
    };
  };
  const KEYS = ["p/a b", "p/a+b", "p/b&c", "p/d", "p/\uff5e", "p/\u{1f30d}"];

  test.each(["start-after", "marker"])("a listing without tokens goes on after its last key (%s)", async (name) => {
    listing(KEYS, (query) => query.get(name));
    expect(await keysOf("s3://data/p/")).toEqual(KEYS.map((key) => `s3://data/${key}`));
    expect(server.asked).toHaveLength(3);
  });

  test("a listing that cannot be told to go on is an error, and no half list", async () => {
    listing(KEYS, () => null);
    await expect(keysOf("s3://data/p/")).rejects.toMatchObject({
      tag: "unsupported",
      message: expect.stringContaining("2 objects"),
      file: "s3://data/p/",
    });
    server.fault = (_, response) => {
      response.end("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>");
      return true;
    };
    await expect(keysOf("s3://data/p/")).rejects.toMatchObject({ tag: "unsupported" });
  });

  test("an answer that is no listing is said to be none", async () => {
    server.files.set("/data", { bytes: Buffer.from("<html>") });
    const listing = here().list("s3://data/")[Symbol.asyncIterator]();
    await expect(listing.next()).rejects.toMatchObject({ tag: "malformed" });
  });
});

describe("inputs below a prefix", () => {
  const keys = [
    "a/f10.nc",
    "a/f2.nc",
    "a/readme.txt",
    "a/.hidden/x.nc",
    "a/wrapped.NC.gz",
    "a/deep/g.h5",
    "a/s.zarr/.zgroup",
    "a/s.zarr/t/.zarray",
    "a/s.zarr/t/0.0",
    "a/folder/",
  ];
  const registry = {
    plugins: [
      {
        manifest: {
          formats: [{ extensions: [".nc"] }, { extensions: [".h5"] }, { extensions: [".zarr"], markers: [".zgroup", ".zarray"] }],
        },
      },
    ],
  } as unknown as FormatRegistry;
  const store = {
    async *list(prefix: string) {
      for (const key of keys) if (`s3://b/${key}`.startsWith(prefix)) yield { url: `s3://b/${key}`, size: 1, version: "" };
    },
  } as unknown as Parameters<typeof remoteInputs>[1]["store"];
  const notes: string[] = [];
  const found = (url: string) => remoteInputs(url, { registry, store, warn: (text) => notes.push(text) });

  test("are what bears an installed format's extension, and folders that are datasets", async () => {
    expect(await found("s3://b/a/")).toEqual(
      ["a/deep/g.h5", "a/f2.nc", "a/f10.nc", "a/s.zarr", "a/wrapped.NC.gz"].map((key) => `s3://b/${key}`),
    );
    expect(notes).toEqual([expect.stringContaining("1 objects are left out")]);
    expect(await found("s3://b/a/s.zarr/")).toEqual(["s3://b/a/s.zarr/"]);
    expect((await found("s3://b")).length).toBe(5);
  });

  test.each([
    ["s3://b/a/*.nc", ["s3://b/a/f2.nc", "s3://b/a/f10.nc"]],
    ["s3://b/**/*.{h5,txt}", ["s3://b/a/deep/g.h5", "s3://b/a/readme.txt"]],
    ["s3://b/a/f?.nc", ["s3://b/a/f2.nc"]],
    ["s3://b/a/*.zarr", ["s3://b/a/s.zarr"]],
  ])("%s", async (pattern, expected) => {
    expect(await found(pattern)).toEqual(expected);
  });

  test("nothing is not found", async () => {
    await expect(found("s3://b/a/*.grib")).rejects.toMatchObject({ tag: "not-found" });
    await expect(found("s3://b/z/")).rejects.toMatchObject({ tag: "not-found" });
  });
});
