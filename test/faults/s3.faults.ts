import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { S3_VARIABLES } from "../../src/store/s3/settings.js";
import { type Bucket, faultsIn, makeBucket } from "../support/bucket.js";
import { type Ceph, hasCeph, startCeph } from "../support/ceph.js";
import { errorOf, expected, files, killGroup, type Rows, run, seeded, WEST } from "../support/faults.js";
import { type Fate, faultyProxy } from "../support/faulty-proxy.js";

jest.setTimeout(1_200_000);

const TIMES = Number(process.env.GRATICULE_KILLS ?? 1);
const SEED = Number(process.env.GRATICULE_SEED ?? 0);
const suite = hasCeph ? describe : describe.skip;
const whole: Rows = { rows: expected.rows, cell_crc32: expected.cell_crc32 };

suite("output in S3 when things fail", () => {
  let ceph: Ceph;
  let bucket: Bucket;
  const folder = mkdtempSync(join(tmpdir(), "graticule-s3-faults-"));
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

  const convert = (dest: string, ...more: readonly string[]): string[] => [
    "convert",
    ...files,
    "--out",
    `s3://data/${dest}`,
    "--jobs",
    "2",
    "--json",
    ...more,
  ];

  /** Resumes until it is done; begins anew where nothing had begun. @returns what is wrong then */
  async function finish(dest: string, args: readonly string[], rows: Rows): Promise<string[]> {
    for (let i = 0; i < 5; i++) {
      const resumed = await run(["resume", `s3://data/${dest}`, "--json"]);
      if (resumed.code === 5) await run(args);
      if (resumed.code === 0) break;
      if (i === 4) return [`resume ends with ${resumed.code}: ${resumed.stdout}`];
    }
    const wrong: string[] = [];
    const found = await bucket.rows(`${dest}/`);
    if (JSON.stringify(found) !== JSON.stringify(rows)) {
      // Killed before the plan was written: what was there before is there still, and nothing else.
      if (![0, expected.west_of_three.rows].includes(found.rows)) wrong.push(`is resumed to ${JSON.stringify(found)}`);
      const again = await run(args);
      if (again.code !== 0) wrong.push(`begun again it ends with ${again.code}: ${again.stdout}`);
      const now = await bucket.rows(`${dest}/`);
      if (JSON.stringify(now) !== JSON.stringify(rows)) wrong.push(`ends with ${JSON.stringify(now)}`);
    }
    const cleaned = await run(["gc", `s3://data/${dest}`, "--json"]);
    if (cleaned.code !== 0) wrong.push(`gc ends with ${cleaned.code}: ${cleaned.stdout}`);
    const verified = await run(["verify", `s3://data/${dest}`, "--json"]);
    if (verified.code !== 0) wrong.push(`verify ends with ${verified.code}: ${verified.stdout}`);
    return [...wrong, ...(await faultsIn(bucket, dest))];
  }

  test(`kill -9 at ${12 * TIMES} moments of a run, half of them over an earlier dataset`, async () => {
    const random = seeded(11 + SEED);
    const begun = performance.now();
    expect(await run(convert("clock"))).toMatchObject({ code: 0 });
    const lasts = performance.now() - begun;
    const wrong: string[] = [];
    let killed = 0;
    for (let i = 0; i < 12 * TIMES; i++) {
      const dest = `killed-${i}`;
      const replaces = i % 2 === 1;
      if (replaces)
        expect(await run(["convert", ...files.slice(0, 3), "--out", `s3://data/${dest}`, "--quiet", ...WEST])).toMatchObject({
          code: 0,
        });
      const args = convert(dest, ...(replaces ? ["--overwrite"] : []));
      const moment = lasts * (0.1 + (0.95 * (i + random())) / (12 * TIMES));
      const ended = await run(args, { onStart: (child) => setTimeout(() => killGroup(child), moment) });
      if (ended.signal === "SIGKILL") killed++;
      wrong.push(...(await finish(dest, args, whole)).map((text) => `${dest} after ${Math.round(moment)} ms: ${text}`));
    }
    expect(wrong).toEqual([]);
    expect(killed).toBeGreaterThan(6 * TIMES);
  });

  test(`the gateway is killed or stands still at ${4 * TIMES} moments`, async () => {
    const random = seeded(12 + SEED);
    const wrong: string[] = [];
    for (let i = 0; i < 4 * TIMES; i++) {
      const dest = `gateway-${i}`;
      const [down, up] = i % 2 === 0 ? (["KILL", "start"] as const) : (["STOP", "CONT"] as const);
      const after = Math.floor(random() * 9) + 1;
      let isDown: Promise<unknown> | null = null;
      const fail = async (): Promise<void> => {
        await ceph.gateway(down);
        await sleep(500 + random() * 2000);
        await ceph.gateway(up);
      };
      const args = convert(dest, "--progress", "json");
      await run(args, {
        onStart: (child) =>
          child.stderr?.on("data", (piece) => {
            if (!isDown && String(piece).includes(`"tasks_done":${after},`)) isDown = fail();
          }),
      });
      await isDown;
      wrong.push(...(await finish(dest, args, whole)).map((text) => `${dest} (${down} after ${after} tasks): ${text}`));
    }
    expect(wrong).toEqual([]);
  });

  /** Of all requests, a share meets with one of the fates. */
  async function overLine(dest: string, seed: number, share: number, fates: readonly Fate[], mode: readonly string[] = []) {
    const random = seeded(seed + SEED);
    const choose = (): Fate => fates[Math.floor(random() * fates.length)] as Fate;
    const proxy = await faultyProxy(ceph.endpoint, () => (random() < share ? choose() : "pass"));
    process.env.AWS_ENDPOINT_URL_S3 = proxy.endpoint;
    try {
      const ended = await run(convert(dest, ...mode));
      return { ended, met: [...proxy.fates].reduce((n, [fate, count]) => n + (fate === "pass" ? 0 : count), 0) };
    } finally {
      process.env.AWS_ENDPOINT_URL_S3 = ceph.endpoint;
      await proxy.close();
    }
  }

  test.each<[string, number, readonly Fate[]]>([
    ["503 SlowDown", 0.2, ["slow-down"]],
    ["broken connections", 0.15, ["cut"]],
    ["lost answers", 0.15, ["lose-answer"]],
    ["requests that land later", 0.1, ["late"]],
    ["all of it", 0.2, ["slow-down", "cut", "lose-answer", "late"]],
  ])("%s", async (name, share, fates) => {
    const wrong: string[] = [];
    let met = 0;
    for (let i = 0; i < TIMES; i++) {
      const dest = `line-${name.replaceAll(" ", "-")}-${i}`;
      const first = await overLine(dest, 100 * i + fates.length, share, fates);
      const second = await overLine(dest, 100 * i + 50 + fates.length, share, fates, ["--overwrite"]);
      met += first.met + second.met;
      for (const { ended } of [first, second])
        if (ended.code !== 0 && ended.code !== 75) wrong.push(`${dest} ends with ${ended.code}: ${ended.stdout}`);
      wrong.push(...(await finish(dest, convert(dest, "--overwrite"), whole)).map((text) => `${dest}: ${text}`));
    }
    expect(wrong).toEqual([]);
    expect(met).toBeGreaterThan(10 * TIMES);
  });

  test("a session that ends in mid-run: 5, by name; another goes on with what is finished", async () => {
    let count = 0;
    const proxy = await faultyProxy(ceph.endpoint, () => (++count > 40 ? "expired" : "pass"));
    process.env.AWS_ENDPOINT_URL_S3 = proxy.endpoint;
    const ended = await run(convert("expired"));
    process.env.AWS_ENDPOINT_URL_S3 = ceph.endpoint;
    await proxy.close();
    expect(errorOf(ended)).toMatchObject({
      exit: 5,
      code: "permission",
      message: expect.stringContaining("ExpiredToken"),
      hint: expect.stringContaining("log in again"),
    });
    expect(await finish("expired", convert("expired"), whole)).toEqual([]);
  });

  test("uploads and objects that somebody else removes or replaces", async () => {
    const dest = "meddled";
    const args = convert(dest, "--progress", "json");
    await run(args, {
      onStart: (child) =>
        child.stderr?.on("data", (piece) => {
          if (/"tasks_done":6,/.test(String(piece))) killGroup(child);
        }),
    });
    const { Uploads = [] } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: "data", Prefix: `${dest}/` }));
    for (const { Key, UploadId } of Uploads.slice(0, 3))
      await bucket.client.send(new AbortMultipartUploadCommand({ Bucket: "data", Key, UploadId }));
    const [foreign] = Uploads.slice(4);
    await bucket.put(foreign?.Key as string, "not ours");
    const refused = await run(["resume", `s3://data/${dest}`, "--json"]);
    expect(errorOf(refused)).toMatchObject({ exit: 6, code: "conflict", message: expect.stringContaining("another object") });
    await bucket.remove(foreign?.Key as string);
    expect(await finish(dest, args, whole)).toEqual([]);
    const parts = [...(await bucket.keys(`${dest}/`)).keys()].filter((key) => key.endsWith(".parquet"));
    await bucket.remove(parts[0] as string);
    await bucket.put(parts[1] as string, "changed");
    const { code, stdout } = await run(["verify", `s3://data/${dest}`, "--json"]);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 6,
      differences: [
        { kind: "missing", path: `s3://data/${parts[0]}` },
        { kind: "size", path: `s3://data/${parts[1]}` },
      ],
    });
    expect(errorOf(await run(convert(dest, "--append")))).toMatchObject({ exit: 6, message: expect.stringContaining("is gone") });
    expect(await run(convert(dest, "--overwrite"))).toMatchObject({ code: 0 });
    expect(await faultsIn(bucket, dest)).toEqual([]);
  });

  test("a writer of another machine is waited for until its lease has run out", async () => {
    const claim = {
      id: "0",
      host: "elsewhere",
      pid: 1,
      started: "1",
      space: "another",
      since: new Date().toISOString(),
      state: "holds",
    };
    await bucket.put("leased.graticule/lock/0.json", JSON.stringify(claim));
    const refused = await run(convert("leased"));
    expect(errorOf(refused)).toMatchObject({
      exit: 6,
      message: expect.stringContaining("process 1 on elsewhere"),
      hint: expect.stringMatching(/runs out in \d+ s/),
    });
    await sleep(62_000);
    expect(await run(convert("leased"))).toMatchObject({ code: 0 });
    expect(await faultsIn(bucket, "leased")).toEqual([]);
  });
});
