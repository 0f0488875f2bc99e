import { pixelsOfSky } from "./pixels-of-sky.js";
import type { SkyCoordinates } from "./sky-of-pixels.js";
import { skyOfPositions } from "./sky-of-positions.js";
import type { Wcs } from "./wcs.js";

/** The most points along a side of the border, and the lines each way and points along each where a net is needed. */
const BORDER = 2048;
const LINES = 96;
const MESH = 512;

/**
 * The part of the sky that the centres of an image's pixels cover, in degrees. Eastward from `west` to `east`: where it lies across
 * longitude 0, `west` is greater than `east`; all around is 0 to 360.
 */
export interface SkyBounds {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/**
 * The bounds of an image on the sky; null where none of it is on the sky, or there are no sky coordinates over two axes. They are
 * taken along the border (every pixel of sides up to 2048), and an image that holds a pole reaches to it. Where the sky ends
 * inside the image, as on maps of the whole sky, a net of lines joins the border, and the bounds may fall short by its mesh.
 */
export function skyBounds(wcs: Wcs): SkyBounds | null {
  const [first, second] = wcs.sky?.axes ?? [];
  if (wcs.sky?.axes.length !== 2 || first === undefined || second === undefined) return null;
  const [rows, columns] = [wcs.shape[first] as number, wcs.shape[second] as number];
  if (!(rows > 0 && columns > 0)) return null;
  const lines = net(wcs, rows, columns, 2, BORDER);
  if (lines.some(({ lat }) => lat.some(Number.isNaN))) lines.push(...net(wcs, rows, columns, LINES, MESH));
  let [south, north] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { lat } of lines)
    for (const value of lat) {
      if (value < south) south = value;
      if (value > north) north = value;
    }
  if (north < south) return null;
  const poles = pixelsOfSky(wcs, [0, 0], [-90, 90]);
  const holds = (k: number) => isIndex(poles.first[k] as number, rows) && isIndex(poles.second[k] as number, columns);
  return { ...longitudes(lines), south: holds(0) ? -90 : south, north: holds(1) ? 90 : north };
}

function isIndex(position: number, length: number): boolean {
  return position >= 0 && position <= length - 1;
}

/** The sky along `lines` rows and as many columns, the outermost among them. */
function net(wcs: Wcs, rows: number, columns: number, lines: number, points: number): SkyCoordinates[] {
  const [down, across] = [steps(rows, points), steps(columns, points)];
  return [
    ...Array.from(steps(rows, lines), (row) => skyOfPositions(wcs, [across.map(() => row), across])),
    ...Array.from(steps(columns, lines), (column) => skyOfPositions(wcs, [down, down.map(() => column)])),
  ];
}

/** Up to `most` indices from the first to the last. */
function steps(length: number, most: number): Float64Array {
  const count = Math.min(length, most);
  return Float64Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * (length - 1)) / (count - 1))));
}

/** The widest gap that the arcs from point to point along the lines leave open. One of two points' distance is none. */
function longitudes(lines: readonly SkyCoordinates[]): { readonly west: number; readonly east: number } {
  const arcs = lines.flatMap(({ lon }) => arcsOf(lon)).sort((a, b) => a.from - b.from);
  const lengths = arcs.map(({ from, to }) => to - from).sort((a, b) => a - b);
  const usual = lengths[lengths.length >> 1] ?? 0;
  const start = arcs[0]?.from ?? 0;
  let reach = start;
  let widest = { west: start, east: start, gap: 0 };
  for (const { from, to } of [...arcs, { from: start + 360, to: start + 360 }]) {
    if (from - reach > widest.gap) widest = { west: from % 360, east: reach % 360, gap: from - reach };
    reach = Math.max(reach, to);
  }
  return widest.gap <= 2 * usual ? { west: 0, east: 360 } : { west: widest.west, east: widest.east };
}

interface Arc {
  readonly from: number;
  readonly to: number;
}

/** The shorter way from each point of a line to the next; over longitude 0 it is two arcs. Beside a NaN a point stands alone. */
function arcsOf(lon: Float64Array): Arc[] {
  const arcs: Arc[] = [];
  for (let i = 0; i < lon.length; i++) {
    const here = lon[i] as number;
    const next = lon[i + 1] ?? Number.NaN;
    if (Number.isNaN(here)) continue;
    const [from, to] = here < next ? [here, next] : [next, here];
    if (Math.abs(to - from) < 179) arcs.push({ from, to });
    else if (to - from > 181) arcs.push({ from: to, to: 360 }, { from: 0, to: from });
    else arcs.push({ from: here, to: here });
  }
  return arcs;
}
