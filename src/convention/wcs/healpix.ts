import { place } from "./cylindrical.js";
import { DEGREES, EDGE, type Parameters, type Projection, RADIANS } from "./projection.js";

/** Slack at the edges of the polar facets, in degrees: neighbouring facets share them. */
const SEAM = 1e-10;

/** Distance from the pole, in degrees, where σ² / K = 1 - |sin θ|. */
function capDistance(sigma: number, k: number): number {
  return 2 * Math.asin(sigma / Math.sqrt(2 * k)) * DEGREES;
}

/** σ at a latitude (degrees) in a polar cap. */
function capSigma(theta: number, k: number): number {
  return Math.sqrt(2 * k) * Math.sin((90 - Math.abs(theta)) * (RADIANS / 2));
}

/** HEALPix (Calabretta & Roukema 2007): H facets around, K rows. */
export function healpix(parameter: Parameters): Projection {
  const h = parameter(1, 4);
  const k = parameter(2, 3);
  if (!(h > 0 && k > 0)) throw new Error(`HPX needs positive H and K, not ${h} and ${k}`);
  const belt = (90 * (k - 1)) / h;
  const top = (90 * (k + 1)) / h;
  const odd = Math.abs(Math.round(k)) % 2 === 1;
  const middle = (x: number, north: boolean): number => {
    const omega = odd || north ? 1 : 0;
    return -180 + ((2 * Math.floor(((x + 180) * h) / 360 + (1 - omega) / 2) + omega) * 180) / h;
  };
  return {
    code: "HPX",
    phi0: 0,
    theta0: 0,
    native: "angles",
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) {
        const east = x[i] as number;
        const north = y[i] as number;
        const height = Math.abs(north);
        if (height <= belt) {
          place(x, y, i, east, Math.asin((north * h) / (90 * k)) * DEGREES);
          continue;
        }
        const sigma = Math.max(0, (top - height) * (h / 180));
        const centre = middle(east, north > 0);
        const from = east - centre;
        const inside = height <= top * (1 + EDGE) && Math.abs(from) <= (sigma * 180) / h + SEAM;
        const theta = inside ? 90 - capDistance(sigma, k) : Number.NaN;
        const turned = sigma === 0 ? 0 : Math.max(-180 / h, Math.min(180 / h, from / sigma));
        place(x, y, i, centre + turned, north < 0 ? -theta : theta);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const theta = y[i] as number;
        const sine = Math.sin(theta * RADIANS);
        if (Math.abs(sine) <= (k - 1) / k) {
          y[i] = ((90 * k) / h) * sine;
          continue;
        }
        const sigma = capSigma(theta, k);
        const centre = middle(x[i] as number, theta > 0);
        const height = (180 / h) * ((k + 1) / 2 - sigma);
        x[i] = centre + ((x[i] as number) - centre) * sigma;
        y[i] = theta < 0 ? -height : height;
      }
    },
  };
}

/** HEALPix polar, "butterfly" (Calabretta & Lowe 2013): four gores around the north pole. */
export function healpixPolar(): Projection {
  return {
    code: "XPH",
    phi0: 0,
    theta0: 90,
    native: "angles",
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) {
        const right = (x[i] as number) * Math.SQRT1_2;
        const up = (y[i] as number) * Math.SQRT1_2;
        const gore = goreOf(right, up);
        const across = gore === 0 ? -right - up : gore === 1 ? right - up : gore === 2 ? right + up : up - right;
        const along = 90 - (Math.abs(right) + Math.abs(up));
        const height = Math.abs(along);
        const start = gore * 90 - 135;
        if (height <= 45) {
          const inside = Math.abs(across) <= 45 + SEAM;
          place(x, y, i, start + across, inside ? Math.asin(along / 67.5) * DEGREES : Number.NaN);
          continue;
        }
        const sigma = Math.max(0, (90 - height) / 45);
        const inside = height <= 90 + SEAM && Math.abs(across) <= 45 * sigma + SEAM;
        const theta = inside ? 90 - capDistance(sigma, 3) : Number.NaN;
        place(x, y, i, start + (sigma === 0 ? 0 : Math.max(-45, Math.min(45, across / sigma))), along < 0 ? -theta : theta);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const theta = y[i] as number;
        const turned = (x[i] as number) + 180;
        const gore = Math.max(0, Math.min(3, Math.floor(turned / 90)));
        const sine = Math.sin(theta * RADIANS);
        const from = turned - gore * 90 - 45;
        const cap = Math.abs(sine) > 2 / 3;
        const sigma = cap ? capSigma(theta, 3) : 1;
        const across = from * sigma;
        const height = cap ? Math.sign(theta) * (90 - 45 * sigma) : 67.5 * sine;
        const inward = height - 90;
        const sum = (across + inward) * Math.SQRT1_2;
        const difference = (across - inward) * Math.SQRT1_2;
        x[i] = gore === 0 ? -difference : gore === 1 ? sum : gore === 2 ? difference : -sum;
        y[i] = gore === 0 ? -sum : gore === 1 ? -difference : gore === 2 ? sum : difference;
      }
    },
  };
}

/** Which quarter of the plane, by the native longitude of its meridians: 0 from -180, 1 from -90, 2 from 0, 3 from 90. */
function goreOf(right: number, up: number): number {
  if (right <= 0 && up > 0) return 0;
  if (right < 0 && up <= 0) return 1;
  return right >= 0 && up < 0 ? 2 : 3;
}
