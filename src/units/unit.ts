/** Exponents of metre, kilogram, second, ampere, kelvin, mole, candela. The radian counts as 1, as in UDUNITS. */
export type Dimensions = readonly [number, number, number, number, number, number, number];

/** A unit as a way back to SI base units: `base = value * scale + offset`. Plain data. */
export interface Unit {
  readonly scale: number;
  readonly offset: number;
  readonly dimensions: Dimensions;
  /** Of a logarithmic unit: what its level refers to. Such units convert only among themselves. */
  readonly level?: string;
}

export const ONE: Unit = { scale: 1, offset: 0, dimensions: [0, 0, 0, 0, 0, 0, 0] };

export function baseUnit(index: number): Unit {
  return { scale: 1, offset: 0, dimensions: ONE.dimensions.map((_, i) => (i === index ? 1 : 0)) as unknown as Dimensions };
}

function isPureNumber(unit: Unit): boolean {
  return unit.level === undefined && unit.offset === 0 && unit.dimensions.every((n) => n === 0);
}

/**
 * The product; null where it has no meaning (of a logarithmic unit and anything but a number). A number scales the degree
 * and leaves the origin; with any other unit the origin falls away (`degC m-1` is `K m-1`).
 */
export function multiply(a: Unit, b: Unit): Unit | null {
  if (isPureNumber(a)) return { ...b, scale: a.scale * b.scale };
  if (isPureNumber(b)) return { ...a, scale: a.scale * b.scale };
  if (a.level !== undefined || b.level !== undefined) return null;
  const dimensions = a.dimensions.map((n, i) => n + (b.dimensions[i] as number)) as unknown as Dimensions;
  return { scale: a.scale * b.scale, offset: 0, dimensions };
}

/** An integer power; null where it has no meaning. */
export function power(unit: Unit, exponent: number): Unit | null {
  if (exponent === 1) return unit;
  if (unit.level !== undefined) return null;
  // 10 ** -3 is exact to the last bit in a quotient, not in a power.
  const scale = exponent < 0 ? 1 / unit.scale ** -exponent : unit.scale ** exponent;
  const dimensions = unit.dimensions.map((n) => (n === 0 ? 0 : n * exponent)) as unknown as Dimensions;
  return Number.isFinite(scale) && scale !== 0 ? { scale, offset: 0, dimensions } : null;
}

/** The same degree counted from another origin: `K @ 273.15`. */
export function shift(unit: Unit, origin: number): Unit {
  return { ...unit, offset: unit.offset + origin * unit.scale };
}
