import { type Alignment, type AxisClass, AxisClasses } from "./axis-classes.js";
import type { AxisKeys } from "./axis-keys.js";
import type { Fragment, FragmentAxis } from "./fragments.js";

/** Files on one grid: equal coordinates along all dimensions, but perhaps one. */
export interface Cluster {
  /** In the order of the files. */
  readonly members: readonly ClusterMember[];
  /** Position of the dimension in which they differ. */
  readonly joined: number | null;
}

export interface ClusterMember {
  readonly fragment: Fragment;
  /** Per dimension of the table, in the table's order. */
  readonly classes: readonly AxisClass[];
}

export interface Partition {
  readonly clusters: readonly Cluster[];
  /** Position of the dimension of time. */
  readonly time: number | null;
  /** Per dimension; undefined where no file has coordinates. */
  readonly keys: readonly (AxisKeys | undefined)[];
  /** Grids that stayed apart from the first, with the names of the dimensions that keep them apart. */
  readonly differences: readonly (readonly string[])[];
}

/**
 * Sorts files with the same set of dimensions by grid. Files that differ in time alone are one grid. Among what is left, files
 * that differ in one other dimension are one where they lie beside each other like tiles: coordinates that overlap or interleave
 * are other grids (staggered points, another resolution). Dimensions without coordinates lie end to end where the same variables
 * go on.
 */
export function partition(fragments: readonly Fragment[], align: Alignment, warn: (text: string) => void): Partition {
  const first = fragments[0] as Fragment;
  const orders = fragments.map((fragment) => orderOf(first, fragment));
  const axesAt = (d: number): FragmentAxis[] =>
    fragments.map((fragment, f) => fragment.axes[orders[f]?.[d] as number] as FragmentAxis);
  const columns = first.axes.map((_, d) => axesAt(d));
  const sorters = columns.map((axes) => new AxisClasses(axes, align, warn));
  const members = fragments.map((fragment, f) => ({
    fragment,
    classes: sorters.map((sorter, d) => sorter.classOf(columns[d]?.[f] as FragmentAxis)),
  }));
  const found = columns.findIndex((axes) => axes.some(isTime));
  const time = found < 0 ? null : found;
  const byGrid = groupBy(members, (member) => idsWithout(member, time)).map(
    (own): Cluster => ({
      members: own,
      joined: time !== null && own.some((member) => member.classes[time] !== own[0]?.classes[time]) ? time : null,
    }),
  );
  const keys = sorters.map((sorter) => sorter.keys);
  const clusters = uniteTiles(byGrid, first.axes.length, time, keys);
  const differences = clusters.slice(1).map((cluster) => differencesOf(clusters[0] as Cluster, cluster, time));
  return { clusters, time, keys, differences };
}

/** For each axis of `first`: the position of the same dimension in `fragment`. A dimension that stands twice is taken in turn. */
function orderOf(first: Fragment, fragment: Fragment): number[] {
  const left = fragment.axes.map((axis) => axis.dim as string | null);
  return first.axes.map((axis) => {
    const at = left.indexOf(axis.dim);
    left[at] = null;
    return at;
  });
}

function isTime(axis: FragmentAxis): boolean {
  const variable = axis.coordinate?.variable;
  return variable !== undefined && (variable.time !== undefined || variable.axis === "T");
}

function idsWithout(member: ClusterMember, dimension: number | null): string {
  return member.classes.map((axisClass, d) => (d === dimension ? "" : axisClass.id)).join(" ");
}

function uniteTiles(
  clusters: readonly Cluster[],
  rank: number,
  time: number | null,
  keys: readonly (AxisKeys | undefined)[],
): Cluster[] {
  const found = [...clusters];
  for (let d = 0; d < rank; d++) {
    if (d === time) continue;
    const alone = found.filter((cluster) => cluster.joined === null);
    for (const tiles of groupBy(alone, (cluster) => idsWithout(cluster.members[0] as ClusterMember, d))) {
      if (tiles.length < 2 || !areTiles(tiles, d, keys[d])) continue;
      const members = tiles.flatMap((tile) => tile.members).sort((a, b) => a.fragment.file - b.fragment.file);
      found.splice(found.indexOf(tiles[0] as Cluster), 1, { members, joined: d });
      for (const tile of tiles.slice(1)) found.splice(found.indexOf(tile), 1);
    }
  }
  return found;
}

function areTiles(clusters: readonly Cluster[], d: number, keys: AxisKeys | undefined): boolean {
  const axes = clusters.map((cluster) => (cluster.members[0] as ClusterMember).classes[d]?.axis as FragmentAxis);
  if (axes.every((axis) => !axis.coordinate)) return haveCommonVariable(clusters);
  const spans: { from: number; to: number }[] = [];
  for (const { coordinate, length } of axes) {
    if (!coordinate || !keys || !ArrayBuffer.isView(coordinate.values.values) || length === 0) return false;
    const own = keys.keysOf(coordinate.values, coordinate.variable);
    let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const key of own) [from, to] = [Math.min(from, key), Math.max(to, key)];
    if (Number.isNaN(from)) return false;
    spans.push({ from, to });
  }
  spans.sort((a, b) => a.from - b.from);
  return spans.every((span, i) => i === 0 || span.from > (spans[i - 1]?.to as number));
}

function haveCommonVariable(clusters: readonly Cluster[]): boolean {
  const [first, ...rest] = clusters.map(
    (cluster) => new Set(cluster.members.flatMap(({ fragment }) => fragment.data.map((v) => v.path))),
  );
  return [...(first ?? [])].some((path) => rest.every((other) => other.has(path)));
}

/** Names of the dimensions that keep two grids apart, with how little it is where it is little. */
function differencesOf(a: Cluster, b: Cluster, time: number | null): string[] {
  const [x, y] = [a.members[0] as ClusterMember, b.members[0] as ClusterMember];
  return x.classes.flatMap((axisClass, d) => {
    const other = y.classes[d];
    if (d === a.joined || d === time || !other || axisClass.id === other.id) return [];
    const { name } = axisClass.axis;
    const distance = distanceOf(axisClass.axis, other.axis);
    return distance === null ? [name] : [`${name} (by ${distance.toPrecision(2)} at most: --align nearest:TOL makes them one)`];
  });
}

/** The largest difference of two coordinates, where it is small beside their own steps. */
function distanceOf(a: FragmentAxis, b: FragmentAxis): number | null {
  const [x, y] = [a.coordinate?.values.values, b.coordinate?.values.values];
  if (!ArrayBuffer.isView(x) || !ArrayBuffer.isView(y) || a.length !== b.length || a.length < 2) return null;
  let [largest, step] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(Number(x[i]) - Number(y[i])));
    if (i > 0) step = Math.min(step, Math.abs(Number(x[i]) - Number(x[i - 1])));
  }
  return largest <= step / 100 ? largest : null;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
