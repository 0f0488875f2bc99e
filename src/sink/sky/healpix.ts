/** The highest order whose pixels 64 bits hold. */
export const MOST_ORDER = 29;

const DEGREE = Math.PI / 180;

/**
 * Pixels of HEALPix in the nested numbering (Górski et al. 2005, ApJ 622, 759, sections 4 and 5). A place on an edge
 * belongs to the pixel that the C++ library of that paper gives; others give the neighbour. Numbers beyond 2⁵³ need no
 * BigInt: a pixel is written as two halves.
 */
export class Healpix {
  readonly order: number;
  readonly #side: number;
  /** Bits of a pixel's number within its face that do not fit into the lower half. */
  readonly #upper: number;

  /** @param order 0 to 29; a face has 4^order pixels */
  constructor(order: number) {
    if (!(Number.isInteger(order) && order >= 0 && order <= MOST_ORDER)) throw new RangeError(`HEALPix has no order ${order} here`);
    this.order = order;
    this.#side = 2 ** order;
    this.#upper = Math.max(0, 2 * order - 32);
  }

  /** Of a place in degrees, as [lower, upper] 32 bits at `out[2 * at]`: the memory of a little-endian 64-bit integer. */
  write(longitude: number, latitude: number, out: Int32Array, at: number): void {
    const side = this.#side;
    const sine = Math.sin(latitude * DEGREE);
    const height = Math.abs(sine);
    const turn = longitude / 90;
    const quarter = turn - 4 * Math.floor(turn / 4);
    let face: number;
    let x: number;
    let y: number;
    if (height <= 2 / 3) {
      const along = side * (0.5 + quarter);
      const across = side * sine * 0.75;
      const rising = Math.floor(along - across);
      const falling = Math.floor(along + across);
      const [up, down] = [Math.floor(rising / side), Math.floor(falling / side)];
      face = up === down ? (up & 3) + 4 : up < down ? up & 3 : (down & 3) + 8;
      x = falling - down * side;
      y = side - 1 - (rising - up * side);
    } else {
      const whole = Math.min(3, Math.floor(quarter));
      const part = quarter - whole;
      // sqrt(3 (1 - height)), without what is lost next to a pole.
      const width = (side * Math.abs(Math.cos(latitude * DEGREE))) / Math.sqrt((1 + height) / 3);
      const rising = Math.min(side - 1, Math.floor(part * width));
      const falling = Math.min(side - 1, Math.floor((1 - part) * width));
      face = sine >= 0 ? whole : whole + 8;
      x = sine >= 0 ? side - 1 - falling : rising;
      y = sine >= 0 ? side - 1 - rising : falling;
    }
    this.#interleave(face, x, y, out, at);
  }

  #interleave(face: number, x: number, y: number, out: Int32Array, at: number): void {
    const lower = spread(x & 0xffff) | (spread(y & 0xffff) << 1);
    const upper = spread(x >>> 16) | (spread(y >>> 16) << 1);
    if (this.order >= 16) {
      out[2 * at] = lower;
      out[2 * at + 1] = upper | (face << this.#upper);
      return;
    }
    const pixel = face * 4 ** this.order + (lower >>> 0);
    out[2 * at] = pixel | 0;
    out[2 * at + 1] = Math.floor(pixel / 2 ** 32);
  }
}

/** The 16 lower bits, each followed by a zero. */
function spread(bits: number): number {
  let out = bits & 0xffff;
  out = (out | (out << 8)) & 0x00ff00ff;
  out = (out | (out << 4)) & 0x0f0f0f0f;
  out = (out | (out << 2)) & 0x33333333;
  return (out | (out << 1)) & 0x55555555;
}

/** The pixel of a lower order that holds a pixel of order 29, as `Healpix.write` gives it. @param order at most 24 */
export function pixelAt(order: number, halves: Int32Array, at: number): number {
  const shift = 2 * (MOST_ORDER - order);
  const [lower, upper] = [halves[2 * at] as number, halves[2 * at + 1] as number];
  return shift >= 32 ? upper >>> (shift - 32) : upper * 2 ** (32 - shift) + (lower >>> shift);
}
