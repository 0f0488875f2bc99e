import { narrow, place } from "./cylindrical.js";
import { DEGREES, EDGE, type Projection, RADIANS } from "./projection.js";

const EQUATOR = { phi0: 0, theta0: 0, native: "angles" } as const;
const ROOT2 = Math.SQRT2;

/** Mollweide (section 5.3.3). */
export function mollweide(): Projection {
  return {
    code: "MOL",
    ...EQUATOR,
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) {
        const height = (y[i] as number) * RADIANS;
        const width = Math.sqrt(Math.max(0, 2 - height * height));
        const pole = 2 * Math.atan2(width, Math.abs(height));
        // The sine of `pole` is the product of width and height.
        const less = pole > 0.5 ? pole - width * Math.abs(height) : lessSine(pole);
        const distance = 2 * Math.asin(Math.sqrt(Math.max(0, less) / (2 * Math.PI)));
        const theta = 90 - distance * DEGREES;
        const inside = Math.abs(height) <= ROOT2 * (1 + EDGE);
        const phi = narrow(((x[i] as number) * Math.PI) / 2, width);
        place(x, y, i, phi, inside ? (height < 0 ? -theta : theta) : Number.NaN);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const theta = y[i] as number;
        const half = fromLessSine(2 * Math.PI * Math.sin((90 - Math.abs(theta)) * (RADIANS / 2)) ** 2) / 2;
        x[i] = (x[i] as number) * ((2 * ROOT2) / Math.PI) * Math.sin(half);
        y[i] = (theta < 0 ? -ROOT2 : ROOT2) * Math.cos(half) * DEGREES;
      }
    },
  };
}

/** t - sin t, without the loss near zero. */
function lessSine(t: number): number {
  if (t > 0.5) return t - Math.sin(t);
  const square = t * t;
  let term = (t * square) / 6;
  let sum = 0;
  for (let k = 4; k < 16; k += 2) {
    sum += term;
    term *= -square / (k * (k + 1));
  }
  return sum;
}

/** The t from 0 to π with t - sin t = `value`, by Newton's method. */
function fromLessSine(value: number): number {
  if (value <= 0) return 0;
  let t = Math.min(Math.PI, Math.cbrt(6 * value));
  for (let step = 0; step < 20; step++) {
    const next = t - (lessSine(t) - value) / (2 * Math.sin(t / 2) ** 2);
    if (Math.abs(next - t) <= 1e-16 * t) return next;
    t = next;
  }
  return t;
}

/** Hammer-Aitoff (section 5.3.4). */
export function hammerAitoff(): Projection {
  return {
    code: "AIT",
    ...EQUATOR,
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const north = (y[i] as number) * RADIANS;
        const square = 1 - (east * east) / 16 - (north * north) / 4;
        const z = square >= 0.5 - EDGE ? Math.sqrt(square) : Number.NaN;
        const phi = 2 * Math.atan2((z * east) / 2, 2 * z * z - 1) * DEGREES;
        const sine = north * z;
        place(x, y, i, phi, Math.asin(sine > 1 ? 1 : Math.max(sine, -1)) * DEGREES);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const half = (x[i] as number) * (RADIANS / 2);
        const theta = (y[i] as number) * RADIANS;
        const cos = Math.cos(theta);
        const gamma = DEGREES * Math.sqrt(2 / (1 + cos * Math.cos(half)));
        x[i] = 2 * gamma * cos * Math.sin(half);
        y[i] = gamma * Math.sin(theta);
      }
    },
  };
}
