import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ReaderClient } from "../../plugins/hdf5/src/h5wasm/reader-client.js";
import hdf5 from "../../plugins/hdf5/src/index.js";
import { codecRegistry } from "../../src/codec/registry.js";
import { readBox } from "../../src/format/read-box.js";
import { readContext } from "../../src/format/read-context.js";
import { wholeBox } from "../../src/schema/box.js";
import { openHdf5 } from "../support/hdf5-variables.js";

const LIMITS = { timeout: 10_000, memory: 1 << 30, idle: 2_000 };
const SAMPLE = join(process.cwd(), "sample-data/hdf5-values.h5");
const REQUEST = { path: "/foreign/scaleoffset", start: [0, 0], count: [2, 3], elementSize: 4, wanted: "bytes" } as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "graticule-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function failureOf(client: ReaderClient, request: Parameters<ReaderClient["read"]>[0] = REQUEST): Promise<unknown> {
  return client.read(request).then(
    () => "it did not fail",
    (error: unknown) => error,
  );
}

test("a read that takes too long, or too much memory, is ended, and the next one starts anew", async () => {
  const hurried = new ReaderClient(SAMPLE, { ...LIMITS, timeout: 1 });
  expect(await failureOf(hurried)).toMatchObject({
    tag: "malformed",
    message: expect.stringMatching(/did not finish within 1 ms/),
  });
  hurried.close();
  const small = new ReaderClient(SAMPLE, { ...LIMITS, memory: 1 << 20 });
  expect(await failureOf(small)).toMatchObject({ tag: "malformed", message: expect.stringMatching(/took \d+ bytes of memory/) });
  small.close();
  const client = new ReaderClient(SAMPLE, LIMITS);
  expect(await failureOf(client, { ...REQUEST, path: "/nowhere" })).toMatchObject({ tag: "malformed" });
  const reply = await client.read(REQUEST);
  expect("bytes" in reply && reply.bytes).toHaveLength(24);
  client.close();
});

test("a process that dies is an error of its read only", async () => {
  const client = new ReaderClient(SAMPLE, LIMITS);
  await client.read(REQUEST);
  const dying = failureOf(client);
  await new Promise((resolve) => process.nextTick(resolve));
  client.close();
  expect(await dying).toMatchObject({ tag: "malformed", message: expect.stringMatching(/ended with SIGKILL/) });
  expect("bytes" in (await client.read(REQUEST))).toBe(true);
  client.close();
});

test("an external file that is not there is not found", async () => {
  const alone = join(folder, "alone.h5");
  copyFileSync(SAMPLE, alone);
  const file = await openHdf5(alone);
  await expect(file.read("/foreign/external")).rejects.toMatchObject({ tag: "not-found", variable: "/foreign/external" });
  const fill = new Int32Array(24).fill(-1);
  expect(await file.read("/foreign/virtual")).toEqual(fill);
  await file.close();
});

test("a file that HDF5's own library refuses is malformed, in its own words", async () => {
  const cut = join(folder, "cut.h5");
  const bytes = readFileSync(SAMPLE);
  writeFileSync(cut, bytes.subarray(0, bytes.length - 1));
  const client = new ReaderClient(cut, LIMITS);
  expect(await failureOf(client)).toMatchObject({ tag: "malformed", message: expect.stringMatching(/truncated file.*H5F/) });
  client.close();
});

test("a filter of HDF5's own needs no library, so that what is not a local file is read too", async () => {
  const client = new ReaderClient(SAMPLE, LIMITS);
  const file = await openHdf5("memory.h5", readFileSync(SAMPLE));
  const reply = await client.read({ ...REQUEST, count: [1, 3] });
  const own = await file.read(REQUEST.path);
  expect("bytes" in reply && new Int32Array(new Uint8Array(reply.bytes).buffer)).toEqual((own as Int32Array).subarray(0, 3));
  await file.close();
  client.close();
});

test("closing one opening of a file leaves the reading of another alone", async () => {
  const all = codecRegistry();
  // As on a machine whose codecs lack this one: HDF5's own library reads it.
  const codecs = { ...all, has: (id: string) => id !== "scaleoffset" && all.has(id) };
  const openings = await Promise.all(
    [0, 1].map(async () => {
      const context = readContext({ codecs });
      const dataset = await hdf5.open(await context.openSource(SAMPLE), context);
      const variable = dataset.variables.find(({ path }) => path === REQUEST.path);
      if (!variable) throw new Error(`the sample has no ${REQUEST.path}`);
      const read = () => readBox(variable, wholeBox(variable.shape), context);
      return { access: variable.access, read, close: () => dataset.close() };
    }),
  );
  const [first, second] = openings as [(typeof openings)[0], (typeof openings)[0]];
  expect(first.access).toBe("h5wasm");
  const wanted = await first.read();
  await second.read();
  const reading = first.read();
  await second.close();
  expect(await reading).toEqual(wanted);
  await first.close();
});
