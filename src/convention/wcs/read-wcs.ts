import type { Attributes } from "../../format/contract.js";
import { parseAxisType } from "./axis-type.js";
import { type Keywords, readKeywords } from "./keywords.js";
import { readLinearAxes } from "./read-linear.js";
import { type CelestialPair, readSky } from "./read-sky.js";
import { readTransform } from "./read-transform.js";
import type { Wcs, WcsWarning } from "./wcs.js";

/** FITS has no more axes than this. */
const MOST_AXES = 99;

/**
 * The world coordinates that a header describes for an image.
 *
 * @param shape the array's shape, in C order (NAXISn … NAXIS1)
 * @param alternate "" for the primary description, or the letter of another
 * @returns null where the header has no such description. What is wrong or not supported is in `warnings`, never thrown.
 */
export function readWcs(attributes: Attributes, shape: readonly number[], alternate = ""): Wcs | null {
  const keywords = readKeywords(attributes, alternate);
  if (keywords.highest === 0 || shape.length === 0) return null;
  const declared = keywords.number("WCSAXES") ?? 0;
  const count = Math.max(shape.length, keywords.highest, Number.isInteger(declared) && declared <= MOST_AXES ? declared : 0);
  const warnings: WcsWarning[] = [];
  const pair = findPair(keywords, count, warnings);
  const transform = readTransform(keywords, count, pair && [pair.lon, pair.lat], warnings);
  const name = keywords.text("WCSNAME");
  return {
    alternate,
    ...(name ? { name } : {}),
    shape,
    transform,
    sky: pair && readSky(attributes, keywords, pair, transform, shape, warnings),
    linear: readLinearAxes(keywords, transform, shape, warnings),
    warnings,
  };
}

/** The celestial pair; null with a warning where an axis stands alone or the two disagree. */
function findPair(keywords: Keywords, count: number, warnings: WcsWarning[]): CelestialPair | null {
  const found = { lon: [] as number[], lat: [] as number[] };
  for (let axis = 1; axis <= count; axis++) {
    const { celestial } = parseAxisType(keywords.textOf("CTYPE", axis));
    if (celestial) found[celestial.which].push(axis);
  }
  if (found.lon.length + found.lat.length === 0) return null;
  const refuse = (message: string): null => {
    const name = keywords.textOf("CTYPE", found.lon[0] ?? (found.lat[0] as number));
    warnings.push({ kind: "malformed", name, message });
    return null;
  };
  const [lon, lat] = [found.lon[0], found.lat[0]];
  if (found.lon.length > 1 || found.lat.length > 1) return refuse("there is more than one pair of celestial axes");
  if (lon === undefined || lat === undefined) return refuse("a celestial axis stands without its partner");
  const [lonType, latType] = [keywords.textOf("CTYPE", lon), keywords.textOf("CTYPE", lat)];
  const [first, second] = [parseAxisType(lonType), parseAxisType(latType)];
  if (first.celestial?.system !== second.celestial?.system || first.code !== second.code)
    return refuse(`${lonType} and ${latType} do not belong together`);
  return { lon, lat, names: [first.type.toLowerCase(), second.type.toLowerCase()], code: first.code };
}
