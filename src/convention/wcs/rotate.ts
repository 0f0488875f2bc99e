import { exactCosine, exactSine } from "./native-pole.js";
import { DEGREES, RADIANS } from "./projection.js";
import type { NativePole } from "./wcs.js";

/**
 * Native to celestial coordinates (Calabretta & Greisen 2002, equation 2), from directions of any length in `x`, `y`, `z` to
 * longitude (0 to 360, without 360) and latitude in degrees at `at` in the two results.
 */
export function directionsToSky(
  pole: NativePole,
  x: Float64Array,
  y: Float64Array,
  z: Float64Array,
  count: number,
  lon: Float64Array,
  lat: Float64Array,
  at: number,
): void {
  const sineTurn = exactSine(pole.phi);
  const cosineTurn = exactCosine(pole.phi);
  const sine = exactSine(pole.latitude);
  const cosine = exactCosine(pole.latitude);
  for (let i = 0; i < count; i++) {
    const l = x[i] as number;
    const m = y[i] as number;
    const n = z[i] as number;
    const along = l * cosineTurn + m * sineTurn;
    const east = l * sineTurn - m * cosineTurn;
    const north = n * cosine - along * sine;
    lon[at + i] = wrap(pole.longitude + Math.atan2(east, north) * DEGREES);
    lat[at + i] = Math.atan2(n * sine + along * cosine, Math.sqrt(east * east + north * north)) * DEGREES;
  }
}

/** The same from native longitude and latitude in degrees, in `x` and `y`; `z` is room to work in. */
export function anglesToSky(
  pole: NativePole,
  x: Float64Array,
  y: Float64Array,
  z: Float64Array,
  count: number,
  lon: Float64Array,
  lat: Float64Array,
  at: number,
): void {
  if (Math.abs(pole.latitude) === 90) {
    const sign = pole.latitude < 0 ? -1 : 1;
    const shift = sign > 0 ? pole.longitude - pole.phi + 180 : pole.longitude + pole.phi;
    for (let i = 0; i < count; i++) {
      lon[at + i] = wrap(shift + sign * (x[i] as number));
      lat[at + i] = sign * (y[i] as number);
    }
    return;
  }
  for (let i = 0; i < count; i++) {
    const phi = (x[i] as number) * RADIANS;
    const theta = (y[i] as number) * RADIANS;
    const cos = Math.cos(theta);
    x[i] = cos * Math.cos(phi);
    y[i] = cos * Math.sin(phi);
    z[i] = Math.sin(theta);
  }
  directionsToSky(pole, x, y, z, count, lon, lat, at);
}

/** Celestial to native coordinates (equation 5), in degrees and in place: native longitude from -180 to 180 in `x`, latitude in `y`. */
export function skyToAngles(pole: NativePole, x: Float64Array, y: Float64Array, count: number): void {
  if (Math.abs(pole.latitude) === 90) {
    const sign = pole.latitude < 0 ? -1 : 1;
    const shift = sign > 0 ? pole.phi - 180 - pole.longitude : pole.phi + pole.longitude;
    for (let i = 0; i < count; i++) {
      x[i] = halfWrap(shift + sign * (x[i] as number));
      y[i] = sign * (y[i] as number);
    }
    return;
  }
  const sine = exactSine(pole.latitude);
  const cosine = exactCosine(pole.latitude);
  for (let i = 0; i < count; i++) {
    const turn = ((x[i] as number) - pole.longitude) * RADIANS;
    const delta = (y[i] as number) * RADIANS;
    const across = Math.cos(delta);
    const n = Math.sin(delta);
    const along = across * Math.cos(turn);
    const east = -across * Math.sin(turn);
    const north = n * cosine - along * sine;
    x[i] = halfWrap(pole.phi + Math.atan2(east, north) * DEGREES);
    y[i] = Math.atan2(n * sine + along * cosine, Math.sqrt(east * east + north * north)) * DEGREES;
  }
}

function wrap(angle: number): number {
  if (angle >= 0 && angle < 360) return angle;
  const turned = angle % 360;
  const positive = turned < 0 ? turned + 360 : turned;
  return positive === 360 ? 0 : positive + 0;
}

function halfWrap(angle: number): number {
  if (angle >= -180 && angle <= 180) return angle;
  const turned = angle % 360;
  return turned > 180 ? turned - 360 : turned < -180 ? turned + 360 : turned;
}
