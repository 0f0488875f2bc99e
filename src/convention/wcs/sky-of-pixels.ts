import { GraticuleError } from "../../errors.js";
import { type Box, boxShape, sizeOf } from "../../schema/box.js";
import { anglesToSky, directionsToSky } from "./rotate.js";
import type { Sky, Wcs } from "./wcs.js";

/** Points that go through all steps together: three arrays of this stay in the processor's first cache. */
const BLOCK = 1024;

/** Longitude (0 to 360) and latitude in degrees; NaN outside the projection's domain. */
export interface SkyCoordinates {
  readonly lon: Float64Array;
  readonly lat: Float64Array;
}

/**
 * The sky coordinates at the centres of a box of pixels.
 *
 * @param box over `wcs.sky.axes`, in 0-based indices (index 0 is FITS pixel 1); the results are row-major over it
 * @throws `unsupported` where `wcs.sky` is null; `usage` where the box has another number of axes
 */
export function skyOfPixels(wcs: Wcs, box: Box): SkyCoordinates {
  const sky = skyOf(wcs);
  if (box.length !== sky.axes.length)
    throw new GraticuleError("usage", `a box of ${box.length} axes was asked of sky coordinates over ${sky.axes.length}`);
  const shape = boxShape(box);
  const size = sizeOf(shape);
  const lon = new Float64Array(size);
  const lat = new Float64Array(size);
  if (size === 0) return { lon, lat };
  const inner = sky.axes.length - 1;
  const length = shape[inner] as number;
  const pixel = fixedPixels(wcs);
  const fast = wcs.shape.length - 1 - (sky.axes[inner] as number);
  const buffers = { x: new Float64Array(BLOCK), y: new Float64Array(BLOCK), z: new Float64Array(BLOCK) };
  const index = box.map((range) => range.start);
  for (let at = 0; at < size; at += length) {
    for (let k = 0; k < inner; k++) pixel[wcs.shape.length - 1 - (sky.axes[k] as number)] = (index[k] as number) + 1;
    const start = (box[inner]?.start ?? 0) + 1;
    for (let done = 0; done < length; done += BLOCK) {
      const count = Math.min(BLOCK, length - done);
      toPlane(wcs, sky, pixel, fast, start + done, count, buffers.x, buffers.y);
      planeToSky(sky, buffers, count, lon, lat, at + done);
    }
    for (let k = inner - 1; k >= 0; k--) {
      index[k] = (index[k] as number) + 1;
      if ((index[k] as number) < (box[k]?.stop ?? 0)) break;
      index[k] = box[k]?.start ?? 0;
    }
  }
  return { lon, lat };
}

/** @throws `unsupported` */
export function skyOf(wcs: Wcs): Sky {
  if (wcs.sky) return wcs.sky;
  const reasons = wcs.warnings.map((warning) => warning.message).join("; ");
  throw new GraticuleError("unsupported", `the image has no sky coordinates${reasons && `: ${reasons}`}`);
}

/** FITS pixels of the axes that do not vary, by FITS order: 1 for those that the array lacks. */
export function fixedPixels(wcs: Wcs): Float64Array {
  return new Float64Array(wcs.transform.matrix.length).fill(1);
}

/** Pixels along one axis to the plane, `x` and `y` in degrees. `pixel` holds the FITS pixel on all axes but `fast`. */
function toPlane(
  { transform }: Wcs,
  sky: Sky,
  pixel: Float64Array,
  fast: number,
  start: number,
  count: number,
  x: Float64Array,
  y: Float64Array,
): void {
  const { reference, matrix } = transform;
  const rowX = matrix[sky.worldAxes[0] - 1] as Float64Array;
  const rowY = matrix[sky.worldAxes[1] - 1] as Float64Array;
  let [baseX, baseY] = sky.offset;
  for (let j = 0; j < rowX.length; j++) {
    if (j === fast || (sky.pixelDistortion && j < 2)) continue;
    const offset = (pixel[j] as number) - (reference[j] as number);
    baseX += (rowX[j] as number) * offset;
    baseY += (rowY[j] as number) * offset;
  }
  if (sky.pixelDistortion) {
    distort(sky, pixel, fast, start, count, x, y);
    const [x1, x2, y1, y2] = [rowX[0] as number, rowX[1] ?? 0, rowY[0] as number, rowY[1] ?? 0];
    const [r1, r2] = [reference[0] as number, reference[1] ?? 0];
    const [outerX, outerY] = fast < 2 ? [0, 0] : [rowX[fast] as number, rowY[fast] as number];
    for (let i = 0; i < count; i++) {
      const u = (x[i] as number) - r1;
      const v = (y[i] as number) - r2;
      const w = start + i - (reference[fast] as number);
      x[i] = baseX + x1 * u + x2 * v + outerX * w;
      y[i] = baseY + y1 * u + y2 * v + outerY * w;
    }
  } else {
    const stepX = rowX[fast] as number;
    const stepY = rowY[fast] as number;
    const first = start - (reference[fast] as number);
    for (let i = 0; i < count; i++) {
      x[i] = baseX + stepX * (first + i);
      y[i] = baseY + stepY * (first + i);
    }
  }
  sky.planeDistortion?.apply(x, y, count);
}

/** Pixels 1 and 2 into `x` and `y`, distorted. */
function distort(
  sky: Sky,
  pixel: Float64Array,
  fast: number,
  start: number,
  count: number,
  x: Float64Array,
  y: Float64Array,
): void {
  x.fill(pixel[0] as number, 0, count);
  y.fill(pixel[1] as number, 0, count);
  const varying = fast === 0 ? x : fast === 1 ? y : null;
  if (varying) for (let i = 0; i < count; i++) varying[i] = start + i;
  sky.pixelDistortion?.apply(x, y, count);
}

function planeToSky(
  { projection, pole }: Sky,
  { x, y, z }: { x: Float64Array; y: Float64Array; z: Float64Array },
  count: number,
  lon: Float64Array,
  lat: Float64Array,
  at: number,
): void {
  projection.deproject(x, y, z, count);
  if (projection.native === "direction") directionsToSky(pole, x, y, z, count, lon, lat, at);
  else anglesToSky(pole, x, y, z, count, lon, lat, at);
}
