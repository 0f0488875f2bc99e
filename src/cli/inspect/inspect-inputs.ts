import { statSync } from "node:fs";
import { asGraticuleError, type ErrorJSON, exitCodeOf, GraticuleError } from "../../errors.js";
import type { InspectDocument } from "./document.js";
import { exitCodeOfDocument, type Inspection, type InspectRequest, inspectFile } from "./inspect-file.js";

/** A file of which nothing can be read. */
export interface UnreadFile {
  readonly path: string;
  readonly error: ErrorJSON;
}

/** What `inspect --json` prints of several files. */
export interface InspectList {
  readonly files: readonly (InspectDocument | UnreadFile)[];
  readonly warnings: readonly string[];
}

/** Who prints files one by one. */
export interface InspectPrinter {
  readonly file: (inspection: Inspection) => void;
  readonly error: (error: ErrorJSON) => void;
  readonly warning: (text: string) => void;
}

/** A file that an input names, or why it names none. */
type Named = { readonly url: string } | { readonly path: string; readonly failure: unknown };

/**
 * Describes every file that the inputs name, one after the other. Of one file the document stands as it is.
 *
 * @returns the document, and the exit code: the highest of those of its errors
 * @throws where the only input names no file, what naming it throws; of one file what {@link inspectFile} throws
 */
export async function inspectInputs(
  inputs: readonly string[],
  request: InspectRequest,
  printer: InspectPrinter,
): Promise<{ readonly document: InspectDocument | InspectList; readonly exitCode: number }> {
  const warnings: string[] = [];
  const named = await filesOf(inputs, warnings);
  for (const text of warnings) printer.warning(text);
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0) {
    if ("failure" in only) throw only.failure;
    const inspection = await inspectFile(only.url, request);
    printer.file(inspection);
    const { document } = inspection;
    return {
      document: { ...document, warnings: [...warnings, ...document.warnings] },
      exitCode: exitCodeOfDocument(document),
    };
  }
  const files: (InspectDocument | UnreadFile)[] = [];
  for (const one of named) {
    const path = "url" in one ? one.url : one.path;
    try {
      if ("failure" in one) throw one.failure;
      const inspection = await inspectFile(one.url, request);
      printer.file(inspection);
      files.push(inspection.document);
    } catch (error) {
      const own = asGraticuleError(error, { file: path });
      if (own.tag === "interrupted" || own.tag === "internal") throw own;
      printer.error(own.toJSON());
      files.push({ path, error: own.toJSON() });
    }
  }
  const codes = files.map(({ error }) => (error ? exitCodeOf(GraticuleError.fromJSON(error)) : 0));
  return { document: { files, warnings }, exitCode: codes.reduce((worst, code) => Math.max(worst, code), 0) };
}

/** One plain file is looked at without loading what resolves inputs. */
async function filesOf(inputs: readonly string[], warnings: string[]): Promise<readonly Named[]> {
  const [only = "", ...others] = inputs;
  if (others.length === 0 && isPlainFile(only)) return [{ url: only }];
  const { resolveInputs } = await import("../../archive/inputs.js");
  const named = new Map<string, Named>();
  for (const input of inputs) {
    try {
      for (const url of await resolveInputs([input], { warn: (text) => warnings.push(text) })) named.set(url, { url });
    } catch (failure) {
      if (others.length === 0) throw failure;
      named.set(input, { path: input, failure });
    }
  }
  return [...named.values()];
}

function isPlainFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch (error) {
    throw asGraticuleError(error, { file: path });
  }
}
