import { place, sansonFlamsteed } from "./cylindrical.js";
import { findRoot } from "./find-root.js";
import { DEGREES, EDGE, type Parameters, type Projection, RADIANS } from "./projection.js";

const EQUATOR = { phi0: 0, theta0: 0, native: "angles" } as const;

/** Bonne's equal area (section 5.5.1) with the standard parallel θ1; with θ1 = 0 it is Sanson-Flamsteed. */
export function bonne(parameter: Parameters): Projection {
  const standard = parameter(1);
  if (standard === 0) return { ...sansonFlamsteed(), code: "BON" };
  const apex = 1 / Math.tan(standard * RADIANS) + standard * RADIANS;
  const sign = standard < 0 ? -1 : 1;
  return {
    code: "BON",
    ...EQUATOR,
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const south = apex - (y[i] as number) * RADIANS;
        const r = sign * Math.sqrt(east * east + south * south);
        const angle = r === 0 ? 0 : Math.atan2(east / r, south / r);
        const theta = apex - r;
        const width = Math.cos(theta);
        const phi = Math.abs(width) < EDGE ? 0 : (angle * r) / width;
        place(x, y, i, phi * DEGREES, theta * DEGREES);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const theta = (y[i] as number) * RADIANS;
        const r = apex - theta;
        const angle = r === 0 ? 0 : ((x[i] as number) * RADIANS * Math.cos(theta)) / r;
        x[i] = r * Math.sin(angle) * DEGREES;
        y[i] = (apex - r * Math.cos(angle)) * DEGREES;
      }
    },
  };
}

/** Polyconic (section 5.5.2). */
export function polyconic(): Projection {
  return {
    code: "PCO",
    ...EQUATOR,
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const north = (y[i] as number) * RADIANS;
        const theta = north === 0 ? 0 : north < 0 ? -latitude(east, -north) : latitude(east, north);
        const tan = Math.tan(theta);
        const phi =
          theta === 0
            ? (x[i] as number)
            : Math.abs(theta) >= Math.PI / 2 - EDGE
              ? 0
              : (Math.atan2(east * tan, 1 - (north - theta) * tan) / Math.sin(theta)) * DEGREES;
        place(x, y, i, phi, theta * DEGREES);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const theta = (y[i] as number) * RADIANS;
        const phi = (x[i] as number) * RADIANS;
        if (theta === 0) continue;
        const sine = Math.sin(theta);
        const cot = Math.cos(theta) / sine;
        x[i] = cot * Math.sin(phi * sine) * DEGREES;
        y[i] = (theta + 2 * cot * Math.sin((phi * sine) / 2) ** 2) * DEGREES;
      }
    },
  };
}

/** The latitude of a point north of the equator: the root of (x² + (y - θ)²) tan θ = 2 (y - θ). */
function latitude(east: number, north: number): number {
  const square = east * east;
  return findRoot(
    (theta) => (square + (north - theta) ** 2) * Math.tan(theta) - 2 * (north - theta),
    (theta) => {
      const tan = Math.tan(theta);
      return (square + (north - theta) ** 2) * (1 + tan * tan) - 2 * (north - theta) * tan + 2;
    },
    0,
    0,
    Math.min(north, Math.PI / 2),
    Math.min((2 * north) / (2 + square), 1.5),
  );
}
