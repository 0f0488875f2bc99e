import type { AxisKeys } from "./axis-keys.js";
import type { VariableDescription } from "./description.js";
import type { Fragment, FragmentAxis } from "./fragments.js";
import { type CellRun, type Lane, orderCells } from "./order-cells.js";
import type { Cluster, ClusterMember } from "./partition.js";
import { rankByScalars, varyingScalars } from "./varying-scalars.js";

/** Files that lie on the same cells of the joined axis. */
export interface GridLane extends Lane {
  /** Positions in the grid's fragments, ascending. */
  readonly fragments: readonly number[];
  /** Coordinates along the joined axis. */
  readonly axis?: FragmentAxis;
}

/** Files united along one axis. */
export interface Grid {
  /** In the order of the files. */
  readonly fragments: readonly Fragment[];
  /** Axes in the table's order, without a new one; of the joined one the length and coordinates are those of the first file. */
  readonly axes: readonly FragmentAxis[];
  /** "new": the files are stacked along a scalar; null: one file's worth of cells. */
  readonly joined: number | "new" | null;
  readonly lanes: readonly GridLane[];
  /** Where nothing is joined: one run of one cell. */
  readonly runs: readonly CellRun[];
  /** Paths of the scalars that vary along the joined axis, the one that names a new axis first. */
  readonly scalars: readonly string[];
  /** Variables that stand in several files for the same cells have the same values there. */
  readonly agreed?: boolean;
}

export interface JoinOptions {
  /** Keys nearer to each other than this are one cell. */
  readonly tolerance: number;
  readonly warn: (text: string) => void;
  /** Whether a variable holds the same values in all of these files. */
  readonly sameContents: (variable: string, files: readonly number[]) => Promise<boolean>;
}

/**
 * Unites the files of a cluster: along the dimension in which they differ; else stacked by the scalar coordinates that tell them
 * apart; else, where the same variables stand in several files of a grid without time, as one where the values are the same, and
 * where they are not by scalars that only other variables name, or end to end along a dimension without coordinates. What then still overlaps is for the caller to decide.
 */
export async function joinCluster(
  cluster: Cluster,
  time: number | null,
  keys: readonly (AxisKeys | undefined)[],
  options: JoinOptions,
): Promise<Grid> {
  const { members, joined } = cluster;
  const fragments = members.map((member) => member.fragment);
  const axes = (members[0] as ClusterMember).classes.map((axisClass) => axisClass.axis);
  const places = varyingScalars(fragments, "placing");
  const values = varyingScalars(fragments, "other");
  const base = { fragments, axes };
  if (joined !== null && keys[joined]) {
    const lanes = lanesByCoordinate(members, joined, keys[joined], null);
    const runs = orderCells(lanes, options.tolerance);
    if (places.length === 0 || !overlaps(lanes, runs, fragments))
      return { ...base, joined, lanes, runs, scalars: [...places, ...values] };
    const ranked = lanesByCoordinate(members, joined, keys[joined], rankByScalars(fragments, places));
    return { ...base, joined, lanes: ranked, runs: orderCells(ranked, options.tolerance), scalars: [...places, ...values] };
  }
  if (joined !== null) return endToEnd(base, members, joined, [...places, ...values]);
  if (varyingScalars(fragments, "placing its own").length > 0) return stacked(base, places, values);
  const twice = repeated(fragments, ({ data }) => data);
  const placed = repeated(fragments, placedBy);
  if (twice.size > 0 && time === null && (await haveSameContents(new Map([...twice, ...placed]), options)))
    return { ...single(base), agreed: true };
  if (places.length > 0) return stacked(base, places, values);
  if (twice.size > 0 && time === null) {
    const index = indexDimension(axes);
    if (index !== null) {
      options.warn(`${axes[index]?.name} has no coordinates: the files are laid end to end along it, in their order`);
      return endToEnd(base, members, index, values);
    }
  }
  if (twice.size > 0 && values.length > 0) return stacked(base, values, []);
  return single(base);
}

type Base = Pick<Grid, "fragments" | "axes">;

function single(base: Base): Grid {
  const lane = { rank: 0, keys: null, length: 1, fragments: base.fragments.map((_, i) => i) };
  return { ...base, joined: null, lanes: [lane], runs: orderCells([lane], 0), scalars: [] };
}

function stacked(base: Base, by: readonly string[], more: readonly string[]): Grid {
  const ranks = rankByScalars(base.fragments, by);
  const lanes: GridLane[] = [];
  const files: number[][] = [];
  for (const [i, rank] of ranks.entries()) {
    files[rank] ??= [];
    files[rank].push(i);
  }
  for (const [rank, own] of files.entries()) lanes.push({ rank, keys: null, length: 1, fragments: own });
  return { ...base, joined: "new", lanes, runs: orderCells(lanes, 0), scalars: [...by, ...more] };
}

/** Files in their order; one that has none of a lane's variables lies beside it. */
function endToEnd(base: Base, members: readonly ClusterMember[], joined: number, scalars: readonly string[]): Grid {
  const lanes: { length: number; fragments: number[]; seen: Set<string> }[] = [];
  for (const [i, { fragment, classes }] of members.entries()) {
    const { length } = (classes[joined] as ClusterMember["classes"][number]).axis;
    const paths = fragment.data.map((variable) => variable.path);
    const beside = lanes.find((lane) => lane.length === length && paths.every((path) => !lane.seen.has(path)));
    if (!beside) lanes.push({ length, fragments: [i], seen: new Set(paths) });
    else {
      beside.fragments.push(i);
      for (const path of paths) beside.seen.add(path);
    }
  }
  const own = lanes.map(({ length, fragments }): GridLane => ({ rank: 0, keys: null, length, fragments }));
  return { ...base, joined, lanes: own, runs: orderCells(own, 0), scalars };
}

function lanesByCoordinate(
  members: readonly ClusterMember[],
  joined: number,
  keys: AxisKeys,
  ranks: readonly number[] | null,
): GridLane[] {
  const lanes = new Map<string, GridLane & { fragments: number[] }>();
  for (const [i, { classes }] of members.entries()) {
    const { id, axis } = classes[joined] as ClusterMember["classes"][number];
    const rank = ranks?.[i] ?? 0;
    const lane = lanes.get(`${rank} ${id}`);
    if (lane) lane.fragments.push(i);
    else {
      const own = axis.coordinate ? keys.keysOf(axis.coordinate.values, axis.coordinate.variable) : null;
      lanes.set(`${rank} ${id}`, { rank, keys: own, length: axis.length, fragments: [i], axis });
    }
  }
  return [...lanes.values()];
}

/** Whether a variable stands in two files at one cell. */
function overlaps(lanes: readonly GridLane[], runs: readonly CellRun[], fragments: readonly Fragment[]): boolean {
  return runs.some(({ sources }) => {
    const seen = new Set<string>();
    for (const source of sources)
      for (const f of lanes[source.lane]?.fragments ?? [])
        for (const { path } of fragments[f]?.data ?? []) {
          if (seen.has(path)) return true;
          seen.add(path);
        }
    return false;
  });
}

/** Auxiliary coordinates that alone tell the places of a dimension: equal data elsewhere are other data. */
function placedBy({ axes, auxiliaries }: Fragment): readonly VariableDescription[] {
  const free = new Set(axes.flatMap((axis) => (axis.coordinate ? [] : axis.dim)));
  return auxiliaries.filter(({ dims }) => dims.some((dim) => free.has(dim)));
}

/** Variables that several files have, with those files. */
function repeated(
  fragments: readonly Fragment[],
  variablesOf: (fragment: Fragment) => readonly VariableDescription[],
): Map<string, number[]> {
  const files = new Map<string, number[]>();
  for (const fragment of fragments)
    for (const { path } of variablesOf(fragment)) {
      const own = files.get(path);
      if (own) own.push(fragment.file);
      else files.set(path, [fragment.file]);
    }
  for (const [path, own] of files) if (own.length < 2) files.delete(path);
  return files;
}

async function haveSameContents(repeated: ReadonlyMap<string, readonly number[]>, options: JoinOptions): Promise<boolean> {
  for (const [path, files] of repeated) if (!(await options.sameContents(path, files))) return false;
  return true;
}

/** One that can grow, else the first that nothing tells the places of. */
function indexDimension(axes: readonly FragmentAxis[]): number | null {
  const free = axes.flatMap((axis, d) => (axis.coordinate ? [] : [{ d, unlimited: axis.unlimited }]));
  return (free.find((axis) => axis.unlimited) ?? free[0])?.d ?? null;
}
