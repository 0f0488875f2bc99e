export const DEGREES = 180 / Math.PI;
export const RADIANS = Math.PI / 180;

/**
 * A spherical projection (Calabretta & Greisen 2002, section 5) with its parameters. Both ways work in place on the first `count`
 * elements; positions outside the domain become NaN, in all arrays.
 */
export interface Projection {
  readonly code: string;
  /** Native coordinates of the fiducial point, degrees. */
  readonly phi0: number;
  readonly theta0: number;
  /**
   * What `deproject` leaves: native longitude and latitude in `x` and `y` (degrees), or the direction in `x`, `y`, `z`, of any
   * length: cos θ cos φ, cos θ sin φ, sin θ.
   */
  readonly native: "angles" | "direction";
  /** From the plane (`x`, `y` in degrees) to native coordinates. */
  deproject(x: Float64Array, y: Float64Array, z: Float64Array, count: number): void;
  /** From native longitude and latitude in degrees (`x`, `y`) to the plane. */
  project(x: Float64Array, y: Float64Array, count: number): void;
}

/** PVi_m of the latitude axis; a parameter that the header lacks has its default. @throws Error of one line where there is none */
export type Parameters = (m: number, standard?: number) => number;

/** Rounding at the edge of a domain, as a fraction of the sphere's radius (or of one radian). */
export const EDGE = 1e-13;

/** Native longitude or latitude held to ±`limit` degrees: rounding is mended, what lies beyond is NaN. */
export function within(angle: number, limit: number): number {
  if (angle >= -limit && angle <= limit) return angle;
  if (Math.abs(angle) - limit < limit * EDGE) return angle < 0 ? -limit : limit;
  return Number.NaN;
}

/** The sine, cosine or other quantity of at most one, with rounding mended; NaN beyond. */
export function unit(value: number): number {
  return within(value, 1);
}
