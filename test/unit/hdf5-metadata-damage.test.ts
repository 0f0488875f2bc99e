import { describe, expect, test } from "@jest/globals";
import { lookup3 } from "../../plugins/hdf5/src/lookup3.js";
import { neverStored } from "../../plugins/hdf5/src/never-stored.js";
import { openBytes, placeOf, sample } from "./hdf5-fixture.js";

/** Values published with lookup3.c ("driver5"). */
test("lookup3 gives the published values", () => {
  expect(lookup3(new Uint8Array(0), 0)).toBe(0xdeadbeef);
  expect(lookup3(new Uint8Array(0), 0xdeadbeef)).toBe(0xbd5b7dde);
  expect(lookup3(Buffer.from("Four score and seven years ago"), 0)).toBe(0x17770551);
  expect(lookup3(Buffer.from("Four score and seven years ago"), 1)).toBe(0xcd628161);
});

test("what lies behind a dataset's end is missing, once", () => {
  const box = [
    { start: 0, stop: 5 },
    { start: 1, stop: 4 },
  ];
  const refs = [...neverStored(box, [3, 2])].map(({ kind, origin, shape }) => ({ kind, origin, shape }));
  expect(refs).toEqual([
    { kind: "missing", origin: [3, 1], shape: [2, 3] },
    { kind: "missing", origin: [0, 2], shape: [3, 2] },
  ]);
  expect([...neverStored(box, [5, 4])]).toEqual([]);
});

describe("damage", () => {
  test("no superblock and a cut superblock fail the open", async () => {
    await expect(openBytes(new Uint8Array(4096))).rejects.toMatchObject({ tag: "malformed" });
    await expect(openBytes(sample("hdf5-latest.h5").slice(0, 30))).rejects.toMatchObject({ tag: "truncated" });
  });

  test("a changed superblock of version 3 does not match its checksum", async () => {
    const bytes = sample("hdf5-latest.h5");
    bytes[20] = (bytes[20] as number) ^ 1;
    await expect(openBytes(bytes)).rejects.toMatchObject({ tag: "checksum", offset: 0 });
  });

  test("a changed object header costs its variable and leaves the rest", async () => {
    const bytes = sample("hdf5-latest.h5");
    const headers: number[] = [];
    for (let at = bytes.indexOf(0x4f); at >= 0; at = bytes.indexOf(0x4f, at + 1))
      if (Buffer.from(bytes.subarray(at, at + 4)).toString("latin1") === "OHDR") headers.push(at);
    const whole = (await openBytes(bytes)).dataset.variables.map((v) => v.path);
    const at = headers[1] as number;
    bytes[at + 30] = (bytes[at + 30] as number) ^ 0x10;
    const { dataset } = await openBytes(bytes);
    const damaged = dataset.variables.filter((v) => v.error);
    expect(damaged).toHaveLength(1);
    expect(damaged[0]?.error).toMatchObject({ code: "checksum", offset: at });
    expect(damaged[0]?.shape.length).toBe(damaged[0]?.dims.length);
    expect(dataset.error?.code).toBe("checksum");
    expect(dataset.variables.map((v) => v.path)).toEqual(whole);
  });

  test("a changed heap block costs the group whose links it holds", async () => {
    const bytes = sample("hdf5-dense-links.h5");
    const at = placeOf(bytes, "number 007");
    bytes[at] = (bytes[at] as number) ^ 1;
    const { dataset } = await openBytes(bytes);
    expect(dataset.error).toMatchObject({ code: "checksum", variable: "/dense" });
    expect(dataset.variables.map((v) => v.path)).toContain("/data");
  });

  test("a file cut short says so and lists what is there", async () => {
    const bytes = sample("hdf5-userblock.h5");
    const { dataset } = await openBytes(bytes.slice(0, bytes.length - 8));
    expect(dataset.error).toMatchObject({ code: "truncated", offset: bytes.length - 8 });
    expect(dataset.variables.map((v) => v.path)).toEqual(["/data"]);
  });

  test("sizes that the file cannot hold allocate nothing", async () => {
    const bytes = sample("hdf5-userblock.h5");
    const heap = placeOf(bytes, "GCOL");
    new DataView(bytes.buffer).setBigUint64(heap + 8, 1n << 50n, true);
    const { dataset } = await openBytes(bytes);
    expect(dataset.variables[0]?.error).toMatchObject({ code: "truncated" });
    expect(dataset.variables[0]?.attributes.size).toBe(0);
  });

  test("every byte of the headers changed in turn ends in a tagged error or a listing", async () => {
    const bytes = sample("hdf5-attributes.h5");
    for (let at = 0; at < bytes.length; at += 5) {
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ 0xff;
      const said = await openBytes(changed).catch((error: { tag?: string }) => error.tag ?? error);
      if (typeof said === "object" && "dataset" in said) expect(said.dataset.format).toMatch(/hdf5|netcdf4/);
      else expect(["malformed", "truncated", "checksum", "unsupported"]).toContain(said);
    }
  });
});
