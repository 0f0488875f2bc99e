import type { ErrorJSON } from "graticule/plugin";
import { type Layout, padded, type VariableLayout } from "./layout.js";

/** Bytes that one fixed variable takes, or all record variables together. */
interface Extent {
  readonly begin: number;
  readonly end: number;
  readonly owners: readonly VariableLayout[];
}

/**
 * Marks variables whose values would lie in the header or in one another, because whichever offset is wrong, the values
 * there are not those of both. netCDF-C refuses such files as a whole (NC_check_voffs); here the others stay readable.
 * @returns warnings for what netCDF-C refuses although nothing overlaps
 */
export function markOverlaps(layout: Layout, headerLength: number, file: string): string[] {
  const { variables } = layout;
  for (const v of variables)
    if (v.bytes > 0 && (v.variable.begin < headerLength || !Number.isSafeInteger(v.variable.begin)))
      v.error ??= problem(
        v,
        file,
        `the values of ${v.variable.name} begin at ${v.variable.begin}, inside the header (${headerLength} bytes)`,
      );
  markExtents(layout, file);
  if (variables.some((v) => v.error)) return [];
  const early = firstOutOfOrder(variables);
  return early
    ? [
        `the values of ${early.variable.name} stand nearer to the front than the header's order and padding have them; netCDF-C refuses that`,
      ]
    : [];
}

function markExtents(layout: Layout, file: string): void {
  const extents: Extent[] = [];
  const recordVariables: VariableLayout[] = [];
  for (const v of layout.variables) {
    if (v.bytes === 0 || v.error) continue;
    if (v.isRecord) recordVariables.push(v);
    else extents.push({ begin: v.variable.begin, end: v.variable.begin + v.bytes, owners: [v] });
  }
  const record = markRecord(recordVariables, layout, file);
  if (record) extents.push(record);
  markEach(extents, file);
}

/** Checks one record for itself; gives the extent of all of them. */
function markRecord(recordVariables: readonly VariableLayout[], layout: Layout, file: string): Extent | null {
  if (recordVariables.length === 0) return null;
  const parts = recordVariables.map((v) => ({ begin: v.variable.begin, end: v.variable.begin + v.bytes, owners: [v] }));
  markEach(parts, file);
  const begin = parts.reduce((least, part) => Math.min(least, part.begin), Number.POSITIVE_INFINITY);
  const end = parts.reduce((most, part) => Math.max(most, part.end), 0);
  if (end - begin > layout.recordStride)
    for (const v of recordVariables)
      v.error ??= problem(
        v,
        file,
        `a record takes ${layout.recordStride} bytes, and the offsets of the record variables span ${end - begin}`,
      );
  const span = layout.records > 0 ? end - begin + (layout.records - 1) * layout.recordStride : 0;
  return span > 0 ? { begin, end: begin + span, owners: recordVariables } : null;
}

function markEach(extents: readonly Extent[], file: string): void {
  let previous: Extent | undefined;
  for (const extent of [...extents].sort((a, b) => a.begin - b.begin)) {
    if (previous && extent.begin < previous.end) {
      mark(extent, previous, file);
      mark(previous, extent, file);
    }
    if (!previous || extent.end > previous.end) previous = extent;
  }
}

function mark(extent: Extent, other: Extent, file: string): void {
  const name = other.owners[0]?.variable.name;
  for (const v of extent.owners)
    v.error ??= problem(
      v,
      file,
      `the values of ${v.variable.name} (from ${v.variable.begin}) and those of ${name} (from ${other.begin}) overlap`,
    );
}

function problem(v: VariableLayout, file: string, message: string): ErrorJSON {
  return { code: "malformed", message, file, variable: `/${v.variable.name}`, offset: v.variable.beginOffset };
}

/** The first variable that begins before the one ahead of it in the header ends, padding included; fixed ones come first. */
function firstOutOfOrder(variables: readonly VariableLayout[]): VariableLayout | undefined {
  let end = 0;
  for (const v of [...variables.filter((v) => !v.isRecord), ...variables.filter((v) => v.isRecord)]) {
    if (v.variable.begin < end) return v;
    end = v.variable.begin + padded(v.bytes);
  }
  return undefined;
}
