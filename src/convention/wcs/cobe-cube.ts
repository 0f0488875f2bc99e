import { onCube } from "./cube.js";
import type { Projection } from "./projection.js";

const f = Math.fround;

/**
 * Coefficients of Chan & O'Neill (1975) as section 5.6.2 gives them, in single precision: the fits are defined so and hold to
 * some seconds of arc, and other readers compute them so. FROM_FACE[j][i] goes with X^2i Y^2j.
 */
const FROM_FACE = [
  [-0.27292696, -0.07629969, -0.22797056, 0.54852384, -0.62930065, 0.25795794, 0.02584375],
  [-0.02819452, -0.01471565, 0.48051509, -1.74114454, 1.71547508, -0.53022337],
  [0.2705816, -0.56800938, 0.30803317, 0.98938102, -0.83180469],
  [-0.6044156, 1.50880086, -0.93678576, 0.08693841],
  [0.93412077, -1.4160192, 0.33887446],
  [-0.63915306, 0.52032238],
  [0.14381585],
].map((row) => Float32Array.from(row));

const GAMMA_STAR = f(1.37484847732);
const M = f(0.004869491981);
const GAMMA = f(-0.13161671474);
const OMEGA1 = f(-0.159596235474);
const D0 = f(0.0759196200467);
const D1 = f(-0.0217762490699);
const C00 = f(0.141189631152);
const C10 = f(0.0809701286525);
const C01 = f(-0.281528535557);
const C11 = f(0.15384112876);
const C20 = f(-0.178251207466);
const C02 = f(0.106959469314);

/** COBE quadrilateralised spherical cube (section 5.6.2). The two maps undo each other only to some seconds of arc. */
export function cobeCube(): Projection {
  return onCube(
    "CSC",
    (point) => {
      const x = f(point.xi);
      const y = f(point.eta);
      const chi = fromFace(x, y);
      const psi = fromFace(y, x);
      const zeta = 1 / Math.sqrt(f(f(chi * chi) + f(psi * psi)) + 1);
      point.xi = chi * zeta;
      point.eta = psi * zeta;
      point.zeta = zeta;
    },
    (point) => {
      const chi = f(point.xi / point.zeta);
      const psi = f(point.eta / point.zeta);
      point.xi = toFace(chi, psi);
      point.eta = toFace(psi, chi);
    },
    f,
  );
}

function fromFace(x: number, y: number): number {
  const xx = f(x * x);
  const yy = f(y * y);
  let sum = 0;
  for (let j = FROM_FACE.length - 1; j >= 0; j--) {
    const row = FROM_FACE[j] as Float32Array;
    let inner = 0;
    for (let i = row.length - 1; i >= 0; i--) inner = f((row[i] as number) + f(xx * inner));
    sum = f(inner + f(yy * sum));
  }
  return f(x + f(f(x * f(1 - xx)) * sum));
}

function toFace(a: number, b: number): number {
  const aa = f(a * a);
  const bb = f(b * b);
  const restA = f(1 - aa);
  const restB = f(1 - bb);
  let c = f(C00 + f(C10 * aa));
  c = f(c + f(C01 * bb));
  c = f(c + f(C11 * f(aa * bb)));
  c = f(c + f(C20 * f(aa * aa)));
  c = f(c + f(C02 * f(bb * bb)));
  const mixed = f(f(f(GAMMA * restA) + f(M * aa)) + f(restB * c));
  const own = f(OMEGA1 - f(restA * f(D0 + f(D1 * aa))));
  const sum = f(f(GAMMA_STAR + f(bb * mixed)) + f(aa * own));
  return f(a * f(aa + f(restA * sum)));
}
