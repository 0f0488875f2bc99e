/** Well-known binary (OGC 06-103r4, section 8), little-endian: byte order, type, coordinates. */
const POINT_BYTES = 21;
const RING_POINTS = 5;
const POLYGON_BYTES = 1 + 4 + 4 + 4 + RING_POINTS * 16;
const TYPE = { point: 1, polygon: 3, multiPolygon: 6 } as const;

/** Points one after the other in one piece of memory. */
export class PointWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(count: number) {
    this.#bytes = new Uint8Array(count * POINT_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
  }

  point(x: number, y: number): Uint8Array {
    const at = this.#at;
    this.#at += POINT_BYTES;
    this.#bytes[at] = 1;
    this.#bytes[at + 1] = TYPE.point;
    this.#view.setFloat64(at + 5, x, true);
    this.#view.setFloat64(at + 13, y, true);
    return this.#bytes.subarray(at, at + POINT_BYTES);
  }
}

/** `[west, south, east, north]` */
type Rectangle = readonly [number, number, number, number];

/** A polygon; of several rectangles a multipolygon. Rings run counter-clockwise. */
export function rectangles(all: readonly Rectangle[]): Uint8Array {
  const [only, ...others] = all;
  const head = others.length > 0 ? 9 : 0;
  const bytes = new Uint8Array(head + all.length * POLYGON_BYTES);
  const view = new DataView(bytes.buffer);
  if (!only || head > 0) {
    bytes[0] = 1;
    view.setUint32(1, TYPE.multiPolygon, true);
    view.setUint32(5, all.length, true);
  }
  for (const [i, rectangle] of all.entries()) writePolygon(view, head + i * POLYGON_BYTES, rectangle);
  return bytes;
}

function writePolygon(view: DataView, at: number, [west, south, east, north]: Rectangle): void {
  view.setUint8(at, 1);
  view.setUint32(at + 1, TYPE.polygon, true);
  view.setUint32(at + 5, 1, true);
  view.setUint32(at + 9, RING_POINTS, true);
  const corners = [west, south, east, south, east, north, west, north, west, south];
  for (const [i, value] of corners.entries()) view.setFloat64(at + 13 + 8 * i, value, true);
}
