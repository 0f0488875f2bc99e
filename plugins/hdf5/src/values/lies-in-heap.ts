import type { DType } from "graticule/plugin";

/** Whether elements, or fields of them, hold a place in the global heap instead of a value: variable strings and sequences. */
export function liesInHeap(dtype: DType): boolean {
  if (dtype.name === "vlen" || dtype.text?.variable) return true;
  return dtype.fields?.some((field) => liesInHeap(field.dtype)) ?? false;
}
