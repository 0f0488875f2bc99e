import { DEGREES, EDGE, type Projection, RADIANS } from "./projection.js";

const POLE = { phi0: 0, theta0: 90 } as const;

/** Zenithal projections whose radius has a closed form both ways (Calabretta & Greisen 2002, section 5.1). */
function zenithal(code: string, deproject: Projection["deproject"], radius: (theta: number) => number): Projection {
  return {
    code,
    ...POLE,
    native: "direction",
    deproject,
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

/** Gnomonic (section 5.1.3). Only the hemisphere of the native pole is on the plane. */
export function gnomonic(): Projection {
  return zenithal(
    "TAN",
    (x, y, z, count) => {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        x[i] = -(y[i] as number) * RADIANS;
        y[i] = east;
        z[i] = 1;
      }
    },
    (theta) => (theta > 0 ? 1 / Math.tan(theta * RADIANS) : Number.NaN),
  );
}

/** Stereographic (section 5.1.4). */
export function stereographic(): Projection {
  return zenithal(
    "STG",
    (x, y, z, count) => {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * (RADIANS / 2);
        const north = (y[i] as number) * (RADIANS / 2);
        x[i] = -2 * north;
        y[i] = 2 * east;
        z[i] = 1 - (east * east + north * north);
      }
    },
    (theta) => (theta > -90 ? 2 * Math.tan((90 - theta) * (RADIANS / 2)) : Number.NaN),
  );
}

/** Orthographic without slant (section 5.1.5). */
export function orthographic(): Projection {
  return zenithal(
    "SIN",
    (x, y, z, count) => {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const north = (y[i] as number) * RADIANS;
        const rest = 1 - (east * east + north * north);
        const height = rest >= 0 ? Math.sqrt(rest) : rest > -2 * EDGE ? 0 : Number.NaN;
        x[i] = -north;
        y[i] = east;
        z[i] = height;
      }
    },
    (theta) => (theta >= 0 ? Math.cos(theta * RADIANS) : Number.NaN),
  );
}

/** Zenithal equidistant (section 5.1.6). */
export function equidistant(): Projection {
  return zenithal(
    "ARC",
    (x, y, z, count) => {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const north = (y[i] as number) * RADIANS;
        const r = Math.sqrt(east * east + north * north);
        const scale = r > Math.PI * (1 + EDGE) ? Number.NaN : r === 0 ? 1 : Math.sin(r) / r;
        x[i] = -north * scale;
        y[i] = east * scale;
        z[i] = Math.cos(r);
      }
    },
    (theta) => (90 - theta) * RADIANS,
  );
}

/** Zenithal equal area (section 5.1.8). */
export function equalArea(): Projection {
  return zenithal(
    "ZEA",
    (x, y, z, count) => {
      for (let i = 0; i < count; i++) {
        const east = (x[i] as number) * RADIANS;
        const north = (y[i] as number) * RADIANS;
        const square = east * east + north * north;
        const rest = 1 - square / 4;
        const scale = rest >= 0 ? Math.sqrt(rest) : rest > -2 * EDGE ? 0 : Number.NaN;
        x[i] = -north * scale;
        y[i] = east * scale;
        z[i] = 1 - square / 2;
      }
    },
    (theta) => 2 * Math.sin((90 - theta) * (RADIANS / 2)),
  );
}
