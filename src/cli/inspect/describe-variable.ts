import { formatTimes } from "../../calendar/format-time.js";
import { textOf } from "../../convention/attribute-value.js";
import { jsonNumber } from "../../convention/json-number.js";
import { hasDates, type VariableMeaning } from "../../convention/meaning.js";
import type { DecodedStatistics } from "../../convention/statistics.js";
import type { ArrayVariable, ReadContext } from "../../format/contract.js";
import type { DType } from "../../schema/dtype.js";
import { attributesJson } from "./attribute-json.js";
import type { TimeDocument, VariableDocument } from "./document.js";
import type { MeasureRequest, Measures } from "./measure.js";

/** What the header says of a variable; no values are read. */
export async function describeVariable(
  variable: ArrayVariable,
  meaning: VariableMeaning,
  context: ReadContext,
): Promise<VariableDocument> {
  const { dtype } = variable;
  const unsupported = variable.unsupported ?? (await missingDecoder(variable, context));
  return {
    dtype: dtype.name,
    dims: variable.dims,
    shape: variable.shape,
    ...(variable.empty && { empty: true }),
    chunks: variable.chunks,
    codecs: variable.codecs.map((spec) => context.codecs.label(spec)),
    attributes: attributesJson(variable.attributes),
    role: meaning.role,
    access: variable.access,
    ...(meaning.units !== undefined && { units: meaning.units }),
    ...(meaning.standardName !== undefined && { standard_name: meaning.standardName }),
    ...(variable.aliasOf !== undefined && { alias_of: variable.aliasOf }),
    ...(dtype.name === "enum" && dtype.members && { enum: dtype.members }),
    ...(dtype.name === "compound" && dtype.fields && { fields: fieldsOf(dtype) }),
    ...(meaning.time !== undefined && { time: describeTime(variable, meaning) }),
    ...(unsupported !== undefined && { unsupported }),
    ...(variable.error !== undefined && { error: variable.error }),
  };
}

/** The same with what reading found. `known` may be more than was asked for: dates come from statistics that are not printed. */
export function withMeasures(
  document: VariableDocument,
  variable: ArrayVariable,
  meaning: VariableMeaning,
  known: Measures,
  asked: MeasureRequest,
): VariableDocument {
  return {
    ...document,
    ...(meaning.time !== undefined && { time: describeTime(variable, meaning, known.decoded) }),
    ...(known.sha256 !== undefined && { stored: { sha256: known.sha256 } }),
    ...(asked.stats && known.decoded && { decoded: statisticsJson(known.decoded) }),
    ...(asked.stats && known.strings && { strings: { ...known.strings } }),
    ...(asked.stats && known.vlen && { vlen: known.vlen }),
  };
}

function statisticsJson(statistics: DecodedStatistics): Record<string, number | string> {
  return Object.fromEntries(Object.entries(statistics).map(([key, value]) => [key, jsonNumber(value as number | bigint)]));
}

function fieldsOf({ fields = [] }: DType): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [field.name, field.dtype.name]));
}

function describeTime(variable: ArrayVariable, { time }: VariableMeaning, decoded?: DecodedStatistics): TimeDocument {
  const units = textOf(variable.attributes, "units") ?? "";
  if (!hasDates(time)) return { units, ...(time && { error: time.error }) };
  const head = { units, calendar: time.calendar };
  if (decoded?.first_valid === undefined || decoded.last_valid === undefined) return head;
  return { ...head, ...formatTimes(decoded.first_valid, decoded.last_valid, time) };
}

/** Why a filter cannot be undone here. A filter that the file calls optional may still be absent from every chunk. */
async function missingDecoder(variable: ArrayVariable, context: ReadContext): Promise<string | undefined> {
  // A decoder of the plugin's own needs none of ours.
  if (variable.access !== "direct") return undefined;
  for (const spec of variable.codecs) {
    if (spec.optional || context.codecs.has(spec.id)) continue;
    try {
      await context.codecs.get(spec);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return undefined;
}
