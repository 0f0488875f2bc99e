import { mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
// The built program, because reading threads need JavaScript.
import { type DenseArray, type OpenDataset, open } from "../../dist/src/index.js";
import { BoxReaders } from "../../src/execute/read-boxes.js";
import { writeClassic } from "../support/write-classic.js";

const samples = join(dirname(fileURLToPath(import.meta.url)), "../../sample-data");
const folder = mkdtempSync(join(tmpdir(), "graticule-library-"));
const large = join(folder, "large.nc");
const [steps, lats, lons] = [160, 300, 400];
const cells = lats * lons;

/** 77 MB: more than reading threads are begun for, in slabs that do not divide it evenly. Cell i of step t holds 1000 t + i mod 997. */
beforeAll(() => {
  writeClassic(large, { steps, lats, lons, step: (t) => Float32Array.from({ length: cells }, (_, i) => 1000 * t + (i % 997)) });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PRIMARY = ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", "EXTEND  = T", "END"];

function bitTable(rows: number): string[] {
  const sizes = ["BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 1", `NAXIS2  = ${rows}`, "PCOUNT  = 0", "GCOUNT  = 1", "TFIELDS = 1"];
  return ["XTENSION= 'BINTABLE'", ...sizes, "TTYPE1  = 'flags   '", "TFORM1  = '8X      '", "END"];
}

/** Cards as the FITS standard has them (section 4), padded to a block of 2880 bytes. */
function fitsHeader(cards: readonly string[]): Buffer {
  const text = cards.map((card) => card.padEnd(80)).join("");
  return Buffer.from(text.padEnd(Math.ceil(text.length / 2880) * 2880), "latin1");
}

/** Row i holds the bits of i. */
function bitRows(rows: number): Buffer {
  return Buffer.alloc(Math.ceil(rows / 2880) * 2880).map((_, i) => (i < rows ? i & 0xff : 0)) as Buffer;
}

async function opened<T>(path: string, use: (dataset: OpenDataset) => Promise<T>): Promise<T> {
  const dataset = await open(path);
  try {
    return await use(dataset);
  } finally {
    await dataset.close();
  }
}

/** How many values are not what cell and step say. */
function wrongIn({ values, box }: DenseArray): number {
  const [t, y, x] = box as [(typeof box)[0], (typeof box)[0], (typeof box)[0]];
  let at = 0;
  let wrong = 0;
  for (let step = t.start; step < t.stop; step++)
    for (let row = y.start; row < y.stop; row++)
      for (let column = x.start; column < x.stop; column++)
        if (values[at++] !== 1000 * step + ((row * lons + column) % 997)) wrong++;
  return at === values.length ? wrong : Number.NaN;
}

describe("a large variable", () => {
  it("comes in slabs that cover it once and in order, each right while it holds", async () => {
    await opened(large, async (dataset) => {
      let next = 0;
      for await (const slab of dataset.variable("/value").slabs()) {
        expect(slab.box[0]?.start).toBe(next);
        next = slab.box[0]?.stop as number;
        expect(wrongIn(slab)).toBe(0);
      }
      expect(next).toBe(steps);
    });
  });

  it("comes whole, and as a box that cuts through slabs", async () => {
    await opened(large, async (dataset) => {
      const value = dataset.variable("/value");
      const whole = await value.read();
      expect([whole.shape, wrongIn(whole)]).toEqual([[steps, lats, lons], 0]);
      const box = await value.read({ slice: { time: [3, -1], lat: [1, 299] } });
      expect([box.shape, wrongIn(box)]).toEqual([[156, 298, 400], 0]);
    });
  });

  it("whose chunks its plugin reads comes all the same, whole and in slabs: bits of a FITS table", async () => {
    const rows = 8_000_000;
    const path = join(folder, "bits.fits");
    writeFileSync(path, Buffer.concat([fitsHeader(PRIMARY), fitsHeader(bitTable(rows)), bitRows(rows)]));
    await opened(path, async (dataset) => {
      const bits = dataset.variable("/1/flags");
      const wrong = (values: ArrayLike<unknown>, first: number): number => {
        let count = 0;
        for (let i = 0; i < values.length; i++)
          if (values[i] !== (((first + i) >>> 3) & 0xff & (0x80 >> ((first + i) & 7)) ? 1 : 0)) count++;
        return count;
      };
      const { values, shape } = await bits.read();
      expect([shape, wrong(values as Uint8Array, 0)]).toEqual([[rows, 8], 0]);
      let next = 0;
      for await (const slab of bits.slabs()) {
        expect(wrong(slab.values as Uint8Array, next)).toBe(0);
        next += slab.values.length;
      }
      expect(next).toBe(8 * rows);
    });
  });

  it("leaving early ends the reading", async () => {
    await opened(large, async (dataset) => {
      for await (const slab of dataset.variable("/value").slabs()) {
        expect(wrongIn(slab)).toBe(0);
        break;
      }
    });
  });

  it("that is cut while it is read is told, whichever thread finds out", async () => {
    const path = join(folder, "cut.nc");
    writeClassic(path, { steps, lats, lons, step: () => null });
    await opened(path, async (dataset) => {
      truncateSync(path, 20 << 20);
      await expect(dataset.variable("/value").read()).rejects.toMatchObject({
        tag: expect.stringMatching(/^(truncated|changed)$/),
      });
    });
  });

  it("of a file that was written anew since it was opened is not mixed", async () => {
    const path = join(folder, "touched.nc");
    writeClassic(path, { steps, lats, lons, step: () => null });
    await opened(path, async (dataset) => {
      utimesSync(path, 1, 1);
      await expect(dataset.variable("/value").read()).rejects.toMatchObject({ tag: "changed", file: path });
    });
  });
});

describe("values", () => {
  it("of char are text, joined along the last dimension, unless they are asked for as stored", async () => {
    await opened(join(samples, "cf-roles.nc"), async (dataset) => {
      const station = dataset.variable("/station");
      const { values, shape, dims } = await station.read();
      expect({ values, shape, dims }).toEqual({ values: ["abc", "de"], shape: [2], dims: ["station"] });
      const stored = await station.read({ decode: false });
      expect([stored.shape, Buffer.from(stored.values as Uint8Array).toString()]).toEqual([[2, 5], "abc\0\0de\0\0\0"]);
    });
  });

  it("are the caller's: writing into them changes no later read, also of what is kept in memory", async () => {
    for (const sample of ["netcdf3/cdf1-every-type.nc", "packed-away.nc.gz"]) {
      const path = join(folder, sample.replaceAll("/", "-"));
      const original = readFileSync(join(samples, "netcdf3/cdf1-every-type.nc"));
      writeFileSync(path, sample.endsWith(".gz") ? gzipSync(original) : original);
      await opened(path, async (dataset) => {
        for (const variable of dataset.variables.values()) {
          const { values } = await variable.read({ decode: false });
          if (!ArrayBuffer.isView(values)) continue;
          const before = Array.from(values as Uint8Array);
          new Uint8Array(values.buffer, values.byteOffset, values.byteLength).fill(0x55);
          const again = await variable.read({ decode: false });
          expect([variable.path, Array.from(again.values as Uint8Array)]).toEqual([variable.path, before]);
        }
      });
    }
  });

  it("outside the variable are a usage error that names the range", async () => {
    await opened(join(samples, "hdf5-netcdf4.nc"), async (dataset) => {
      await expect(dataset.variable("lat").read({ slice: { lat: [0, 99] } })).rejects.toMatchObject({ tag: "usage" });
      expect(() => dataset.variable("nothing")).toThrow(/no variable "nothing"/);
    });
  });
});

describe("a reading thread that dies", () => {
  it("ends what it was reading with its name, and the next box gets another thread", async () => {
    const readers = new BoxReaders(1, new URL("data:text/javascript,process.exit(7)"));
    try {
      for (let i = 0; i < 2; i++) {
        const read = readers.read(async () => ({
          url: large,
          version: "",
          variable: {
            path: "/value",
            name: "value",
            dtype: { name: "float32", size: 4 },
            shape: [],
            chunks: null,
            codecs: [],
            access: "direct",
          },
          box: [],
          refs: [],
          target: new SharedArrayBuffer(4),
          offset: 0,
        }));
        await expect(read).rejects.toMatchObject({ tag: "worker-died", message: expect.stringContaining("exit code 7") });
      }
    } finally {
      await readers.close();
    }
  });
});
