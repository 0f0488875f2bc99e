import type { Attributes } from "../../format/contract.js";
import { degreesIn } from "./axis-type.js";
import { type Keywords, readNumber } from "./keywords.js";
import { nativePole } from "./native-pole.js";
import { EDGE, type Parameters, type Projection } from "./projection.js";
import { PROJECTIONS } from "./projections.js";
import { otherDistortion, readSip, readTpv } from "./read-distortion.js";
import { readFrame } from "./read-frame.js";
import type { Distortion, LinearTransform, Sky, WcsWarning } from "./wcs.js";

/** The celestial axes by their FITS numbers. */
export interface CelestialPair {
  readonly lon: number;
  readonly lat: number;
  readonly names: readonly [lon: string, lat: string];
  readonly code: string;
}

/** Codes that stand for a projection in the registry under another name. */
const ALIASES: Readonly<Record<string, string>> = { GLS: "SFL", NCP: "SIN", TPV: "TAN" };

/** @returns null with a warning where the coordinates cannot be computed as the header has them. Scales the transform's rows for the pair to degrees. */
export function readSky(
  attributes: Attributes,
  keywords: Keywords,
  pair: CelestialPair,
  transform: LinearTransform,
  shape: readonly number[],
  warnings: WcsWarning[],
): Sky | null {
  const refuse = (kind: WcsWarning["kind"], name: string, message: string): null => {
    warnings.push({ kind, name, message });
    return null;
  };
  const crval = readReference(keywords, pair, transform, warnings);
  if (crval === null) return null;
  const table = otherDistortion(attributes);
  if (table !== undefined) return refuse("unsupported", table, `${table}: distortions other than SIP and TPV are not computed`);

  const isTpv = pair.code === "TPV" || isScamp(keywords, pair);
  const projection = readProjection(attributes, keywords, pair, crval, refuse);
  if (projection === null) return null;
  const planeDistortion = isTpv ? readTpv(keywords, [pair.lon, pair.lat], warnings) : undefined;
  const pixelDistortion = readSip(attributes, transform.reference, warnings);
  if (planeDistortion === null || pixelDistortion === null) return null;

  const own = (m: number) => (isTpv ? undefined : keywords.pair("PV", pair.lon, m));
  const gls = pair.code === "GLS";
  const phi0 = gls ? 0 : (own(1) ?? projection.phi0);
  const theta0 = gls ? crval[1] : (own(2) ?? projection.theta0);
  const pole = nativePole({
    phi0,
    theta0,
    longitude: crval[0],
    latitude: crval[1],
    lonpole: defined(own(3) ?? keywords.number("LONPOLE")),
    latpole: defined(own(4) ?? keywords.number("LATPOLE")),
  });
  if (pole === null) return refuse("malformed", "LONPOLE", "no native pole fits CRVAL, LONPOLE and LATPOLE");
  const axes = axesOf(pair, transform, shape, pixelDistortion);
  if (axes === null) return refuse("malformed", "CD", "the matrix of the celestial axes is singular");
  return {
    names: pair.names,
    worldAxes: [pair.lon, pair.lat],
    axes,
    code: pair.code,
    ...readFrame(attributes, keywords, pair.names[0]),
    projection,
    offset: gls || (own(0) ?? 0) !== 0 ? fiducial(projection, phi0, theta0) : [0, 0],
    pole,
    ...(pixelDistortion && { pixelDistortion }),
    ...(planeDistortion && { planeDistortion }),
  };
}

/** CRVAL in degrees, and the matrix's rows for the pair in degrees. */
function readReference(
  keywords: Keywords,
  pair: CelestialPair,
  transform: LinearTransform,
  warnings: WcsWarning[],
): readonly [lon: number, lat: number] | null {
  const crval: number[] = [];
  for (const axis of [pair.lon, pair.lat]) {
    const unit = keywords.textOf("CUNIT", axis);
    const degrees = degreesIn(unit);
    if (degrees === undefined) {
      warnings.push({ kind: "unsupported", name: `CUNIT${axis}`, message: `CUNIT${axis} = '${unit}' is no angle` });
      return null;
    }
    crval.push((keywords.numberOf("CRVAL", axis) ?? 0) * degrees);
    const row = transform.matrix[axis - 1] as Float64Array;
    for (let j = 0; j < row.length; j++) row[j] = (row[j] as number) * degrees;
  }
  return [crval[0] as number, crval[1] as number];
}

/** TAN with parameters beyond the fourth is what SCAMP wrote before TPV had a name. */
function isScamp(keywords: Keywords, pair: CelestialPair): boolean {
  return pair.code === "TAN" && [pair.lon, pair.lat].some((axis) => keywords.indicesOf("PV", axis).some((m) => m > 4));
}

function readProjection(
  attributes: Attributes,
  keywords: Keywords,
  pair: CelestialPair,
  crval: readonly [number, number],
  refuse: (kind: WcsWarning["kind"], name: string, message: string) => null,
): Projection | null {
  const make = PROJECTIONS.get(ALIASES[pair.code] ?? pair.code);
  if (make === undefined)
    return refuse("unsupported", pair.code, `there is no projection ${pair.code} here: no coordinates are computed`);
  const parameter: Parameters = (m, standard) => {
    const value =
      keywords.pair("PV", pair.lat, m) ?? (keywords.alternate === "" ? readNumber(attributes, `PROJP${m}`) : undefined) ?? standard;
    if (value === undefined) throw new Error(`${pair.code} needs PV${pair.lat}_${m}`);
    return value;
  };
  const northCelestialPole: Parameters = (m) => (m === 1 ? 0 : 1 / Math.tan((crval[1] * Math.PI) / 180));
  if (pair.code === "NCP" && crval[1] === 0) return refuse("malformed", "NCP", "NCP has no image for CRVAL on the equator");
  try {
    return make(pair.code === "NCP" ? northCelestialPole : parameter);
  } catch (error) {
    return refuse("malformed", pair.code, error instanceof Error ? error.message : String(error));
  }
}

/** 999 is AIPS's way to leave a pole open. */
function defined(angle: number | undefined): number | undefined {
  return angle === 999 ? undefined : angle;
}

function fiducial(projection: Projection, phi0: number, theta0: number): readonly [number, number] {
  const x = Float64Array.of(phi0);
  const y = Float64Array.of(theta0);
  projection.project(x, y, 1);
  return [x[0] as number, y[0] as number];
}

/** The array's axes that move a point of the plane; null where they do not span it. */
function axesOf(
  pair: CelestialPair,
  { matrix }: LinearTransform,
  shape: readonly number[],
  pixelDistortion: Distortion | undefined,
): number[] | null {
  const lon = matrix[pair.lon - 1] as Float64Array;
  const lat = matrix[pair.lat - 1] as Float64Array;
  const used = [...lon.keys()].filter((j) => lon[j] !== 0 || lat[j] !== 0 || (pixelDistortion !== undefined && j < 2));
  const spans = used.some((a) =>
    used.some((b) => {
      const products = [(lon[a] as number) * (lat[b] as number), (lon[b] as number) * (lat[a] as number)] as const;
      return Math.abs(products[0] - products[1]) > EDGE * Math.max(Math.abs(products[0]), Math.abs(products[1]));
    }),
  );
  if (!spans) return null;
  return used
    .filter((j) => j < shape.length)
    .map((j) => shape.length - 1 - j)
    .sort((a, b) => a - b);
}
