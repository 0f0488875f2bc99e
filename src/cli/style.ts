/** Colours as functions; the plain ones leave the text as it is. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly name: (text: string) => string;
  readonly type: (text: string) => string;
  readonly bad: (text: string) => string;
}

const same = (text: string): string => text;
export const plainStyle: Style = { bold: same, dim: same, name: same, type: same, bad: same };

const wrap = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;
const coloured: Style = { bold: wrap(1, 22), dim: wrap(2, 22), name: wrap(36, 39), type: wrap(33, 39), bad: wrap(31, 39) };

/** Colour only on a terminal, and never against `NO_COLOR` (https://no-color.org) or `TERM=dumb`. */
export function styleFor(stream: { readonly isTTY?: boolean }): Style {
  const wanted = stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return wanted || (process.env.FORCE_COLOR ?? "0") !== "0" ? coloured : plainStyle;
}

/** Columns to fill: the terminal's, or what `COLUMNS` says, or none where the output is not looked at. */
export function widthOf(stream: { readonly isTTY?: boolean; readonly columns?: number }): number {
  const told = Number(process.env.COLUMNS);
  if (stream.isTTY && stream.columns) return stream.columns;
  return Number.isInteger(told) && told >= 20 ? told : Number.POSITIVE_INFINITY;
}

/** `text` cut to `width` columns, with an ellipsis where something is missing. */
export function clip(text: string, width: number): string {
  if (width === Number.POSITIVE_INFINITY) return text;
  const glyphs = Array.from(text);
  return glyphs.length <= width ? text : `${glyphs.slice(0, Math.max(0, width - 1)).join("")}…`;
}
