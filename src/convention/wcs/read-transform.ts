import type { Keywords } from "./keywords.js";
import type { LinearTransform, WcsWarning } from "./wcs.js";

/**
 * CRPIX and the matrix from CDi_j, or PCi_j and CDELTi, or CDELTi and the CROTAi of the latitude axis (Greisen & Calabretta 2002,
 * section 2.1; Calabretta & Greisen 2002, section 6.1). Absent elements of CD are 0, of PC those of the unit matrix.
 *
 * @param pair FITS numbers of the longitude and latitude axes, which CROTAi needs
 */
export function readTransform(
  keywords: Keywords,
  count: number,
  pair: readonly [lon: number, lat: number] | null,
  warnings: WcsWarning[],
): LinearTransform {
  const axes = Array.from({ length: count }, (_, i) => i + 1);
  const reference = Float64Array.from(axes, (axis) => keywords.numberOf("CRPIX", axis) ?? 0);
  if (keywords.has("CD") && keywords.has("PC"))
    warnings.push({ kind: "malformed", name: "CD", message: "the header has both CDi_j and PCi_j: PCi_j is used" });
  if (keywords.has("CD") && !keywords.has("PC"))
    return { reference, matrix: axes.map((i) => Float64Array.from(axes, (j) => keywords.pair("CD", i, j) ?? 0)) };
  const step = (axis: number) => keywords.numberOf("CDELT", axis) ?? 1;
  const matrix = axes.map((i) => Float64Array.from(axes, (j) => times(step(i), keywords.pair("PC", i, j) ?? (i === j ? 1 : 0))));
  if (pair && !keywords.has("PC")) rotate(matrix, pair, (keywords.numberOf("CROTA", pair[1]) ?? 0) * (Math.PI / 180), step);
  return { reference, matrix };
}

/** The product, never -0. */
function times(step: number, element: number): number {
  return step * element + 0;
}

function rotate(
  matrix: readonly Float64Array[],
  [lon, lat]: readonly [number, number],
  angle: number,
  step: (axis: number) => number,
): void {
  if (angle === 0) return;
  const [ofLon, ofLat] = [matrix[lon - 1] as Float64Array, matrix[lat - 1] as Float64Array];
  ofLon[lon - 1] = step(lon) * Math.cos(angle);
  ofLon[lat - 1] = -step(lat) * Math.sin(angle);
  ofLat[lon - 1] = step(lon) * Math.sin(angle);
  ofLat[lat - 1] = step(lat) * Math.cos(angle);
}
