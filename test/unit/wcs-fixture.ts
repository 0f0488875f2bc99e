import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pixelsOfSky } from "../../src/convention/wcs/pixels-of-sky.js";
import { readWcs } from "../../src/convention/wcs/read-wcs.js";
import { skyOfPixels } from "../../src/convention/wcs/sky-of-pixels.js";
import type { Wcs } from "../../src/convention/wcs/wcs.js";
import type { Attribute, Attributes } from "../../src/format/contract.js";
import { stridesOf } from "../../src/schema/box.js";

export type Header = Readonly<Record<string, number | string>>;

/** What astropy says of a header; see sample-data/generators/wcs.py. Positions are array indices in C order. */
export interface Case {
  readonly name: string;
  readonly header: Header;
  readonly shape: readonly number[];
  /** null: astropy refuses the header. */
  readonly pixels: readonly (readonly number[])[] | null;
  readonly lon: readonly (number | null)[];
  readonly lat: readonly (number | null)[];
  readonly sky?: readonly (readonly [number, number])[];
  readonly back?: readonly (readonly number[] | null)[];
}

export function casesOf<T = Case>(name: string): readonly T[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../../sample-data", name), "utf8"));
}

export function attributesOf(header: Header): Attributes {
  const entries = Object.entries(header).map(([name, value]): [string, Attribute] => {
    if (typeof value === "string") return [name, { dtype: "string", values: [value] }];
    return [name, { dtype: "float64", values: [value] }];
  });
  return new Map(entries);
}

export function wcsOf(header: Header, shape: readonly number[], alternate = ""): Wcs {
  const wcs = readWcs(attributesOf(header), shape, alternate);
  if (wcs === null) throw new Error("the header has no world coordinates");
  return wcs;
}

const RADIANS = Math.PI / 180;

/** The angle on the sphere between two directions, in degrees; 0 where both are null, infinite where one is. */
export function separation(a: readonly (number | null)[], b: readonly (number | null)[]): number {
  const [lon1, lat1, lon2, lat2] = [a[0] ?? Number.NaN, a[1] ?? Number.NaN, b[0] ?? Number.NaN, b[1] ?? Number.NaN];
  const missing = [lon1 + lat1, lon2 + lat2].map(Number.isNaN);
  if (missing[0] || missing[1]) return missing[0] && missing[1] ? 0 : Number.POSITIVE_INFINITY;
  const turn = ((lon1 - lon2) % 360) * (RADIANS / 2);
  const rise = (lat1 - lat2) * (RADIANS / 2);
  const square = Math.sin(rise) ** 2 + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * Math.sin(turn) ** 2;
  return (2 * Math.asin(Math.min(1, Math.sqrt(square)))) / RADIANS;
}

/** The largest distance of all pixels' coordinates from astropy's figures, in degrees. */
export function worstSky(wcs: Wcs, { pixels, lon, lat }: Case): number {
  const axes = wcs.sky?.axes ?? [];
  const shape = axes.map((axis) => wcs.shape[axis] as number);
  const strides = stridesOf(shape);
  const sky = skyOfPixels(
    wcs,
    shape.map((length) => ({ start: 0, stop: length })),
  );
  let most = 0;
  pixels?.forEach((pixel, i) => {
    const at = axes.reduce((sum, axis, k) => sum + (pixel[axis] as number) * (strides[k] as number), 0);
    most = Math.max(most, separation([sky.lon[at] as number, sky.lat[at] as number], [lon[i] ?? null, lat[i] ?? null]));
  });
  return most;
}

/** The largest distance from astropy's positions of points of the sky, in pixels (relative, far away); infinite where one is null. */
export function worstPixels(wcs: Wcs, { sky = [], back = [] }: Case): number {
  const found = pixelsOfSky(
    wcs,
    sky.map(([lon]) => lon),
    sky.map(([, lat]) => lat),
  );
  let most = 0;
  back.forEach((position, i) => {
    const [first, second] = [found.first[i] as number, found.second[i] as number];
    if (position === null || Number.isNaN(first)) {
      if (position !== null || !Number.isNaN(first)) most = Number.POSITIVE_INFINITY;
      return;
    }
    const [row, column] = [position[0] as number, position[1] as number];
    most = Math.max(most, Math.hypot(first - row, second - column) / Math.max(1, Math.abs(row), Math.abs(column)));
  });
  return most;
}
