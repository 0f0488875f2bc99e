import { decodeKnown } from "../archive/known-values.js";
import type { TableColumn, TableGroup } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import { isSet } from "../schema/bitmap.js";
import { axisOnEarth } from "./on-earth.js";
import { geographicColumns } from "./subset.js";

/** What a geometry column holds: the centre of each cell, or its outline. */
export type GeometryKind = "points" | "cells";

/** A geometry column that is made of two others. Plain JSON. */
export interface GeometryPlan {
  readonly kind: GeometryKind;
  readonly name: string;
  /** Positions in the output of the longitudes and latitudes. */
  readonly x: number;
  readonly y: number;
  /** Of cells. */
  readonly edges?: { readonly x: Edges; readonly y: Edges };
}

/** Where the cell of each value of a coordinate begins and ends, degrees. */
export interface Edges {
  readonly values: readonly number[];
  readonly pairs: readonly (readonly [number, number])[];
}

/**
 * The geometry column of a table; null where it has no longitudes and latitudes on the Earth.
 * @throws `unsupported` for cells over coordinates that are no simple grid, `usage` where a name is taken
 */
export function geometryOf(
  group: TableGroup,
  output: readonly { readonly column: number }[],
  kind: GeometryKind,
): GeometryPlan | null {
  const pair = earthColumns(group);
  if (!pair) return null;
  const [x, y] = pair.map((column) => output.findIndex((own) => own.column === group.columns.indexOf(column))) as [number, number];
  if (x < 0 || y < 0) return null;
  if (group.columns.some(({ field }) => field.name.toLowerCase() === GEOMETRY))
    throw new GraticuleError("usage", `${group.name} has a column "${GEOMETRY}", which --geo would make`, {
      hint: `give it another name: --rename ${GEOMETRY}=shape`,
    });
  const plan = { kind, name: GEOMETRY, x, y };
  return kind === "points" ? plan : { ...plan, edges: { x: edgesOf(group, pair[0]), y: edgesOf(group, pair[1]) } };
}

/** What geopandas, GDAL and others take by default. */
const GEOMETRY = "geometry";

/** Longitudes and latitudes on the Earth. */
export function earthColumns(group: TableGroup): readonly [TableColumn, TableColumn] | null {
  const [x, y] = geographicColumns(group);
  const isEarth = (column: TableColumn): boolean => axisOnEarth(column.axis, column.field.metadata) !== undefined;
  return x && y && isEarth(x) && isEarth(y) ? [x, y] : null;
}

function edgesOf(group: TableGroup, column: TableColumn): Edges {
  const [axis, ...others] = column.axes;
  const { name } = column.field;
  if (axis === undefined || others.length > 0 || column.role !== "coordinate" || !column.values)
    throw new GraticuleError(
      "unsupported",
      `--geo cells needs longitudes and latitudes along one dimension each; ${name} is none such`,
      {
        variable: name,
        hint: "--geo points makes a point of each cell",
      },
    );
  const length = group.axes[axis]?.length ?? 0;
  const known = decodeKnown(column.values, length);
  const values = Array.from(known.values as ArrayLike<unknown>, (value, i) =>
    known.validity && !isSet(known.validity, i) ? Number.NaN : Number(value),
  );
  const pairs = boundsOf(group, column, length) ?? midpoints(values, name);
  const isLatitude = column.axis === "Y";
  return { values, pairs: isLatitude ? pairs.map(([low, high]) => [withinPoles(low), withinPoles(high)] as const) : pairs };
}

function withinPoles(latitude: number): number {
  return Math.max(-90, Math.min(90, latitude));
}

/** The bounds that the file has (CF section 7.1), where the footer has their values. */
function boundsOf(group: TableGroup, { field }: TableColumn, length: number): (readonly [number, number])[] | null {
  const text = group.metadata[field.metadata.bounds ?? ""];
  if (text === undefined) return null;
  const { shape, values } = JSON.parse(text) as {
    readonly shape?: readonly number[];
    readonly values?: readonly (number | null)[];
  };
  if (!values || shape?.length !== 2 || shape[0] !== length || shape[1] !== 2) return null;
  const all = values.map((value) => (typeof value === "number" ? value : Number.NaN));
  if (!all.every(Number.isFinite)) return null;
  return Array.from({ length }, (_, i) => ordered(all[2 * i] as number, all[2 * i + 1] as number));
}

/** Halfway to the neighbours; as far on the other side at the ends. */
function midpoints(values: readonly number[], name: string): (readonly [number, number])[] {
  const steps = values.slice(1).map((value, i) => value - (values[i] as number));
  const isMonotonic = steps.every((step) => step > 0) || steps.every((step) => step < 0);
  if (steps.length === 0 || !isMonotonic || !values.every(Number.isFinite))
    throw new GraticuleError(
      "unsupported",
      `--geo cells: ${steps.length === 0 ? `one value of ${name} alone has no width` : `the values of ${name} do not follow one another`}, and it has no bounds`,
      { variable: name, hint: "--geo points makes a point of each cell" },
    );
  return values.map((value, i) => {
    const before = steps[i - 1] ?? (steps[i] as number);
    const after = steps[i] ?? before;
    return ordered(value - before / 2, value + after / 2);
  });
}

function ordered(a: number, b: number): readonly [number, number] {
  return a <= b ? [a, b] : [b, a];
}
