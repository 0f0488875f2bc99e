import { GraticuleError } from "../../errors.js";
import type { ArrayVariable } from "../../format/contract.js";
import type { Box, Range } from "../../schema/box.js";

/**
 * `time=0:10,lat=3` as a box: indices count from 0, the end of a range is left out, negative ones count from the end, an open
 * side is the array's. Dimensions that are not named stay whole.
 *
 * @throws `usage`, naming the dimensions that there are, or the range that exists
 */
export function parseSlice(text: string, variable: Pick<ArrayVariable, "path" | "dims" | "dimPaths" | "shape">): Box {
  const ranges: Range[] = variable.shape.map((length) => ({ start: 0, stop: length }));
  const seen = new Set<number>();
  for (const term of text.split(",").filter((part) => part.trim() !== "")) {
    const match = /^\s*([^=]+?)\s*=\s*(-?\d+)?\s*(:)?\s*(-?\d+)?\s*$/.exec(term);
    if (!match || (match[2] === undefined && match[3] === undefined) || (match[3] === undefined && match[4] !== undefined))
      throw usage(`"${term.trim()}" is no slice`, variable, hintFor(term));
    const [, name = "", first, colon, last] = match;
    const dimension = dimensionOf(name, variable);
    if (seen.has(dimension)) throw usage(`--slice names the dimension "${name}" twice`, variable);
    seen.add(dimension);
    ranges[dimension] =
      colon === undefined
        ? indexRange(name, Number(first), variable, dimension)
        : spanRange(term, first, last, variable, dimension);
  }
  return ranges;
}

function hintFor(term: string): string {
  const form = "write dimension=index or dimension=start:stop, for instance time=0:10,lat=3";
  if (/=\s*-?\d*:-?\d*:/.test(term)) return `${form}; there are no steps`;
  if (/=\s*[^\s:]*[^\s\d:-]|=\s*\d+-/.test(term))
    return `${form}: --slice takes indices; \`graticule convert\` chooses by values, with --time, --bbox and --where`;
  return form;
}

function dimensionOf(name: string, variable: Pick<ArrayVariable, "path" | "dims" | "dimPaths">): number {
  const at = variable.dims.indexOf(name) >= 0 ? variable.dims.indexOf(name) : variable.dimPaths.indexOf(name);
  if (at < 0)
    throw usage(
      `${variable.path} has no dimension "${name}"`,
      variable,
      `its dimensions are ${variable.dims.join(", ") || "none: it is a scalar"}`,
    );
  return at;
}

function indexRange(name: string, index: number, variable: Pick<ArrayVariable, "path" | "shape">, dimension: number): Range {
  const length = variable.shape[dimension] as number;
  const start = index < 0 ? length + index : index;
  if (start < 0 || start >= length)
    throw usage(
      length === 0 ? `${name}=${index}: the dimension is empty` : `${name}=${index} is outside of 0 … ${length - 1}`,
      variable,
      `indices count from 0, and from the end where they are negative${length === 0 ? "" : `: the last is ${length - 1}, or -1`}`,
    );
  return { start, stop: start + 1 };
}

/** As numpy does it, a range that passes an end stops there. */
function spanRange(
  term: string,
  first: string | undefined,
  last: string | undefined,
  variable: Pick<ArrayVariable, "path" | "shape">,
  dimension: number,
): Range {
  const length = variable.shape[dimension] as number;
  const place = (text: string | undefined, otherwise: number): number => {
    if (text === undefined) return otherwise;
    const index = Number(text);
    return Math.min(length, Math.max(0, index < 0 ? length + index : index));
  };
  const [start, stop] = [place(first, 0), place(last, length)];
  if (stop < start) throw usage(`"${term.trim()}" ends before it begins`, variable);
  return { start, stop };
}

function usage(message: string, { path }: { path: string }, hint?: string): GraticuleError {
  return new GraticuleError("usage", message, { variable: path, ...(hint === undefined ? {} : { hint }) });
}
