/** Numbers that the writer and the reader agree on (FITS 4.0, appendix I). */
const RANDOM_COUNT = 10_000;

/** Stands for a pixel that is exactly zero, with SUBTRACTIVE_DITHER_2. */
const ZERO = -2147483646;

let random: Float32Array | null = null;

/** Park and Miller's generator, from 1 on, as single precision. */
function randomNumbers(): Float32Array {
  if (random) return random;
  random = new Float32Array(RANDOM_COUNT);
  let seed = 1;
  for (let i = 0; i < RANDOM_COUNT; i++) {
    // The product stays below 2⁵³.
    seed = (16807 * seed) % 2147483647;
    random[i] = seed / 2147483647;
  }
  return random;
}

export interface Quantization {
  readonly scale: number;
  readonly zero: number;
  /** Stored in place of NaN. */
  readonly blank: number | undefined;
  readonly method: "none" | "dither-1" | "dither-2";
  /** Number of the tile, from 0 on, plus ZDITHER0 less 1. */
  readonly seed: number;
}

/** Integers as the floating point numbers that they stand for (FITS 4.0, section 10.2). */
export function dequantize(integers: ArrayLike<number>, out: Float32Array | Float64Array, how: Quantization): void {
  const { scale, zero, blank, method } = how;
  if (method === "none") {
    for (let i = 0; i < out.length; i++) {
      const integer = integers[i] as number;
      out[i] = integer === blank ? Number.NaN : integer * scale + zero;
    }
    return;
  }
  const numbers = randomNumbers();
  let outer = how.seed % RANDOM_COUNT;
  let next = Math.floor((numbers[outer] as number) * 500);
  for (let i = 0; i < out.length; i++) {
    const integer = integers[i] as number;
    if (integer === blank) out[i] = Number.NaN;
    else if (integer === ZERO && method === "dither-2") out[i] = 0;
    else out[i] = (integer - (numbers[next] as number) + 0.5) * scale + zero;
    if (++next === RANDOM_COUNT) {
      outer = (outer + 1) % RANDOM_COUNT;
      next = Math.floor((numbers[outer] as number) * 500);
    }
  }
}
