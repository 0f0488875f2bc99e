import { DEGREES, EDGE, type Parameters, type Projection, RADIANS } from "./projection.js";

/**
 * Zenithal perspective (section 5.1.1): μ in spherical radii, γ in degrees. A line through the source meets the sphere twice; the
 * point nearer to the native pole is the one that counts.
 */
export function perspective(parameter: Parameters): Projection {
  const mu = parameter(1, 0);
  const gamma = parameter(2, 0) * RADIANS;
  const cosGamma = Math.cos(gamma);
  const sinGamma = Math.sin(gamma);
  if (Math.abs(mu + 1) < EDGE || Math.abs(cosGamma) < EDGE)
    throw new Error(`AZP has no image for mu = ${mu}, gamma = ${parameter(2, 0)}`);
  return {
    code: "AZP",
    phi0: 0,
    theta0: 90,
    native: "direction",
    deproject(x, y, z, count) {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const north = (y[i] as number) * RADIANS;
        const south = north * cosGamma;
        const depth = mu + 1 + north * sinGamma;
        const square = (east * east + south * south) / (depth * depth);
        const sine = highest(mu, square, depth);
        const scale = (mu + sine) / depth;
        x[i] = -south * scale;
        y[i] = east * scale;
        z[i] = sine;
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const phi = (x[i] as number) * RADIANS;
        const theta = (y[i] as number) * RADIANS;
        const cos = Math.cos(theta);
        const sin = Math.sin(theta);
        const depth = mu + sin + (cos * Math.cos(phi) * sinGamma) / cosGamma;
        const r = ((mu + 1) * cos) / depth;
        const rho = cos / (mu + sin);
        const seen = depth * (mu + 1) > 0 && Math.abs(highest(mu, rho * rho, mu + sin) - sin) < 1e-9;
        x[i] = seen ? r * Math.sin(phi) * DEGREES : Number.NaN;
        y[i] = seen ? ((-r * Math.cos(phi)) / cosGamma) * DEGREES : Number.NaN;
      }
    },
  };
}

/** The greatest sine of latitude with cos θ = ρ (μ + sin θ) on the right side of the source, from the square and the sign of ρ. */
function highest(mu: number, square: number, sign: number): number {
  const discriminant = 1 + square * (1 - mu * mu);
  const root = discriminant >= 0 ? Math.sqrt(discriminant) : discriminant > -EDGE ? 0 : Number.NaN;
  const sine = (root - square * mu) / (1 + square);
  if ((mu + sine) * sign >= -EDGE) return sine;
  const lower = (-root - square * mu) / (1 + square);
  return (mu + lower) * sign >= -EDGE ? lower : Number.NaN;
}

/** Slant zenithal perspective (section 5.1.2): μ, and the native coordinates of the axis through the source, φc and θc. */
export function slantPerspective(parameter: Parameters): Projection {
  const mu = parameter(1, 0);
  const phi = parameter(2, 0) * RADIANS;
  const theta = parameter(3, 90) * RADIANS;
  const sourceX = -mu * Math.cos(theta) * Math.sin(phi);
  const sourceY = mu * Math.cos(theta) * Math.cos(phi);
  const sourceZ = mu * Math.sin(theta) + 1;
  if (Math.abs(sourceZ) < EDGE) throw new Error("SZP: the source lies in the plane of projection");
  return {
    code: "SZP",
    phi0: 0,
    theta0: 90,
    native: "direction",
    deproject(x, y, z, count) {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const north = (y[i] as number) * RADIANS;
        const slopeX = (east - sourceX) / sourceZ;
        const slopeY = (north - sourceY) / sourceZ;
        const sine = meet(slopeX, slopeY, east, north);
        const fall = 1 - sine;
        x[i] = -(north - slopeY * fall);
        y[i] = east - slopeX * fall;
        z[i] = sine;
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const longitude = (x[i] as number) * RADIANS;
        const latitude = (y[i] as number) * RADIANS;
        const cos = Math.cos(latitude);
        const fall = 1 - Math.sin(latitude);
        const depth = sourceZ - fall;
        const east = (sourceZ * cos * Math.sin(longitude) - sourceX * fall) / depth;
        const north = -(sourceZ * cos * Math.cos(longitude) + sourceY * fall) / depth;
        const again = meet((east - sourceX) / sourceZ, (north - sourceY) / sourceZ, east, north);
        const seen = depth * sourceZ > 0 && Math.abs(again - Math.sin(latitude)) < 1e-9;
        x[i] = seen ? east * DEGREES : Number.NaN;
        y[i] = seen ? north * DEGREES : Number.NaN;
      }
    },
  };
}

/** Slant orthographic, "generalised SIN" (section 5.1.5): ξ and η. With ξ = 0 and η = cot δ0 it is NCP. */
export function slantOrthographic(xi: number, eta: number): Projection {
  return {
    code: "SIN",
    phi0: 0,
    theta0: 90,
    native: "direction",
    deproject(x, y, z, count) {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const north = (y[i] as number) * RADIANS;
        const sine = meet(xi, eta, east, north);
        const fall = 1 - sine;
        x[i] = -(north - eta * fall);
        y[i] = east - xi * fall;
        z[i] = sine;
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const longitude = (x[i] as number) * RADIANS;
        const latitude = (y[i] as number) * RADIANS;
        const cos = Math.cos(latitude);
        const fall = 1 - Math.sin(latitude);
        const east = cos * Math.sin(longitude) + xi * fall;
        const north = -cos * Math.cos(longitude) + eta * fall;
        const seen = Math.abs(meet(xi, eta, east, north) - Math.sin(latitude)) < 1e-9;
        x[i] = seen ? east * DEGREES : Number.NaN;
        y[i] = seen ? north * DEGREES : Number.NaN;
      }
    },
  };
}

/**
 * sin θ where the ray of slope (`slopeX`, `slopeY`) through a point of the plane first meets the sphere: the greatest root of
 * a s² + 2 b s + c.
 */
function meet(slopeX: number, slopeY: number, east: number, north: number): number {
  const dx = east - slopeX;
  const dy = north - slopeY;
  const a = slopeX * slopeX + slopeY * slopeY + 1;
  const b = slopeX * dx + slopeY * dy;
  const c = dx * dx + dy * dy - 1;
  const discriminant = b * b - a * c;
  const root = discriminant >= 0 ? Math.sqrt(discriminant) : discriminant > -EDGE ? 0 : Number.NaN;
  const sine = (root - b) / a;
  if (sine <= 1) return sine;
  return sine - 1 < EDGE * 10 ? 1 : Number.NaN;
}
