import { GraticuleError } from "../errors.js";
import type { ReadContext } from "../format/contract.js";
import { type FormatRegistry, formatRegistry } from "../format/registry.js";
import type { Store } from "../store/contract.js";
import { pathOf } from "../store/file.js";
import { isRemoteUrl } from "../store/scheme.js";
import { withAuxiliaryTimes } from "./auxiliary-time.js";
import type { Alignment } from "./axis-classes.js";
import { buildTable, type TableOptions } from "./build-table.js";
import { closeNames, type Renames } from "./column-names.js";
import { type ColumnWishes, withWishes } from "./column-wishes.js";
import { describeFiles } from "./describe-files.js";
import type { FileDescription } from "./description.js";
import { type Fragment, fragmentsOf, isData, unshown } from "./fragments.js";
import { joinCluster } from "./join-cluster.js";
import type { Archive, TableGroup } from "./model.js";
import type { MemberOptions } from "./open-member.js";
import { noTable, outsidersOf } from "./outsiders.js";
import { type Cluster, partition } from "./partition.js";
import { haveSameContents } from "./same-contents.js";
import type { DuplicatePolicy } from "./segments.js";
import { chooseTable, tableNames } from "./table-names.js";
import { listOf, warningsOf } from "./warnings.js";

export interface ArchiveOptions extends ColumnWishes {
  /** Data variables to keep, by name or path; default: all. */
  readonly vars?: readonly string[];
  /** Name of the one table, or which of several is wanted. */
  readonly table?: string;
  /** When coordinates of two files are equal; a tolerance is in the units of the first file. Default: exact. */
  readonly align?: Alignment;
  /** Which file counts where several have a variable for the same cell. Default: error. */
  readonly onDuplicateTime?: DuplicatePolicy;
  /** Adds a column with the file's name. */
  readonly withSource?: boolean;
  /** Makes columns of the scalars that are the same in all files. */
  readonly withScalars?: boolean;
  /** New column names by old ones. */
  readonly rename?: Renames;
  /** Files that are damaged are left out with a warning. Default: an error that names all of them. */
  readonly skipDamaged?: boolean;
  readonly store?: Store;
  readonly registry?: FormatRegistry;
}

/**
 * Many files as the tables that they make together. Each file is opened once, its coordinates and scalars are read, and it is
 * closed again; values of data are read only where nothing else decides (see `joinCluster`), and times that are no coordinates.
 *
 * @param urls files in the order in which they count: units and names are those of the first
 * @throws what opening throws; `usage` for unknown variables, columns and tables, overlapping files without a policy, and
 * columns that the files do not agree on (text and numbers, calendars, units that measure different things); `unsupported` where
 * nothing becomes a table
 */
export async function openArchive(urls: readonly string[], options: ArchiveOptions, context: ReadContext): Promise<Archive> {
  if (urls.length === 0) throw new GraticuleError("usage", "an archive needs at least one file");
  const members: MemberOptions = {
    context,
    registry: options.registry ?? formatRegistry(),
    ...(options.store && { store: options.store }),
  };
  const { files, skipped } = await describeFiles(urls, options, members);
  const warnings = [...new Set([...skipped, ...warningsOf(files)])];
  const warn = (text: string): void => {
    if (!warnings.includes(text)) warnings.push(text);
  };
  const grids = await uniteFiles(files, options, members, warn);
  if (grids.length === 0) throw noTable(files);
  const names = tableNames(
    grids.map(({ cluster }) => (cluster.members[0] as Cluster["members"][number]).fragment),
    warn,
  );
  const chosen = chooseTable(names, options.table);
  const tableOptions: TableOptions = {
    policy: options.onDuplicateTime ?? "error",
    withSource: options.withSource ?? false,
    withScalars: options.withScalars ?? false,
    renames: options.rename ?? {},
    urls: files.map(({ member: { url } }) => (isRemoteUrl(url) ? url : pathOf(url))),
    warn,
  };
  const tables: TableGroup[] = [];
  for (const { index, name } of chosen) {
    const { cluster, time, keys } = grids[index] as (typeof grids)[number];
    const grid = await joinCluster(cluster, time, keys, {
      tolerance: toleranceOf(options.align, keys[cluster.joined ?? -1]?.unit),
      warn,
      sameContents: (path, own) =>
        haveSameContents(
          path,
          own.map((file) => (files[file] as FileDescription).member.url),
          members,
        ),
    });
    tables.push(buildTable(name, grid, tableOptions));
  }
  requireRenamed(options.rename ?? {}, tables, files);
  return withWishes({ members: files.map((file) => file.member), tables, outsiders: outsidersOf(files), warnings }, options);
}

interface FoundGrid {
  readonly cluster: Cluster;
  readonly time: number | null;
  readonly keys: ReturnType<typeof partition>["keys"];
}

/** Grids in the order in which the files bring up their dimensions, those of one set of dimensions together. */
async function uniteFiles(
  files: readonly FileDescription[],
  options: ArchiveOptions,
  members: MemberOptions,
  warn: (text: string) => void,
): Promise<FoundGrid[]> {
  members.context.signal?.throwIfAborted();
  const coordinatesOnly = !files.some((file) => file.variables.some((variable) => isData(variable)));
  const sets = new Map<string, Fragment[]>();
  for (const [index, file] of files.entries()) {
    const fragments = fragmentsOf(file, index, coordinatesOnly);
    if (!options.vars)
      for (const variable of unshown(file, fragments)) warn(`${variable.path} is in no table: no data variable has its dimensions`);
    for (const fragment of fragments) {
      const own = sets.get(fragment.key);
      if (own) own.push(fragment);
      else sets.set(fragment.key, [fragment]);
    }
  }
  return [...sets.values()].flatMap((fragments) => {
    const found = partition(withAuxiliaryTimes(fragments, files), options.align ?? "exact", warn);
    for (const [i, names] of found.differences.entries()) warn(otherGrid(found.clusters, i + 1, names, files));
    return found.clusters.map((cluster) => ({ cluster, time: found.time, keys: found.keys }));
  });
}

function otherGrid(clusters: readonly Cluster[], at: number, names: readonly string[], files: readonly FileDescription[]): string {
  const urlsOf = (cluster: Cluster): string[] => cluster.members.map(({ fragment }) => files[fragment.file]?.member.url ?? "");
  const first = clusters[0] as Cluster;
  const dims = (first.members[0] as Cluster["members"][number]).classes.map((axisClass) => axisClass.axis.name).join("_");
  const [known = "", ...others] = urlsOf(first);
  const rest = others.length === 0 ? "" : ` and ${others.length} more file${others.length === 1 ? "" : "s"}`;
  const own = listOf(urlsOf(clusters[at] as Cluster));
  return `${dims}_${at + 1}: other coordinates along ${names.join(", ")} than in ${known}${rest}: ${own}`;
}

function toleranceOf(align: Alignment | undefined, unit: number | undefined): number {
  return align === undefined || align === "exact" ? 0 : align.nearest * (unit ?? 1);
}

function requireRenamed(renames: Renames, tables: readonly TableGroup[], files: readonly FileDescription[]): void {
  const names = new Set(tables.flatMap((table) => table.columns.map((column) => column.field.name)));
  const known = new Set(files.flatMap((file) => file.variables.flatMap(({ name, path }) => [name, path])));
  for (const table of tables) for (const axis of table.axes) known.add(axis.dim);
  for (const [old, name] of Object.entries(renames)) {
    if (known.has(old) || names.has(name)) continue;
    const close = closeNames(old, names);
    throw new GraticuleError("usage", `no column is named "${old}"`, {
      hint: close.length > 0 ? `did you mean ${close.join(" or ")}?` : `there are: ${[...names].slice(0, 20).join(", ")}`,
    });
  }
}
