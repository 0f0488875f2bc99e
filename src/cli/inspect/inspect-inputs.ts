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

/**
 * Describes every file that the inputs name, one after the other. Of one file the document stands as it is.
 *
 * @returns the document, and the exit code: that of the first file with an error
 * @throws where inputs name no file, what naming them throws; of one file what {@link inspectFile} throws
 */
export async function inspectInputs(
  inputs: readonly string[],
  request: InspectRequest,
  printer: InspectPrinter,
): Promise<{ readonly document: InspectDocument | InspectList; readonly exitCode: number }> {
  const warnings: string[] = [];
  const urls = await filesOf(inputs, warnings);
  for (const text of warnings) printer.warning(text);
  const [only, ...others] = urls;
  if (only !== undefined && others.length === 0) {
    const inspection = await inspectFile(only, request);
    printer.file(inspection);
    const { document } = inspection;
    return {
      document: { ...document, warnings: [...warnings, ...document.warnings] },
      exitCode: exitCodeOfDocument(document),
    };
  }
  const files: (InspectDocument | UnreadFile)[] = [];
  for (const url of urls) {
    try {
      const inspection = await inspectFile(url, request);
      printer.file(inspection);
      files.push(inspection.document);
    } catch (error) {
      const own = asGraticuleError(error, { file: url });
      if (own.tag === "interrupted" || own.tag === "internal") throw own;
      printer.error(own.toJSON());
      files.push({ path: url, error: own.toJSON() });
    }
  }
  const failed = files.find((file) => file.error !== undefined)?.error;
  return { document: { files, warnings }, exitCode: failed ? exitCodeOf(GraticuleError.fromJSON(failed)) : 0 };
}

/** One plain file is looked at without loading what resolves inputs. */
async function filesOf(inputs: readonly string[], warnings: string[]): Promise<readonly string[]> {
  const [only = "", ...others] = inputs;
  if (others.length === 0 && statSync(only, { throwIfNoEntry: false })?.isFile()) return [only];
  const { resolveInputs } = await import("../../archive/inputs.js");
  return resolveInputs(inputs, { warn: (text) => warnings.push(text) });
}
