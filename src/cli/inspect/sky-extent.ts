import { skyImagesOf } from "../../archive/sky-variables.js";
import { type SkyBounds, skyBounds } from "../../convention/wcs/sky-bounds.js";
import type { Dataset } from "../../format/contract.js";
import type { Extent } from "./document.js";

/**
 * Right ascensions and declinations that the images of a FITS file cover together. Those in other systems (galactic, ecliptic,
 * solar) have no part in it: their longitudes are of another kind.
 */
export function skyExtentOf(dataset: Dataset): Extent {
  const bounds = skyImagesOf(dataset).flatMap(({ image, wcs }) => {
    const own = image.error === undefined && wcs.sky?.names[0] === "ra" ? skyBounds(wcs) : null;
    return own ? [own] : [];
  });
  if (bounds.length === 0) return {};
  const south = Math.min(...bounds.map((own) => own.south));
  const north = Math.max(...bounds.map((own) => own.north));
  return { lon: longitudesOf(bounds), lat: [south, north] };
}

/** The shortest arc eastward that holds all: the widest gap is left out. */
function longitudesOf(bounds: readonly SkyBounds[]): readonly [number, number] {
  const arcs = bounds
    .map(({ west, east }) => ({ from: west, to: east < west ? east + 360 : east }))
    .sort((a, b) => a.from - b.from);
  const start = arcs[0]?.from ?? 0;
  // What lies across longitude 0 reaches to the first of them, or beyond.
  let reach = Math.max(start, ...arcs.map(({ to }) => to - 360));
  let widest = { west: 0, east: 360, gap: 0 };
  for (const { from, to } of [...arcs, { from: start + 360, to: start + 360 }]) {
    if (from - reach > widest.gap) widest = { west: from % 360, east: reach % 360, gap: from - reach };
    reach = Math.max(reach, to);
  }
  return [widest.west, widest.east];
}
