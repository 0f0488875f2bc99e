import type { Archive } from "../archive/model.js";
import { asGraticuleError, isGraticuleError } from "../errors.js";

/** An error that names a column, with the first file that has it; any other as it is. */
export function nameFile(error: unknown, { members, tables }: Archive): unknown {
  if (!isGraticuleError(error) || error.variable === undefined || error.file !== undefined) return error;
  const table = tables.find(({ columns }) => columns.some((column) => column.field.name === error.variable));
  const member = table?.segments.flatMap(({ pieces }) => pieces.filter((piece) => piece !== null))[0]?.member ?? 0;
  const file = members[member]?.url;
  return file === undefined ? error : asGraticuleError(error, { file });
}
