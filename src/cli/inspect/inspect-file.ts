import { interpretDataset } from "../../convention/interpret.js";
import type { VariableMeaning } from "../../convention/meaning.js";
import type { DecodedStatistics } from "../../convention/statistics.js";
import { asGraticuleError, type ErrorJSON, type ErrorTag, exitCodeOf, GraticuleError } from "../../errors.js";
import type { ArrayVariable, Dataset, ReadContext } from "../../format/contract.js";
import { openDataset } from "../../format/open-dataset.js";
import { readContext } from "../../format/read-context.js";
import { type FormatRegistry, formatRegistry } from "../../format/registry.js";
import { sizeOf } from "../../schema/box.js";
import { attributesJson } from "./attribute-json.js";
import { describeVariable, withMeasures } from "./describe-variable.js";
import type { InspectDocument, VariableDocument } from "./document.js";
import { extentOf, isExtentCoordinate, type MeasuredCoordinate } from "./extent.js";
import { type MeasureRequest, type Measures, meaningOf, measure } from "./measure.js";

export interface InspectRequest extends MeasureRequest {
  readonly signal?: AbortSignal | undefined;
  readonly registry?: FormatRegistry;
  /** Read the values of every small 1-D coordinate, not only of those that the extent needs. */
  readonly coordinates?: boolean;
}

export interface Inspection {
  readonly document: InspectDocument;
  /** By path: what is known of the values that were read, also where the document does not print it. */
  readonly known: ReadonlyMap<string, DecodedStatistics>;
}

/** Coordinates of more elements are only read with `--stats`. */
const COORDINATE_ELEMENTS = 1 << 22;

/**
 * Describes a file as `inspect --json` prints it. Damage of one variable stands in its place and once more as the document's
 * `error`; a file of which nothing is supported has an `unsupported` error.
 *
 * @throws where nothing can be read: what {@link openDataset} throws
 */
export async function inspectFile(input: string, request: InspectRequest): Promise<Inspection> {
  const registry = request.registry ?? formatRegistry();
  const context = readContext({ signal: request.signal });
  try {
    const dataset = await openDataset(input, { context, registry });
    try {
      const inspection = await describeDataset(input, dataset, request, context, registry);
      await context.verify();
      return inspection;
    } finally {
      await dataset.close();
    }
  } finally {
    await context.close();
  }
}

/** 0, or the exit code of the document's error. */
export function exitCodeOfDocument({ error }: InspectDocument): number {
  return error ? exitCodeOf(GraticuleError.fromJSON(error)) : 0;
}

async function describeDataset(
  input: string,
  dataset: Dataset,
  request: InspectRequest,
  context: ReadContext,
  registry: FormatRegistry,
): Promise<Inspection> {
  const meaning = interpretDataset(dataset);
  const reader = new VariableReader(request, context);
  const variables: [string, VariableDocument][] = [];
  for (const variable of dataset.variables)
    variables.push([variable.path, await reader.describe(variable, meaningOf(meaning, variable.path))]);
  const wrongSums = request.checksum ? ((await dataset.verify?.(context)) ?? []) : [];
  const error = dataset.error ?? firstError(variables) ?? nothingSupported(variables, input);
  const groups = dataset.groups.filter((group) => group.path !== "/");
  const titles = groups.flatMap(({ path, title, titleNumber }) => {
    if (title === undefined) return [];
    const isShared = groups.some((other) => other.path !== path && other.title?.toLowerCase() === title.toLowerCase());
    return [[path, isShared && titleNumber !== undefined ? `${title},${titleNumber}` : title] as const];
  });
  const withAttributes = groups.filter((group) => group.attributes.size > 0);
  const sky = dataset.format === "fits" ? (await import("./sky-extent.js")).skyExtentOf(dataset) : {};
  const bytes = dataset.totalBytes ? await dataset.totalBytes(context) : dataset.source.size;
  const document: InspectDocument = {
    path: input,
    format: dataset.format,
    container: dataset.container,
    version: dataset.version,
    ...(bytes !== null && { bytes }),
    attributes: attributesJson(dataset.groups.find((group) => group.path === "/")?.attributes ?? new Map()),
    dimensions: Object.fromEntries(dataset.dimensions.map(({ path, length, unlimited }) => [path, { length, unlimited }])),
    groups: groups.map((group) => group.path),
    ...(titles.length > 0 && { group_titles: Object.fromEntries(titles) }),
    ...(withAttributes.length > 0 && {
      group_attributes: Object.fromEntries(withAttributes.map((group) => [group.path, attributesJson(group.attributes)])),
    }),
    variables: Object.fromEntries(variables),
    extent: { ...extentOf(reader.coordinates), ...sky },
    warnings: [
      ...new Set([...registry.warnings, ...dataset.warnings, ...(dataset.notes ?? []), ...meaning.warnings, ...wrongSums]),
    ],
    ...(error && { error }),
  };
  return { document, known: reader.known };
}

/** Describes variables one by one; what several paths reach is read once. */
class VariableReader {
  readonly coordinates: MeasuredCoordinate[] = [];
  readonly known = new Map<string, DecodedStatistics>();
  readonly #read = new Map<string, Measures | { readonly failure: GraticuleError }>();

  constructor(
    readonly request: InspectRequest,
    readonly context: ReadContext,
  ) {}

  async describe(variable: ArrayVariable, meaning: VariableMeaning): Promise<VariableDocument> {
    const document = await describeVariable(variable, meaning, this.context);
    if (document.unsupported !== undefined || document.error !== undefined) return document;
    const needed = this.#neededOf(variable, meaning);
    if (!needed) return document;
    const found = await this.#measureOnce(variable, meaning, needed);
    if ("failure" in found) return withFailure(document, found.failure);
    if (found.decoded) {
      this.coordinates.push({ meaning, decoded: found.decoded });
      this.known.set(variable.path, found.decoded);
    }
    return withMeasures(document, variable, meaning, found, this.request);
  }

  /** Dates and the extent need the values of coordinates even where no statistics are asked for. */
  #neededOf(variable: ArrayVariable, meaning: VariableMeaning): MeasureRequest | null {
    const { stats, checksum } = this.request;
    const shown = this.request.coordinates === true && meaning.role === "coordinate" && meaning.stored !== undefined;
    const told = shown || isExtentCoordinate(meaning) || (meaning.time !== undefined && !("error" in meaning.time));
    const wanted = stats || (told && sizeOf(variable.shape) <= COORDINATE_ELEMENTS);
    return wanted || checksum ? { stats: wanted, checksum } : null;
  }

  async #measureOnce(
    variable: ArrayVariable,
    meaning: VariableMeaning,
    needed: MeasureRequest,
  ): Promise<Measures | { readonly failure: GraticuleError }> {
    const keyOf = (path: string) => `${needed.stats}${path}`;
    const known = variable.aliasOf === undefined ? undefined : this.#read.get(keyOf(variable.aliasOf));
    if (known) return known;
    const found = await measure(variable, meaning, needed, this.context).catch((error) => ({ failure: damageOf(error, variable) }));
    this.#read.set(keyOf(variable.path), found);
    return found;
  }
}

const OF_DATA: ReadonlySet<ErrorTag> = new Set(["malformed", "truncated", "checksum", "unsupported", "not-found", "permission"]);

/** Errors of the data; anything else (a bug, Ctrl-C) goes on its way. */
function damageOf(error: unknown, variable: ArrayVariable): GraticuleError {
  const own = asGraticuleError(error, { variable: variable.path });
  if (!OF_DATA.has(own.tag)) throw own;
  return own;
}

function withFailure(document: VariableDocument, failure: GraticuleError): VariableDocument {
  if (failure.tag === "unsupported") return { ...document, unsupported: failure.message };
  return { ...document, error: failure.toJSON() };
}

function firstError(variables: readonly [string, VariableDocument][]): ErrorJSON | undefined {
  for (const [path, { error }] of variables) if (error) return { ...error, variable: error.variable ?? path };
  return undefined;
}

function nothingSupported(variables: readonly [string, VariableDocument][], file: string): ErrorJSON | undefined {
  const [first] = variables;
  if (!first || !variables.every(([, variable]) => variable.unsupported !== undefined)) return undefined;
  const message = `none of its ${variables.length} variables can be read: ${first[1].unsupported}`;
  return new GraticuleError("unsupported", message, { file, variable: first[0] }).toJSON();
}
