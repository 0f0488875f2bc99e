import type { ErrorJSON } from "graticule/plugin";
import type { Header, HeaderVariable } from "./header.js";
import { type Layout, padded, type VariableLayout } from "./layout.js";
import { markOverlaps } from "./mark-overlaps.js";

/**
 * Shapes, record stride and record count, and what of it contradicts itself or the file's size.
 * Sizes follow from the dimensions; the header's own `vsize` is redundant (and wrong in files of large variables).
 */
export function computeLayout(header: Header, file: string, fileSize: number): { layout: Layout; warnings: readonly string[] } {
  const variables = header.variables.map((variable) => layOutVariable(header, variable, file));
  const recordVariables = variables.filter((v) => v.isRecord);
  const recordStride = strideOf(recordVariables);
  const records = header.records === "streaming" ? countRecords(recordVariables, recordStride, fileSize) : header.records;
  const layouts = variables.map((v) => ({ ...v, shape: v.shape.map((length) => length || records) }));
  const layout = { records, recordStride, variables: layouts };
  const warnings = markOverlaps(layout, header.length, file);
  for (const v of layouts) {
    const cut = v.error ? undefined : truncation(v, layout, file, fileSize);
    if (cut) v.error = cut;
  }
  return { layout, warnings };
}

function layOutVariable(header: Header, variable: HeaderVariable, file: string): VariableLayout {
  const shape = variable.dimensions.map((id) => header.dimensions[id]?.length ?? 0);
  const isRecord = shape[0] === 0;
  const cells = (isRecord ? shape.slice(1) : shape).reduce((n, length) => n * length, 1);
  const layout: VariableLayout = { variable, shape, isRecord, bytes: cells * variable.type.dtype.size };
  if (shape.indexOf(0, 1) > 0)
    layout.error = {
      code: "malformed",
      message: `the record dimension stands in place ${shape.indexOf(0, 1)} of variable ${variable.name}; only the first can be unlimited`,
      file,
      variable: `/${variable.name}`,
      offset: variable.beginOffset,
    };
  return layout;
}

/** Each record variable's part of a record is padded to four bytes, unless it is the only one. */
function strideOf(recordVariables: readonly VariableLayout[]): number {
  const [first, second] = recordVariables;
  if (first && !second) return first.bytes;
  return recordVariables.reduce((sum, v) => sum + padded(v.bytes), 0);
}

/** Records whose values are all there, padding aside. */
function countRecords(recordVariables: readonly VariableLayout[], stride: number, fileSize: number): number {
  const end = recordVariables.reduce((most, v) => Math.max(most, v.variable.begin + v.bytes), 0);
  if (recordVariables.length === 0 || stride <= 0 || fileSize < end) return 0;
  return Math.floor((fileSize - end) / stride) + 1;
}

/** What to say where values are declared that the file is too short for. */
function truncation(v: VariableLayout, layout: Layout, file: string, fileSize: number): ErrorJSON | undefined {
  const { begin, name } = v.variable;
  const { records, recordStride } = layout;
  if (v.bytes === 0 || (v.isRecord && records === 0)) return undefined;
  const end = v.isRecord ? begin + (records - 1) * recordStride + v.bytes : begin + v.bytes;
  if (end <= fileSize) return undefined;
  const whole = v.isRecord ? Math.max(0, Math.floor((fileSize - begin - v.bytes) / recordStride) + 1) : 0;
  const lost = v.isRecord
    ? `${records - whole} of ${records} records of ${name} are absent or incomplete`
    : `the values of ${name} are absent or incomplete`;
  return {
    code: "truncated",
    message: `${lost}: they end at ${end}, the file at ${fileSize}`,
    file,
    variable: `/${name}`,
    offset: Math.max(fileSize, begin + whole * recordStride),
    hint: "the file is cut short: fetch it again, or compare its size with the source's",
  };
}
