import { GraticuleError } from "../../errors.js";
import { skyToAngles } from "./rotate.js";
import { fixedPixels, skyOf } from "./sky-of-pixels.js";
import type { Distortion, Wcs } from "./wcs.js";

const STEPS = 50;

/** 0-based positions along the two axes of `wcs.sky.axes`, with fractions; NaN where the projection does not show the point. */
export interface PixelPositions {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/**
 * Where points of the sky (degrees) are in the image: the inverse of `skyOfPixels`. Distortions are undone by Newton's method, to
 * the last bits, so AP, BP are not used; where it does not converge the position is NaN. Positions may lie outside the image.
 *
 * @throws `unsupported` where `wcs.sky` is null or depends on more than two axes of the array
 */
export function pixelsOfSky(wcs: Wcs, lon: ArrayLike<number>, lat: ArrayLike<number>): PixelPositions {
  const sky = skyOf(wcs);
  const [first, second] = sky.axes;
  if (sky.axes.length !== 2 || first === undefined || second === undefined)
    throw new GraticuleError("unsupported", `sky coordinates over ${sky.axes.length} axes have no positions in a plane`);
  const x = Float64Array.from(lon);
  const y = Float64Array.from(lat);
  for (let i = 0; i < y.length; i++) if (!(Math.abs(y[i] as number) <= 90)) x[i] = y[i] = Number.NaN;
  skyToAngles(sky.pole, x, y, x.length);
  sky.projection.project(x, y, x.length);

  const { reference, matrix } = wcs.transform;
  const rowX = matrix[sky.worldAxes[0] - 1] as Float64Array;
  const rowY = matrix[sky.worldAxes[1] - 1] as Float64Array;
  const [p, q] = [wcs.shape.length - 1 - second, wcs.shape.length - 1 - first];
  const pixel = fixedPixels(wcs);
  let [baseX, baseY] = sky.offset;
  for (let j = 0; j < rowX.length; j++) {
    if (j === p || j === q) continue;
    baseX += (rowX[j] as number) * ((pixel[j] as number) - (reference[j] as number));
    baseY += (rowY[j] as number) * ((pixel[j] as number) - (reference[j] as number));
  }
  if (sky.planeDistortion) {
    const size = Math.max(...[rowX[p], rowX[q], rowY[p], rowY[q]].map((element) => Math.abs(element as number)));
    undistort(sky.planeDistortion, x, y, size);
  }
  const [a, b, c, d] = [rowX[p] as number, rowX[q] as number, rowY[p] as number, rowY[q] as number];
  const determinant = a * d - b * c;
  for (let i = 0; i < x.length; i++) {
    const u = (x[i] as number) - baseX;
    const v = (y[i] as number) - baseY;
    x[i] = (d * u - b * v) / determinant + (reference[p] as number);
    y[i] = (a * v - c * u) / determinant + (reference[q] as number);
  }
  if (sky.pixelDistortion) undistort(sky.pixelDistortion, x, y, 1);
  for (let i = 0; i < x.length; i++) {
    x[i] = (x[i] as number) - 1;
    y[i] = (y[i] as number) - 1;
  }
  return { first: y, second: x };
}

/** Solves distortion(point) = (x, y), in place. `size` is that of a pixel. */
function undistort(distortion: Distortion, x: Float64Array, y: Float64Array, size: number): void {
  const h = size * 1e-2;
  const u = new Float64Array(3);
  const v = new Float64Array(3);
  for (let i = 0; i < x.length; i++) {
    const [wantX, wantY] = [x[i] as number, y[i] as number];
    let [atX, atY] = [wantX, wantY];
    let error = Number.POSITIVE_INFINITY;
    for (let step = 0; step < STEPS && error > size * 1e-13; step++) {
      u.set([atX, atX + h, atX]);
      v.set([atY, atY, atY + h]);
      distortion.apply(u, v, 3);
      const [fx, fy] = [(u[0] as number) - wantX, (v[0] as number) - wantY];
      const xx = ((u[1] as number) - (u[0] as number)) / h;
      const yx = ((v[1] as number) - (v[0] as number)) / h;
      const xy = ((u[2] as number) - (u[0] as number)) / h;
      const yy = ((v[2] as number) - (v[0] as number)) / h;
      const determinant = xx * yy - xy * yx;
      const dx = (yy * fx - xy * fy) / determinant;
      const dy = (xx * fy - yx * fx) / determinant;
      const moved = Math.max(Math.abs(dx), Math.abs(dy));
      if (!(moved < Number.POSITIVE_INFINITY)) break;
      if (moved >= error && error < size * 1e-9) break;
      atX -= dx;
      atY -= dy;
      error = moved;
    }
    const solved = error < size * 1e-8;
    x[i] = solved ? atX : Number.NaN;
    y[i] = solved ? atY : Number.NaN;
  }
}
