import type { Distortion } from "./wcs.js";

/** PVi_0 to PVi_39. */
export const TPV_TERMS = 40;

/** Where the homogeneous terms of each degree from 2 begin (the first is that of the axis itself), and the odd powers of r. */
const DEGREES_BEGIN = [4, 7, 12, 17, 24, 31] as const;
const RADIAL = [3, 11, 23, 39] as const;

/**
 * The polynomial of the TPV convention (registry of FITS conventions): in degrees on the plane of projection, in place. `first`
 * are the terms of the longitude axis; of the latitude axis, the roles of x and y change.
 */
export function tpv(first: Float64Array, second: Float64Array): Distortion {
  return {
    name: "TPV",
    apply(x, y, count) {
      for (let i = 0; i < count; i++) {
        const xi = x[i] as number;
        const eta = y[i] as number;
        x[i] = evaluate(first, xi, eta);
        y[i] = evaluate(second, eta, xi);
      }
    },
  };
}

function evaluate(terms: Float64Array, x: number, y: number): number {
  let sum = (terms[0] as number) + (terms[1] as number) * x + (terms[2] as number) * y;
  for (let k = 0; k < DEGREES_BEGIN.length; k++) {
    const begin = DEGREES_BEGIN[k] as number;
    let part = terms[begin] as number;
    let power = y;
    for (let q = 1; q <= k + 2; q++) {
      part = part * x + (terms[begin + q] as number) * power;
      power *= y;
    }
    sum += part;
  }
  const square = x * x + y * y;
  let radius = Math.sqrt(square);
  for (const m of RADIAL) {
    sum += (terms[m] as number) * radius;
    radius *= square;
  }
  return sum;
}
