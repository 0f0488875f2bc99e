import { DEGREES, EDGE, type Parameters, type Projection, RADIANS, unit, within } from "./projection.js";

const EQUATOR = { phi0: 0, theta0: 0, native: "angles" } as const;

/** Cylindrical perspective (section 5.2.1): μ and λ, in spherical radii. */
export function cylindricalPerspective(parameter: Parameters): Projection {
  const mu = parameter(1, 1);
  const lambda = parameter(2, 1);
  if (lambda === 0 || mu + lambda === 0) throw new Error(`CYP has no image for mu = ${mu}, lambda = ${lambda}`);
  return {
    code: "CYP",
    ...EQUATOR,
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) {
        const eta = ((y[i] as number) * RADIANS) / (mu + lambda);
        const theta = Math.atan2(eta, 1) + Math.asin(unit((eta * mu) / Math.sqrt(eta * eta + 1)));
        place(x, y, i, (x[i] as number) / lambda, theta * DEGREES);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const theta = (y[i] as number) * RADIANS;
        const depth = mu + Math.cos(theta);
        x[i] = depth === 0 ? Number.NaN : (x[i] as number) * lambda;
        y[i] = depth === 0 ? Number.NaN : (((mu + lambda) * Math.sin(theta)) / depth) * DEGREES;
      }
    },
  };
}

/** Cylindrical equal area (section 5.2.2): λ, the square of the cosine of the conformal latitude. */
export function cylindricalEqualArea(parameter: Parameters): Projection {
  const lambda = parameter(1, 1);
  if (!(lambda > 0 && lambda <= 1)) throw new Error(`CEA needs 0 < PVi_1 <= 1, not ${lambda}`);
  return {
    code: "CEA",
    ...EQUATOR,
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++)
        place(x, y, i, x[i] as number, Math.asin(unit((y[i] as number) * RADIANS * lambda)) * DEGREES);
    },
    project(_x, y, count) {
      for (let i = 0; i < count; i++) y[i] = (Math.sin((y[i] as number) * RADIANS) / lambda) * DEGREES;
    },
  };
}

/** Plate carrée (section 5.2.3). */
export function plateCarree(): Projection {
  return {
    code: "CAR",
    ...EQUATOR,
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) place(x, y, i, x[i] as number, y[i] as number);
    },
    project() {
      return;
    },
  };
}

/** Mercator (section 5.2.4). */
export function mercator(): Projection {
  return {
    code: "MER",
    ...EQUATOR,
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++)
        place(x, y, i, x[i] as number, 2 * Math.atan(Math.tanh((y[i] as number) * (RADIANS / 2))) * DEGREES);
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const theta = (y[i] as number) * RADIANS;
        const seen = Math.abs(y[i] as number) < 90;
        x[i] = seen ? (x[i] as number) : Number.NaN;
        y[i] = seen ? Math.asinh(Math.tan(theta)) * DEGREES : Number.NaN;
      }
    },
  };
}

/** Sanson-Flamsteed (section 5.3.1). */
export function sansonFlamsteed(): Projection {
  return {
    code: "SFL",
    ...EQUATOR,
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) {
        const theta = within(y[i] as number, 90);
        const width = Math.cos(theta * RADIANS);
        place(x, y, i, narrow(x[i] as number, width), theta);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) x[i] = (x[i] as number) * Math.cos((y[i] as number) * RADIANS);
    },
  };
}

/** Parabolic (section 5.3.2). */
export function parabolic(): Projection {
  return {
    code: "PAR",
    ...EQUATOR,
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) {
        const sine = unit((y[i] as number) / 180);
        place(x, y, i, narrow(x[i] as number, 1 - 4 * sine * sine), 3 * Math.asin(sine) * DEGREES);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const sine = Math.sin((y[i] as number) * (RADIANS / 3));
        x[i] = (x[i] as number) * (1 - 4 * sine * sine);
        y[i] = 180 * sine;
      }
    },
  };
}

/** Longitude from the distance along a parallel of the given relative width; on a pole there is only the middle. */
export function narrow(distance: number, width: number): number {
  if (Math.abs(width) > EDGE) return distance / width;
  return Math.abs(distance) < 360 * EDGE ? 0 : Number.NaN;
}

/** Native coordinates held to the sphere: ±180 and ±90 degrees. */
export function place(x: Float64Array, y: Float64Array, i: number, phi: number, theta: number): void {
  const longitude = within(phi, 180);
  const latitude = within(theta, 90);
  x[i] = longitude + 0 * latitude;
  y[i] = latitude + 0 * longitude;
}
