import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { tableFromIPC, Vector } from "apache-arrow";
import { graticule, root } from "./run-graticule.js";

jest.setTimeout(60_000);

async function arrow(file: string, variable: string, ...more: string[]) {
  const finished = await graticule(["cat", join(root, "sample-data", file), variable, "--format", "arrow", ...more]);
  expect({ code: finished.code, stderr: finished.stderr }).toEqual({ code: 0, stderr: "" });
  const table = tableFromIPC(finished.stdout);
  const column = table.getChildAt(table.numCols - 1);
  return { type: String(column?.type), values: Array.from(column ?? [], plain), rows: table.numRows };
}

/** Vectors as arrays, rows of structs as objects. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Vector) return Array.from(value, plain);
  return Object.fromEntries(Array.from(value as Iterable<[string, unknown]>, ([key, own]) => [key, plain(own)]));
}

/** Values as h5py and astropy read them. */
describe("cat --format arrow of what is no number", () => {
  it("complex numbers are structs of re and im", async () => {
    const { type, values } = await arrow("fits-contract/tables.fits", "/1/double complex");
    expect(type).toBe("Struct<{re:Float64, im:Float64}>");
    expect(values.slice(0, 2)).toEqual([
      { re: 1, im: 2 },
      { re: 3, im: -4 },
    ]);
  });

  it("in lists too", async () => {
    const { values } = await arrow("fits-contract/heap.fits", "/1/PC");
    expect(values).toEqual([
      [
        { re: 1, im: 2 },
        { re: 0, im: 3 },
      ],
      [],
      [{ re: 5, im: 0 }],
    ]);
  });

  it("structures are structs, their arrays lists of fixed size, sequences lists", async () => {
    const { type, values } = await arrow("lists/compounds.h5", "alone");
    expect(type).toBe("Struct<{a:Int32, text:Utf8, pair:FixedSizeList[2]<Struct<{x:Float32, y:Int64}>>, row:List<Float32>}>");
    expect(values).toEqual([
      {
        a: 1,
        text: "eins",
        pair: [
          { x: 1, y: 5n },
          { x: 2, y: 6n },
        ],
        row: [1, 2, Number.NaN],
      },
      {
        a: 2,
        text: "zwei",
        pair: [
          { x: 3, y: 7n },
          { x: 4.5, y: 4611686018427387904n },
        ],
        row: [],
      },
    ]);
  });

  it("no row has the same type", async () => {
    const whole = await arrow("lists/compounds.h5", "events");
    const none = await arrow("lists/compounds.h5", "events", "--slice", "n=0:0");
    expect({ ...none, values: 0 }).toEqual({ type: whole.type, rows: 0, values: 0 });
    expect(whole.values[1]).toMatchObject({
      name: "two",
      where: { x: -1, y: 1152921504606846976n },
      grid: [
        [-4, -3, -2],
        [-1, 0, 1],
      ],
      z: { r: 2, i: 0 },
    });
  });
});

describe("cat --format npy", () => {
  it.each([
    ["archive-int64/wide.nc", "odd"],
    ["lists/compounds.h5", "events"],
    ["lists/compounds.h5", "varying"],
    ["hdf5-values.h5", "opaque"],
  ])("writes nothing of what it refuses: %s %s", async (file, variable) => {
    const { code, stdout } = await graticule(["cat", join(root, "sample-data", file), variable, "--format", "npy"]);
    expect({ code, bytes: stdout.length }).toEqual({ code: 4, bytes: 0 });
  });
});
