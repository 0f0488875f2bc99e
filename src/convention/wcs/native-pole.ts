import { DEGREES, RADIANS } from "./projection.js";
import type { NativePole } from "./wcs.js";

const TOLERANCE = 1e-10;

export interface PoleKeywords {
  /** Native coordinates of the fiducial point. */
  readonly phi0: number;
  readonly theta0: number;
  /** Celestial coordinates of it: CRVAL. */
  readonly longitude: number;
  readonly latitude: number;
  /** LONPOLE, or PVi_3 of the longitude axis. */
  readonly lonpole: number | undefined;
  /** LATPOLE, or PVi_4. */
  readonly latpole: number | undefined;
}

/**
 * Where the native pole is on the sky (Calabretta & Greisen 2002, section 2.4, equations 8 to 10). All in degrees.
 *
 * @returns null where no pole fulfils the keywords
 */
export function nativePole(keywords: PoleKeywords): NativePole | null {
  const { phi0, theta0, longitude, latitude } = keywords;
  if (Math.abs(latitude) > 90 + TOLERANCE) return null;
  const phi = keywords.lonpole ?? wrap(phi0 + (latitude < theta0 ? 180 : 0));
  if (theta0 === 90) return { longitude, latitude, phi };
  const turn = (phi - phi0) * RADIANS;
  const sine0 = exactSine(theta0);
  const cosine0 = exactCosine(theta0);
  const sineTurn = exactSine(phi - phi0);
  const cosineTurn = exactCosine(phi - phi0);
  const length = sineTurn === 0 ? 1 : Math.hypot(cosine0 * cosineTurn, sine0);
  const latpole = keywords.latpole ?? 90;
  let pole: number;
  if (length < TOLERANCE) {
    if (Math.abs(Math.sin(latitude * RADIANS)) > TOLERANCE) return null;
    pole = latpole > 90 ? 90 : Math.max(latpole, -90);
  } else {
    const ratio = exactSine(latitude) / length;
    if (Math.abs(ratio) > 1 + TOLERANCE) return null;
    const centre = sineTurn === 0 ? (cosineTurn > 0 ? theta0 : 180 - theta0) : Math.atan2(sine0, cosine0 * cosineTurn) * DEGREES;
    const half = Math.acos(Math.max(-1, Math.min(1, ratio))) * DEGREES;
    const chosen = choose(wrap(centre + half), wrap(centre - half), latpole);
    if (chosen === null) return null;
    pole = chosen;
  }
  const cosine = exactCosine(latitude);
  const common = exactCosine(pole) * cosine;
  if (Math.abs(common) >= TOLERANCE) {
    const x = (sine0 - exactSine(pole) * exactSine(latitude)) / common;
    const y = (sineTurn * cosine0) / cosine;
    return { longitude: longitude - Math.atan2(y, x) * DEGREES, latitude: pole, phi };
  }
  const turned = turn * DEGREES;
  if (Math.abs(cosine) < TOLERANCE) return { longitude, latitude: pole, phi };
  return { longitude: pole > 0 ? longitude + turned - 180 : longitude - turned, latitude: pole, phi };
}

/** Of the two solutions that which is a latitude, or the nearer to LATPOLE. */
function choose(first: number, second: number, latpole: number): number | null {
  const isLatitude = (angle: number) => Math.abs(angle) <= 90 + TOLERANCE;
  const nearer = Math.abs(latpole - first) < Math.abs(latpole - second) ? [first, second] : [second, first];
  const pole = nearer.find(isLatitude);
  return pole === undefined ? null : Math.max(-90, Math.min(90, pole));
}

function wrap(angle: number): number {
  return angle > 180 ? angle - 360 : angle < -180 ? angle + 360 : angle;
}

/** Sine of degrees, exact at multiples of 90. */
export function exactSine(angle: number): number {
  return exactCosine(angle - 90);
}

/** Cosine of degrees, exact at multiples of 90. */
export function exactCosine(angle: number): number {
  const turned = Math.abs(angle % 360);
  if (turned === 90 || turned === 270) return 0;
  if (turned === 180) return -1;
  return Math.cos(turned * RADIANS);
}
