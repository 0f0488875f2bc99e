import { GraticuleError } from "../../errors.js";
import { anglesToSky, directionsToSky } from "./rotate.js";
import { fixedPixels, type SkyCoordinates, skyOf } from "./sky-of-pixels.js";
import type { Wcs } from "./wcs.js";

/**
 * The sky coordinates of any positions, between pixels too: `positions` has one array per axis of `wcs.sky.axes`, 0-based (0 is
 * the centre of the first pixel).
 *
 * @throws `unsupported` where `wcs.sky` is null; `usage` where the number of axes is another, or lengths differ
 */
export function skyOfPositions(wcs: Wcs, positions: readonly ArrayLike<number>[]): SkyCoordinates {
  const sky = skyOf(wcs);
  const count = positions[0]?.length ?? 0;
  if (positions.length !== sky.axes.length || positions.some((axis) => axis.length !== count))
    throw new GraticuleError(
      "usage",
      `positions on ${positions.length} axes were asked of sky coordinates over ${sky.axes.length}`,
    );
  const { reference, matrix } = wcs.transform;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const z = new Float64Array(count);
  const pixels: (ArrayLike<number> | undefined)[] = new Array(matrix.length);
  sky.axes.forEach((axis, k) => {
    pixels[wcs.shape.length - 1 - axis] = positions[k];
  });
  const fixed = fixedPixels(wcs);
  const along = (j: number) => {
    const own = pixels[j];
    return Float64Array.from({ length: count }, (_, i) => (own ? (own[i] as number) + 1 : (fixed[j] as number)));
  };
  const columns = matrix.map((_, j) => along(j));
  if (sky.pixelDistortion) sky.pixelDistortion.apply(columns[0] as Float64Array, columns[1] as Float64Array, count);
  const rowX = matrix[sky.worldAxes[0] - 1] as Float64Array;
  const rowY = matrix[sky.worldAxes[1] - 1] as Float64Array;
  for (let i = 0; i < count; i++) {
    let [sumX, sumY] = sky.offset;
    for (let j = 0; j < columns.length; j++) {
      const offset = (columns[j]?.[i] as number) - (reference[j] as number);
      sumX += (rowX[j] as number) * offset;
      sumY += (rowY[j] as number) * offset;
    }
    x[i] = sumX;
    y[i] = sumY;
  }
  sky.planeDistortion?.apply(x, y, count);
  const lon = new Float64Array(count);
  const lat = new Float64Array(count);
  sky.projection.deproject(x, y, z, count);
  const turn = sky.projection.native === "direction" ? directionsToSky : anglesToSky;
  turn(sky.pole, x, y, z, count, lon, lat, 0);
  return { lon, lat };
}
