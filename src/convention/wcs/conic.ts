import { place } from "./cylindrical.js";
import { DEGREES, EDGE, type Parameters, type Projection, RADIANS, unit } from "./projection.js";

/** What sets one conic from another (section 5.4): the constant of the cone, and the radius by latitude and back, in radians. */
interface Cone {
  readonly constant: number;
  /** NaN outside the domain. */
  readonly radius: (theta: number) => number;
  readonly theta: (radius: number) => number;
}

function conic(code: string, middle: number, cone: Cone): Projection {
  const { constant } = cone;
  const centre = cone.radius(middle * RADIANS);
  if (!Number.isFinite(centre) || !Number.isFinite(constant) || constant === 0)
    throw new Error(`${code} has no cone for the middle latitude ${middle}`);
  return {
    code,
    phi0: 0,
    theta0: middle,
    native: "angles",
    deproject(x, y, _z, count) {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const south = centre - (y[i] as number) * RADIANS;
        const length = Math.sqrt(east * east + south * south);
        const r = middle < 0 ? -length : length;
        const angle = r === 0 ? 0 : Math.atan2(east / r, south / r);
        place(x, y, i, (angle * DEGREES) / constant, cone.theta(r) * DEGREES);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const angle = constant * (x[i] as number) * RADIANS;
        const r = cone.radius((y[i] as number) * RADIANS);
        x[i] = r * Math.sin(angle) * DEGREES;
        y[i] = (centre - r * Math.cos(angle)) * DEGREES;
      }
    },
  };
}

/** θa, the mean of the two standard parallels (degrees), and η, half their difference (radians). */
function parallels(parameter: Parameters): { readonly middle: number; readonly half: number } {
  return { middle: parameter(1), half: parameter(2, 0) * RADIANS };
}

/** Conic perspective (section 5.4.1). */
export function conicPerspective(parameter: Parameters): Projection {
  const { middle, half } = parallels(parameter);
  const a = middle * RADIANS;
  const scale = Math.cos(half);
  if (scale === 0) throw new Error("COP has no image for parallels 180 degrees apart");
  const cot = 1 / Math.tan(a);
  return conic("COP", middle, {
    constant: Math.sin(a),
    radius: (theta) => {
      const from = theta - a;
      return Math.cos(from) > EDGE ? scale * (cot - Math.tan(from)) : Number.NaN;
    },
    theta: (r) => a + Math.atan(cot - r / scale),
  });
}

/** Conic equal area (section 5.4.2). */
export function conicEqualArea(parameter: Parameters): Projection {
  const { middle, half } = parallels(parameter);
  const sine1 = Math.sin(middle * RADIANS - half);
  const sine2 = Math.sin(middle * RADIANS + half);
  const gamma = sine1 + sine2;
  const sum = 1 + sine1 * sine2;
  return conic("COE", middle, {
    constant: gamma / 2,
    radius: (theta) => {
      const square = sum - gamma * Math.sin(theta);
      return (2 / gamma) * Math.sqrt(square < 0 && square > -EDGE ? 0 : square);
    },
    theta: (r) => Math.asin(unit((sum - (r * r * gamma * gamma) / 4) / gamma)),
  });
}

/** Conic equidistant (section 5.4.3). */
export function conicEquidistant(parameter: Parameters): Projection {
  const { middle, half } = parallels(parameter);
  const a = middle * RADIANS;
  const ratio = half === 0 ? 1 : Math.sin(half) / half;
  const apex = a + Math.cos(half) / (ratio * Math.tan(a));
  return conic("COD", middle, { constant: Math.sin(a) * ratio, radius: (theta) => apex - theta, theta: (r) => apex - r });
}

/** Conic orthomorphic (section 5.4.4). */
export function conicOrthomorphic(parameter: Parameters): Projection {
  const { middle, half } = parallels(parameter);
  const theta1 = middle * RADIANS - half;
  const theta2 = middle * RADIANS + half;
  const tan = (theta: number) => Math.tan((Math.PI / 2 - theta) / 2);
  // ln (cos θ2 / cos θ1) / ln (tan ½(π/2 - θ2) / tan ½(π/2 - θ1)), without the loss where the parallels are close.
  const between = Math.cos((Math.PI / 2 - theta2) / 2) * Math.sin((Math.PI / 2 - theta1) / 2);
  const constant =
    half === 0
      ? Math.sin(theta1)
      : Math.log1p((-2 * Math.sin(middle * RADIANS) * Math.sin(half)) / Math.cos(theta1)) / Math.log1p(-Math.sin(half) / between);
  const psi = Math.cos(theta1) / (constant * tan(theta1) ** constant);
  return conic("COO", middle, {
    constant,
    radius: (theta) => {
      if (theta <= -Math.PI / 2) return constant < 0 ? 0 : Number.NaN;
      if (theta >= Math.PI / 2) return constant > 0 ? 0 : Number.NaN;
      return psi * tan(theta) ** constant;
    },
    theta: (r) => {
      if (r === 0) return constant > 0 ? Math.PI / 2 : -Math.PI / 2;
      return Math.PI / 2 - 2 * Math.atan((r / psi) ** (1 / constant));
    },
  });
}
