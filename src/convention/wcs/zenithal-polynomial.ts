import { findRoot } from "./find-root.js";
import { DEGREES, EDGE, type Parameters, type Projection, RADIANS } from "./projection.js";

const TERMS = 30;

/** Zenithal polynomial (section 5.1.7): the radius is a polynomial in the distance from the pole, up to its first maximum. */
export function polynomial(parameter: Parameters): Projection {
  const terms = Array.from({ length: TERMS }, (_, m) => parameter(m, 0));
  while (terms.length > 0 && terms.at(-1) === 0) terms.pop();
  if (terms.length < 2) throw new Error("ZPN has no terms (PVi_1, …)");
  const slope = terms.slice(1).map((term, m) => term * (m + 1));
  if (terms.length > 3 && (slope[0] as number) <= 0) throw new Error("ZPN falls at the pole: PVi_1 is not positive");
  const radius = (distance: number) => evaluate(terms, distance);
  const rise = (distance: number) => evaluate(slope, distance);
  const end = terms.length === 2 ? Math.PI : firstMaximum(slope);
  const innermost = terms[0] as number;
  const outermost = evaluate(terms, end);
  const least = Math.min(innermost, outermost);
  const most = Math.max(innermost, outermost);
  const distanceOf = (r: number): number => {
    if (!(r >= least - EDGE && r <= most + EDGE)) return Number.NaN;
    if (terms.length === 2) return (r - innermost) / (terms[1] as number);
    return findRoot(radius, rise, r, 0, end, Math.min(end / 2, Math.max(0, (r - innermost) / (slope[0] as number))));
  };
  return fromRadius(
    "ZPN",
    (theta) => {
      const distance = (90 - theta) * RADIANS;
      return distance > end + 1e-12 ? Number.NaN : radius(distance);
    },
    distanceOf,
  );
}

/** Airy (section 5.1.9): least error up to latitude θb. */
export function airy(parameter: Parameters): Projection {
  const limit = parameter(1, 90);
  if (!(limit > -90)) throw new Error(`AIR needs a latitude above -90 (PVi_1 = ${limit})`);
  const half = (90 - limit) * (RADIANS / 2);
  const weight = half < 1e-4 ? -0.5 : Math.log(Math.cos(half)) / Math.tan(half) ** 2;
  const radius = (distance: number): number => {
    const xi = distance / 2;
    if (xi === 0) return 0;
    const tan = Math.tan(xi);
    const log = xi < 0.1 ? -0.5 * Math.log1p(tan * tan) : Math.log(Math.cos(xi));
    return -2 * (log / tan + weight * tan);
  };
  const rise = (distance: number): number => {
    const sine = Math.sin(distance / 2) ** 2;
    return 1 - weight / (1 - sine) + (sine < 1e-8 ? -0.5 : Math.log1p(-sine) / (2 * sine));
  };
  return fromRadius(
    "AIR",
    (theta) => (theta > -90 ? radius((90 - theta) * RADIANS) : Number.NaN),
    (r) => (r === 0 ? 0 : findRoot(radius, rise, r, 0, Math.PI * (1 - 1e-15), Math.min(3, (r / (1 - 2 * weight)) * 2))),
  );
}

/** A zenithal projection from its radius by latitude (degrees) and the inverse, the distance from the pole (radians). */
function fromRadius(code: string, radius: (theta: number) => number, distanceOf: (radius: number) => number): Projection {
  return {
    code,
    phi0: 0,
    theta0: 90,
    native: "direction",
    deproject(x, y, z, count) {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const north = (y[i] as number) * RADIANS;
        const r = Math.sqrt(east * east + north * north);
        const distance = distanceOf(r);
        const sine = Math.sin(distance);
        x[i] = r === 0 ? sine : (-north / r) * sine;
        y[i] = r === 0 ? 0 : (east / r) * sine;
        z[i] = Math.cos(distance);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const phi = (x[i] as number) * RADIANS;
        const r = radius(y[i] as number) * DEGREES;
        x[i] = r * Math.sin(phi);
        y[i] = -r * Math.cos(phi);
      }
    },
  };
}

function evaluate(terms: readonly number[], at: number): number {
  let sum = 0;
  for (let m = terms.length - 1; m >= 0; m--) sum = sum * at + (terms[m] as number);
  return sum;
}

/** The first zero of the slope beyond the pole, or π. */
function firstMaximum(slope: readonly number[]): number {
  const steps = 720;
  const rising = evaluate(slope, 0) >= 0;
  for (let i = 1; i <= steps; i++) {
    const at = (Math.PI * i) / steps;
    if (evaluate(slope, at) >= 0 !== rising) {
      const bend = slope.slice(1).map((term, m) => term * (m + 1));
      return findRoot(
        (d) => evaluate(slope, d),
        (d) => evaluate(bend, d),
        0,
        (Math.PI * (i - 1)) / steps,
        at,
      );
    }
  }
  return Math.PI;
}
