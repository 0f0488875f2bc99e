import type { FileDescription, VariableDescription } from "./description.js";
import type { Fragment, FragmentAxis, FragmentScalar } from "./fragments.js";

/**
 * Files whose coordinate of a dimension is the same in all of them, and no date, while an auxiliary time over that dimension has
 * other values in each: NEMO counts `time_counter` from 0 in every file, and the dates stand in `time_centered(time_counter)`. The
 * auxiliary time then takes the coordinate's place, and the coordinate stands beside it as an auxiliary column.
 *
 * @param fragments of one set of dimensions
 */
export function withAuxiliaryTimes(fragments: readonly Fragment[], files: readonly FileDescription[]): readonly Fragment[] {
  const [first, ...others] = fragments;
  if (!first || others.length === 0) return fragments;
  for (const { dim } of first.axes) {
    const axes = fragments.map((fragment) => fragment.axes.find((axis) => axis.dim === dim) as FragmentAxis);
    if (!areEqualWithoutDates(axes)) continue;
    const time = first.auxiliaries.find((variable) => tellsApart(variable, dim, fragments, files));
    if (time) return fragments.map((fragment) => exchanged(fragment, dim, heldOf(fragment, time.path, files) as FragmentScalar));
  }
  return fragments;
}

function areEqualWithoutDates(axes: readonly FragmentAxis[]): boolean {
  const digest = axes[0]?.coordinate?.values.digest;
  return digest !== undefined && axes.every(({ coordinate }) => coordinate?.values.digest === digest && !coordinate.variable.time);
}

/** Whether every file has the time, with values that are not the same in all. */
function tellsApart(
  { dims, path, time }: VariableDescription,
  dim: string,
  fragments: readonly Fragment[],
  files: readonly FileDescription[],
): boolean {
  if (dims.length !== 1 || dims[0] !== dim || !time?.coding) return false;
  const held = fragments.map((fragment) => heldOf(fragment, path, files));
  return held.every((own) => own?.variable.time?.coding) && new Set(held.map((own) => own?.values.digest)).size > 1;
}

function heldOf(fragment: Fragment, path: string, files: readonly FileDescription[]): FragmentScalar | undefined {
  const variable = fragment.auxiliaries.find((candidate) => candidate.path === path);
  const values = files[fragment.file]?.values.get(path);
  return variable && values && { variable, values };
}

function exchanged(fragment: Fragment, dim: string, time: FragmentScalar): Fragment {
  const stood = fragment.axes.find((axis) => axis.dim === dim)?.coordinate?.variable;
  return {
    ...fragment,
    axes: fragment.axes.map((axis) => (axis.dim === dim ? { ...axis, coordinate: time } : axis)),
    auxiliaries: fragment.auxiliaries
      .filter(({ path }) => path !== time.variable.path)
      .concat(stood ? [{ ...stood, role: "auxiliary" }] : []),
  };
}
