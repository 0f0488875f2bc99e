import { readFileSync } from "node:fs";
import { join } from "node:path";
import { linearCoordinates } from "../../src/convention/wcs/read-linear.js";
import { readWcs } from "../../src/convention/wcs/read-wcs.js";
import type { Wcs } from "../../src/convention/wcs/wcs.js";
import type { Attribute, Attributes } from "../../src/format/contract.js";

export { linearCoordinates };

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

export function casesOf(name: string): readonly Case[] {
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
