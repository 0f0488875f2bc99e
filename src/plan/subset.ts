import type { TableColumn, TableGroup } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import { numberLiteral } from "../expr/literals.js";
import type { Expr } from "../expr/nodes.js";
import { withinTime } from "../expr/parse.js";

/** Degrees; `west > east` wraps. Edges belong to it. */
export interface GeoBox {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Reads `W,S,E,N`. @throws `usage` */
export function parseGeoBox(text: string): GeoBox {
  const parts = text.split(",").map((part) => part.trim());
  const [west, south, east, north] = parts.map((part) => (part === "" ? Number.NaN : Number(part))) as [
    number,
    number,
    number,
    number,
  ];
  if (parts.length !== 4 || ![west, south, east, north].every(Number.isFinite))
    throw new GraticuleError("usage", `"${text}" is no box`, { hint: "write W,S,E,N in degrees: --bbox 350,-10,20,30" });
  if (south > north || south < -90 || north > 90)
    throw new GraticuleError("usage", `the box ${text} has the latitudes ${south} to ${north}`, {
      hint: "write W,S,E,N: the southern edge before the northern one, both within -90 and 90",
    });
  if (Math.abs(west) > 720 || Math.abs(east) > 720)
    throw new GraticuleError("usage", `the box ${text} has longitudes beyond 720 degrees`);
  return { west, south, east, north };
}

/** The cells of a table whose centre lies in the box; null where it has no longitudes and latitudes. */
export function boxPredicate(group: TableGroup, { west, south, east, north }: GeoBox): Expr | null {
  const [x, y] = geographicColumns(group);
  if (!x || !y) return null;
  const lat: Expr = { op: "column", name: y.field.name };
  const edge = (value: number): Expr => ({ op: "literal", literal: numberLiteral(value) });
  return {
    op: "and",
    args: [
      { op: "wrap-between", arg: { op: "column", name: x.field.name }, low: west, high: east, period: 360 },
      { op: "compare", kind: ">=", left: lat, right: edge(south) },
      { op: "compare", kind: "<=", left: lat, right: edge(north) },
    ],
  };
}

/** The longitudes and latitudes that place a cell: coordinates of two axes where there are, else over common axes. */
export function geographicColumns(group: TableGroup): readonly [TableColumn, TableColumn] | readonly [] {
  const of = (axis: "X" | "Y"): TableColumn[] => group.columns.filter((column) => column.axis === axis && isNumber(column));
  const pairs = of("X").flatMap((x) => of("Y").map((y) => [x, y] as const));
  const isCoordinate = ([x, y]: (typeof pairs)[number]): boolean => x.role === "coordinate" && y.role === "coordinate";
  const isTogether = ([x, y]: (typeof pairs)[number]): boolean => x.axes.join() === y.axes.join();
  return pairs.find(isCoordinate) ?? pairs.find(isTogether) ?? pairs[0] ?? [];
}

function isNumber(column: TableColumn): boolean {
  return column.field.type.kind === "number";
}

/** The cells of a table in an interval `START/END`; null where it has no time. */
export function timePredicate(group: TableGroup, interval: string): Expr | null {
  const times = group.columns.filter((column) => column.axis === "T" && isTime(column));
  const time = times.find((column) => column.role === "coordinate") ?? times[0];
  return time ? withinTime({ op: "column", name: time.field.name }, interval) : null;
}

function isTime(column: TableColumn): boolean {
  return column.field.type.kind === "timestamp" || column.time !== undefined;
}
