import type { Dimension } from "graticule/plugin";

/** What an array says of its dimensions. */
export interface DimensionClaims {
  /** Key of the array. */
  readonly key: string;
  readonly shape: readonly number[];
  /** A name, or a full path (NCZarr); null or absent: none. */
  readonly names?: readonly (string | null)[];
}

export interface ArrayDimensions {
  readonly dims: readonly string[];
  readonly dimPaths: readonly string[];
}

/**
 * Names and paths of every array's dimensions. A dimension belongs to the array's group, or to a group above it that has a
 * coordinate array of its name and length. Dimensions of one name and another length in one group are further dimensions:
 * Zarr's names bind nobody.
 */
export function dimensionsOf(arrays: readonly DimensionClaims[]): { dimensions: Dimension[]; of: Map<string, ArrayDimensions> } {
  const coordinates = new Map(arrays.filter(isCoordinate).map(({ key, shape }) => [key, shape[0] as number]));
  const lengths = new Map<string, number>();
  for (const [key, length] of coordinates) lengths.set(`/${key}`, length);
  const used = new Map<string, string>();
  const of = new Map<string, ArrayDimensions>();
  for (const { key, shape, names } of arrays) {
    const dims: string[] = [];
    const dimPaths = shape.map((length, d) => {
      const given = names?.[d] ?? `dim_${d}`;
      const name = given.startsWith("/") ? given.slice(given.lastIndexOf("/") + 1) : given;
      dims.push(name);
      const wanted = given.startsWith("/") ? given : homeOf(given, length, groupOf(key), coordinates);
      const path = free(wanted, length, lengths);
      lengths.set(path, length);
      used.set(path, name);
      return path;
    });
    of.set(key, { dims, dimPaths });
  }
  const dimensions = [...used].map(([path, name]) => ({ path, name, length: lengths.get(path) as number, unlimited: false }));
  return { dimensions, of };
}

function isCoordinate({ key, shape, names }: DimensionClaims): boolean {
  const own = names?.[0];
  return shape.length === 1 && (own === nameOf(key) || own === `/${key}`);
}

function homeOf(name: string, length: number, group: string, coordinates: ReadonlyMap<string, number>): string {
  for (let at: string | null = group; at !== null; at = at === "" ? null : groupOf(at)) {
    const key: string = at === "" ? name : `${at}/${name}`;
    if (coordinates.get(key) === length) return `/${key}`;
  }
  return group === "" ? `/${name}` : `/${group}/${name}`;
}

function free(wanted: string, length: number, lengths: ReadonlyMap<string, number>): string {
  const known = lengths.get(wanted);
  return known === undefined || known === length ? wanted : `${wanted}_${length}`;
}

export function groupOf(key: string): string {
  return key.includes("/") ? key.slice(0, key.lastIndexOf("/")) : "";
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
