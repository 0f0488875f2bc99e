import type { Distortion } from "./wcs.js";

/** Coefficients by the powers p of the first and q of the second argument: `[p][q]`, p + q up to the order. */
export type Polynomial = readonly Float64Array[];

/** Shupe et al. 2005, equations 2 and 3: on FITS pixels 1 and 2, in place. */
export function sip(a: Polynomial, b: Polynomial, reference: Float64Array): Distortion {
  const [x0, y0] = [reference[0] as number, reference[1] as number];
  const collapsedA = new Float64Array(a.length);
  const collapsedB = new Float64Array(b.length);
  return {
    name: "SIP",
    apply(x, y, count) {
      let last = Number.NaN;
      for (let i = 0; i < count; i++) {
        const u = (x[i] as number) - x0;
        const v = (y[i] as number) - y0;
        if (v !== last) {
          collapse(a, v, collapsedA);
          collapse(b, v, collapsedB);
          last = v;
        }
        x[i] = (x[i] as number) + evaluate(collapsedA, u);
        y[i] = (y[i] as number) + evaluate(collapsedB, u);
      }
    },
  };
}

/** The polynomial in u for one v, which a row of pixels shares. */
function collapse(polynomial: Polynomial, v: number, out: Float64Array): void {
  for (let p = 0; p < polynomial.length; p++) out[p] = evaluate(polynomial[p] as Float64Array, v);
}

function evaluate(terms: Float64Array, at: number): number {
  let sum = 0;
  for (let p = terms.length - 1; p >= 0; p--) sum = sum * at + (terms[p] as number);
  return sum;
}
