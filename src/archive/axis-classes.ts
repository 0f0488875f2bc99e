import { GraticuleError } from "../errors.js";
import type { TypedArray } from "../schema/typed-array.js";
import { conversion, convertible, sameUnits } from "../units/convert.js";
import { parseUnits } from "../units/parse.js";
import { AxisKeys } from "./axis-keys.js";
import { coordinateOf, toNumbers } from "./coordinate.js";
import type { Coordinate, VariableDescription } from "./description.js";
import type { FragmentAxis } from "./fragments.js";

/** When coordinates of two files are the same. */
export type Alignment = "exact" | { readonly nearest: number };

/** A coordinate of one dimension as some of the files have it, in the units of the first file. */
export interface AxisClass {
  readonly id: number;
  readonly axis: FragmentAxis;
}

/**
 * Sorts the coordinates that files have for one dimension into those that are equal. Equal means: the same values as float64; as
 * float32 where a file holds float32 (0.1 in float32 and in float64 are one longitude); the same moments, whatever they are
 * counted from; within a tolerance where one is given. A dimension without coordinates equals one of the same length. Units
 * that can be converted to the first file's are.
 */
export class AxisClasses {
  readonly #classes: AxisClass[] = [];
  readonly #byValues = new Map<string, AxisClass[]>();
  readonly #byKey = new Map<string, AxisClass>();
  readonly #first: VariableDescription | undefined;
  readonly #single: boolean;
  readonly #isWide: boolean;
  readonly keys: AxisKeys | undefined;

  /** @param axes of all the files, in their order: the first with coordinates gives the units */
  constructor(
    axes: readonly FragmentAxis[],
    readonly align: Alignment,
    readonly warn: (text: string) => void,
  ) {
    const coordinates = axes.flatMap(({ coordinate }) => coordinate ?? []);
    this.#first = coordinates[0]?.variable;
    this.#single = coordinates.some(({ values }) => values.values instanceof Float32Array);
    this.#isWide = coordinates.some(({ values }) => values.isWide);
    if (this.#first) this.keys = new AxisKeys(coordinates, this.#single);
  }

  classOf(axis: FragmentAxis): AxisClass {
    const key = this.#keyOf(axis);
    let found = this.#byKey.get(key);
    if (found) return found;
    const converted = this.#converted(axis);
    found = this.#equalTo(converted) ?? this.#add(converted);
    this.#byKey.set(key, found);
    return found;
  }

  #keyOf({ coordinate, length }: FragmentAxis): string {
    if (!coordinate) return `index ${length}`;
    const { variable, values } = coordinate;
    const units = variable.time?.coding ? "" : (variable.units ?? "");
    return `${this.#digestOf(values)} ${units}`;
  }

  #digestOf(values: Coordinate): string {
    return this.#single ? values.digest32 : values.digest;
  }

  #valuesOf({ coordinate, length }: FragmentAxis): string {
    return coordinate ? `${length} ${this.#digestOf(coordinate.values)}` : `index ${length}`;
  }

  #add(axis: FragmentAxis): AxisClass {
    const added = { id: this.#classes.length, axis };
    this.#classes.push(added);
    const key = this.#valuesOf(axis);
    const alike = this.#byValues.get(key);
    if (alike) alike.push(added);
    else this.#byValues.set(key, [added]);
    return added;
  }

  #equalTo(axis: FragmentAxis): AxisClass | undefined {
    const candidates = this.align === "exact" ? (this.#byValues.get(this.#valuesOf(axis)) ?? []) : this.#classes;
    return candidates.find((candidate) => this.#isEqual(candidate.axis, axis));
  }

  #isEqual(a: FragmentAxis, b: FragmentAxis): boolean {
    if (a.length !== b.length || !a.coordinate !== !b.coordinate) return false;
    if (!a.coordinate || !b.coordinate) return true;
    if (!haveComparableUnits(a.coordinate.variable, b.coordinate.variable)) return false;
    if (this.#digestOf(a.coordinate.values) === this.#digestOf(b.coordinate.values)) return true;
    if (this.align === "exact" || !this.keys || !areNumbers(a) || !areNumbers(b)) return false;
    const tolerance = this.align.nearest * this.keys.unit;
    const x = this.keys.keysOf(a.coordinate.values, a.coordinate.variable);
    const y = this.keys.keysOf(b.coordinate.values, b.coordinate.variable);
    return x.every((value, i) => Math.abs(value - (y[i] as number)) <= tolerance || (Number.isNaN(value) && Number.isNaN(y[i])));
  }

  /** In the first file's units; where they differ the result is rounded to float32's digits if that gives its exact values. */
  #converted(axis: FragmentAxis): FragmentAxis {
    const first = this.#first;
    if (!axis.coordinate || !first || axis.coordinate.variable === first) return axis;
    const { variable, values } = axis.coordinate;
    if (variable.time || first.time || variable.units === undefined || first.units === undefined) return axis;
    if (!ArrayBuffer.isView(values.values) || !convertible(variable.units, first.units)) return axis;
    if (sameUnits(variable.units, first.units)) return axis;
    if (this.#isWide)
      throw new GraticuleError(
        "unsupported",
        `${variable.name} counts in "${variable.units}" and in "${first.units}", and holds integers beyond 2^53, which a conversion would round`,
        { variable: variable.path, hint: "convert files of one unit at a time" },
      );
    const { scale, offset } = conversion(variable.units, first.units);
    const numbers = toNumbers(values.values as TypedArray, values.validity).map((value) => round15(value * scale + offset));
    this.warn(`${variable.name} is converted from "${variable.units}" to "${first.units}", the units of the first file`);
    const validity = values.validity ? { validity: values.validity } : {};
    return {
      ...axis,
      coordinate: {
        variable: { ...variable, units: first.units, type: { kind: "number", name: "float64" } },
        values: coordinateOf({ values: numbers, ...validity }),
      },
    };
  }
}

/** Decimal digits that every double carries: a conversion's last bit must not make another coordinate. */
function round15(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(15)) : value;
}

function areNumbers(axis: FragmentAxis): boolean {
  return ArrayBuffer.isView(axis.coordinate?.values.values);
}

/** Units that measure different things make different coordinates; absent and unknown ones are not held against anybody. */
function haveComparableUnits(a: VariableDescription, b: VariableDescription): boolean {
  if (a.time?.coding || b.time?.coding) return !a.time?.coding === !b.time?.coding;
  if (a.time || b.time) return a.units === b.units;
  if (a.units === undefined || b.units === undefined) return true;
  if (!parseUnits(a.units) || !parseUnits(b.units)) return true;
  return convertible(a.units, b.units);
}
