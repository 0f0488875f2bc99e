import { DEGREES, EDGE, type Projection } from "./projection.js";

/**
 * The six faces of a cube around the sphere (section 5.6): 0 holds the north pole, 1 to 4 the equator eastward from native
 * longitude 0, 5 the south pole. On the plane each is 90 degrees wide; 0 and 5 stand above and below face 1, and face 4 is found
 * on either side.
 */
const FACE_X = [0, 0, 2, 4, 6, 0] as const;
const FACE_Y = [2, 0, 0, 0, 0, -2] as const;
const EQUATOR = { phi0: 0, theta0: 0, native: "direction" } as const;

/** A direction in a face's own axes: ζ through its middle, ξ to the right, η upwards. */
export interface FacePoint {
  xi: number;
  eta: number;
  zeta: number;
}

/**
 * A projection on a cube from its two maps, each in place: from the position on a face (-1 to 1 both ways, in `xi` and `eta`) to
 * the direction, of any length, and from the unit direction to the position.
 *
 * @param round what a position on the plane is rounded by, in halves of a face. Where it is given, the length of the direction is
 * rounded too, and the latitude is that of its height
 */
export function onCube(
  code: string,
  toDirection: (point: FacePoint) => void,
  toFace: (point: FacePoint) => void,
  round?: (position: number) => number,
): Projection {
  const point: FacePoint = { xi: 0, eta: 0, zeta: 0 };
  return {
    code,
    ...EQUATOR,
    deproject(x, y, z, count) {
      for (let i = 0; i < count; i++) {
        const face = locate(point, (x[i] as number) / 45, (y[i] as number) / 45, round ?? same);
        if (face < 0) {
          x[i] = y[i] = z[i] = Number.NaN;
          continue;
        }
        toDirection(point);
        turnBack(point, face, x, y, z, i);
        if (round) keepHeight(x, y, z, i);
      }
    },
    project(x, y, count) {
      for (let i = 0; i < count; i++) {
        const phi = (x[i] as number) / DEGREES;
        const theta = (y[i] as number) / DEGREES;
        const cos = Math.cos(theta);
        const face = turn(point, cos * Math.cos(phi), cos * Math.sin(phi), Math.sin(theta));
        toFace(point);
        const right = point.xi + (FACE_X[face] as number);
        const up = point.eta + (FACE_Y[face] as number);
        x[i] = (round ? round(right) : right) * 45;
        y[i] = (round ? round(up) : up) * 45;
      }
    },
  };
}

/** The face under a point of the plane (in halves of a face), and the position on it; -1 beside the cube. */
function locate(point: FacePoint, right: number, up: number, round: (position: number) => number): number {
  const [x, y] = [round(right), round(up)];
  const column = x < -1 - EDGE ? round(x + 8) : x;
  const edge = 1 + EDGE * 10;
  let face = -1;
  if (Math.abs(y) <= edge) {
    if (column <= 7 + EDGE * 10 && x >= -7 - EDGE * 10) face = column > 5 ? 4 : column > 3 ? 3 : column > 1 ? 2 : 1;
  } else if (Math.abs(x) <= edge && Math.abs(y) <= 3 + EDGE * 10) face = y > 0 ? 0 : 5;
  if (face < 0) return face;
  point.xi = clip(column - (FACE_X[face] as number));
  point.eta = clip(y - (FACE_Y[face] as number));
  return face;
}

function same(position: number): number {
  return position;
}

function clip(position: number): number {
  return position > 1 ? 1 : Math.max(position, -1);
}

/** From a face's axes to the direction in native axes. */
function turnBack(p: FacePoint, face: number, l: Float64Array, m: Float64Array, n: Float64Array, i: number): void {
  const { xi, eta, zeta } = p;
  switch (face) {
    case 0:
      set(l, m, n, i, -eta, xi, zeta);
      break;
    case 1:
      set(l, m, n, i, zeta, xi, eta);
      break;
    case 2:
      set(l, m, n, i, -xi, zeta, eta);
      break;
    case 3:
      set(l, m, n, i, -zeta, -xi, eta);
      break;
    case 4:
      set(l, m, n, i, xi, -zeta, eta);
      break;
    default:
      set(l, m, n, i, eta, xi, -zeta);
  }
}

/** Stretches the horizontal part until the direction has length 1. */
function keepHeight(l: Float64Array, m: Float64Array, n: Float64Array, i: number): void {
  const [x, y, z] = [l[i] as number, m[i] as number, n[i] as number];
  const square = x * x + y * y;
  const stretch = square === 0 ? 1 : Math.sqrt(Math.max(0, 1 - z * z) / square);
  l[i] = x * stretch;
  m[i] = y * stretch;
}

function set(l: Float64Array, m: Float64Array, n: Float64Array, i: number, x: number, y: number, z: number): void {
  l[i] = x;
  m[i] = y;
  n[i] = z;
}

/** From a direction in native axes to those of the face that it meets, which is the result. */
function turn(point: FacePoint, l: number, m: number, n: number): number {
  let face = 0;
  let zeta = n;
  if (l > zeta) [face, zeta] = [1, l];
  if (m > zeta) [face, zeta] = [2, m];
  if (-l > zeta) [face, zeta] = [3, -l];
  if (-m > zeta) [face, zeta] = [4, -m];
  if (-n > zeta) [face, zeta] = [5, -n];
  point.zeta = zeta;
  point.xi = face === 2 ? -l : face === 3 ? -m : face === 4 ? l : m;
  point.eta = face === 0 ? -l : face === 5 ? l : n;
  return face;
}
