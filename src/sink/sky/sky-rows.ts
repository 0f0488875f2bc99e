import { GraticuleError } from "../../errors.js";
import type { SkyPlan } from "../../plan/sky.js";
import { isSet } from "../../schema/bitmap.js";
import type { GridColumn } from "../../schema/grid-batch.js";
import type { TypedArray } from "../../schema/typed-array.js";
import { unpack } from "../../schema/unpack.js";
import { Healpix, MOST_ORDER } from "./healpix.js";

const RADIAN = 180 / Math.PI;

/** Numbers of a row batch's column in degrees. @throws `malformed` for a row without a place, and for a place that there is not */
export function degreesOf({ data, packing, validity, field }: GridColumn, unit: SkyPlan["unit"], most: number): Float64Array {
  if (!ArrayBuffer.isView(data)) throw new TypeError("places are numbers");
  const values = Float64Array.from(packing ? unpack(data as TypedArray, packing) : (data as TypedArray), Number);
  if (unit === "radian") for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * RADIAN;
  for (let i = 0; i < values.length; i++) {
    const isThere = !validity || isSet(validity, i);
    if (isThere && Math.abs(values[i] as number) <= most) continue;
    const shown = isThere ? `${field.name} is ${values[i]} degrees` : `${field.name} is missing`;
    throw new GraticuleError("malformed", `a row has no place on the sky: ${shown}`, {
      variable: field.name,
      hint: `--where "${field.name} between ${-most} and ${most}" leaves such rows out`,
    });
  }
  return values;
}

/** Right ascensions beyond a turn are of another turn; more than that are no angles. */
const MOST_TURN = 720;

/** Pixels of order 29, in the memory of 64-bit integers. */
export function pixelsOf(ra: GridColumn, dec: GridColumn, { unit }: Pick<SkyPlan, "unit">): BigInt64Array<ArrayBuffer> {
  const [longitudes, latitudes] = [degreesOf(ra, unit, MOST_TURN), degreesOf(dec, unit, 90)];
  const pixels = new BigInt64Array(longitudes.length);
  const halves = new Int32Array(pixels.buffer);
  const healpix = new Healpix(MOST_ORDER);
  for (let i = 0; i < longitudes.length; i++) healpix.write(longitudes[i] as number, latitudes[i] as number, halves, i);
  return pixels;
}
