import { interpretDataset } from "../../convention/interpret.js";
import { asGraticuleError, GraticuleError } from "../../errors.js";
import { findVariable } from "../../format/find-variable.js";
import { openDataset } from "../../format/open-dataset.js";
import { readContext } from "../../format/read-context.js";
import { type FormatRegistry, formatRegistry } from "../../format/registry.js";
import { boxShape } from "../../schema/box.js";
import { meaningOf } from "../inspect/measure.js";
import { axisReaders } from "./coordinates.js";
import type { Output } from "./output.js";
import { parseSlice } from "./parse-slice.js";
import { type CellSource, cellSource } from "./read-cells.js";

export const CAT_FORMATS = ["csv", "json", "npy", "arrow"] as const;

export interface CatRequest {
  readonly variable: string;
  readonly slice?: string;
  /** Values as stored. */
  readonly raw: boolean;
  readonly format: (typeof CAT_FORMATS)[number];
  /** JSON with the variable's name, dimensions and shape around the values. */
  readonly document: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly registry?: FormatRegistry;
}

export interface CatResult {
  readonly warnings: readonly string[];
  /** Of a JSON document: what ended its values early. It stands in the document too. */
  readonly error?: GraticuleError;
}

/**
 * Writes the values of a variable, box by box.
 * @throws `changed` where a local file was written to meanwhile; `usage` for an unknown variable (with the names that come nearest) or slice, and what reading throws
 */
export async function catVariable(input: string, request: CatRequest, output: Output): Promise<CatResult> {
  const registry = request.registry ?? formatRegistry();
  const context = readContext({ signal: request.signal });
  try {
    const dataset = await openDataset(input, { context, registry });
    try {
      const variable = findVariable(dataset, request.variable);
      if (variable.error) throw GraticuleError.fromJSON({ ...variable.error, file: input, variable: variable.path });
      if (variable.unsupported)
        throw new GraticuleError("unsupported", variable.unsupported, { file: input, variable: variable.path });
      const isField = !dataset.variables.includes(variable);
      const meaning = interpretDataset(isField ? { ...dataset, variables: [...dataset.variables, variable] } : dataset);
      const source = cellSource(
        variable,
        meaningOf(meaning, variable.path),
        parseSlice(request.slice ?? "", variable),
        request,
        context,
      );
      const axes = axisReaders(dataset, meaning, variable, source.box.length, context);
      const meanings = axes.map((axis) => (axis.variable ? meaningOf(meaning, axis.variable.path) : null));
      const error = await write(source, axes, meanings, request, output, () => context.verify());
      const warnings = [...registry.warnings, ...dataset.warnings, ...meaningOf(meaning, variable.path).warnings];
      return error ? { warnings, error } : { warnings };
    } finally {
      await dataset.close();
    }
  } finally {
    await context.close();
  }
}

type Axes = ReturnType<typeof axisReaders>;
type Meanings = Parameters<typeof import("./write-arrow.js").writeArrow>[2];

async function write(
  source: CellSource,
  axes: Axes,
  meanings: Meanings,
  request: CatRequest,
  output: Output,
  verify: () => Promise<void>,
): Promise<GraticuleError | undefined> {
  if (request.document) return writeDocument(source, request, output, verify);
  switch (request.format) {
    case "csv":
      await (await import("./write-csv.js")).writeCsv(source, axes, output);
      break;
    case "json":
      await (await import("./write-json.js")).writeJson(source, output);
      await output.write("\n");
      break;
    case "npy":
      await (await import("./write-npy.js")).writeNpy(source, request.raw, output);
      break;
    case "arrow":
      await (await import("./write-arrow.js")).writeArrow(source, axes, meanings, output);
  }
  await verify();
  return undefined;
}

/** Damage that is met after the beginning was written closes the values and stands behind them: it stays one document. */
async function writeDocument(
  source: CellSource,
  request: CatRequest,
  output: Output,
  verify: () => Promise<void>,
): Promise<GraticuleError | undefined> {
  const { writeJson } = await import("./write-json.js");
  const { variable, meaning, box } = source;
  const head = {
    variable: variable.path,
    dtype: variable.dtype.name,
    ...(meaning.units !== undefined && { units: meaning.units }),
    dims: variable.dims.slice(0, box.length),
    shape: boxShape(box),
    slice: Object.fromEntries(box.map(({ start, stop }, d) => [variable.dims[d], [start, stop]])),
    raw: request.raw,
  };
  await output.write(`${JSON.stringify(head).slice(0, -1)},"values":`);
  let failure: GraticuleError | undefined;
  const fail = (error: unknown): void => {
    failure = asGraticuleError(error, { variable: variable.path });
  };
  await writeJson(source, output).then(verify).catch(fail);
  await output.write(failure ? `,"error":${JSON.stringify(failure.toJSON())}}\n` : "}\n");
  return failure;
}
