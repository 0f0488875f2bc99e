import type { SkyPartition } from "../../plan/sky.js";

/** Order at which rows are counted: pixels of 3.4 arc minutes. No partition is finer. */
export const COUNT_ORDER = 10;

/**
 * The largest pixels that hold at most `most` rows each, by depth first; at `COUNT_ORDER` those that hold more. Pixels without rows
 * are none.
 * @param counts rows of each pixel of `COUNT_ORDER`
 */
export function choosePartitions(counts: Float64Array, most: number): SkyPartition[] {
  const levels = [counts];
  for (let order = COUNT_ORDER; order > 0; order--) levels.unshift(parents(levels[0] as Float64Array));
  const out: SkyPartition[] = [];
  const visit = (order: number, pixel: number): void => {
    const rows = levels[order]?.[pixel] ?? 0;
    if (rows === 0) return;
    if (rows <= most || order === COUNT_ORDER) out.push({ order, pixel, rows });
    else for (let child = 4 * pixel; child < 4 * pixel + 4; child++) visit(order + 1, child);
  };
  for (let face = 0; face < 12; face++) visit(0, face);
  return out;
}

function parents(counts: Float64Array): Float64Array {
  const out = new Float64Array(counts.length / 4);
  for (let i = 0; i < counts.length; i++) out[i >> 2] = (out[i >> 2] as number) + (counts[i] as number);
  return out;
}
