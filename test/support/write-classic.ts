import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";

/** A float variable over (time, lat, lon) in the 64-bit-offset classic format, time being a fixed dimension. */
export interface ClassicGrid {
  readonly steps: number;
  readonly lats: number;
  readonly lons: number;
  /** What the cells of a step hold; steps that are left out are zeros, and take no room on the disk. */
  readonly step?: (at: number) => Float32Array | null;
}

const [DIMENSION, VARIABLE, ATTRIBUTE] = [10, 11, 12];
const [CHAR, FLOAT, DOUBLE] = [2, 5, 6];

/**
 * Writes a netCDF file of any size in no time, as the classic format's specification says (CDF-2): for tests that need much data
 * and care little for what it is. Checked once against netCDF-C.
 */
export function writeClassic(path: string, grid: ClassicGrid): void {
  const { steps, lats, lons } = grid;
  const axes = [
    { name: "time", length: steps, units: "hours since 2000-01-01", value: (i: number) => i },
    { name: "lat", length: lats, units: "degrees_north", value: (i: number) => 90 - (i * 180) / lats },
    { name: "lon", length: lons, units: "degrees_east", value: (i: number) => (i * 360) / lons },
  ];
  const variables = [
    ...axes.map(({ name, length, units }, d) => ({ name, dims: [d], units, type: DOUBLE, bytes: 8 * length })),
    { name: "value", dims: [0, 1, 2], units: "K", type: FLOAT, bytes: 4 * steps * lats * lons },
  ];
  const header = (begins: readonly number[]): Buffer =>
    Buffer.concat([
      Buffer.from("CDF\u0002", "latin1"),
      int(0),
      int(DIMENSION),
      int(3),
      ...axes.flatMap(({ name, length }) => [text(name), int(length)]),
      int(0),
      int(0),
      int(VARIABLE),
      int(4),
      ...variables.flatMap(({ name, dims, units, type, bytes }, i) => [
        text(name),
        int(dims.length),
        ...dims.map(int),
        int(ATTRIBUTE),
        int(1),
        text("units"),
        int(CHAR),
        text(units),
        int(type),
        // What does not fit is said to be the largest there is, and follows from the shape.
        int(Math.min(bytes, 0xffffffff)),
        long(begins[i] ?? 0),
      ]),
    ]);
  let at = header([]).length;
  const begins = variables.map(({ bytes }) => {
    at += bytes;
    return at - bytes;
  });
  const fd = openSync(path, "w");
  writeSync(fd, header(begins), 0, undefined, 0);
  for (const [d, { length, value }] of axes.entries()) {
    const bytes = Buffer.alloc(8 * length);
    for (let i = 0; i < length; i++) bytes.writeDoubleBE(value(i), 8 * i);
    writeSync(fd, bytes, 0, bytes.length, begins[d] as number);
  }
  ftruncateSync(fd, at);
  for (let i = 0; i < steps; i++) {
    const cells = grid.step?.(i);
    if (!cells) continue;
    const bytes = Buffer.from(cells.buffer, cells.byteOffset, cells.byteLength).swap32();
    writeSync(fd, bytes, 0, bytes.length, (begins[3] as number) + i * 4 * lats * lons);
  }
  closeSync(fd);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** Length, bytes, zeros to a multiple of four. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int(bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
