import type { ArrayVariable, Attribute, Dimension, NumericName } from "graticule/plugin";
import type { Hdu } from "../hdu.js";
import type { Header } from "../header/header.js";
import { describeNumbers, type NumbersDescription } from "../numbers.js";
import { BlockVariable, type Description } from "../variable.js";

const STORED: Readonly<Record<number, NumericName>> = {
  8: "uint8",
  16: "int16",
  32: "int32",
  64: "int64",
  [-32]: "float32",
  [-64]: "float64",
};

export function storedNameOf(bitpix: number): NumericName {
  return STORED[bitpix] ?? "uint8";
}

export interface HduContents {
  readonly variables: readonly ArrayVariable[];
  readonly dimensions: readonly Dimension[];
  readonly warnings: readonly string[];
}

/** The array of an image: axes in C order, named by their FITS numbers. */
export function imageOf(hdu: Hdu, file: string): HduContents {
  const numbers = describeNumbers(storedNameOf(hdu.bitpix), imageScaling(hdu.header), { single: true });
  const description = describeImage(hdu, hdu.axes, numbers);
  if (!description) return { variables: [], dimensions: [], warnings: [] };
  const variable = new BlockVariable(description, { url: file, offset: hdu.dataOffset });
  return { variables: [variable], dimensions: dimensionsOf(description), warnings: [] };
}

/** @returns null for an HDU without data */
export function describeImage(hdu: Hdu, axes: readonly number[], { dtype, attributes }: NumbersDescription): Description | null {
  if (axes.length === 0) return null;
  const { header, index } = hdu;
  const shape = axes.toReversed();
  const dims = axes.map((_, n) => `axis${n + 1}`).toReversed();
  return {
    path: `/${index}/data`,
    name: "data",
    dtype,
    dims,
    dimPaths: dims.map((dim) => `/${index}/${dim}`),
    shape,
    attributes: new Map([...unitsOf(header.text("BUNIT")), ...attributes]),
    ...(hdu.error && { error: hdu.error }),
  };
}

export function imageScaling(header: Header) {
  return { scale: header.number("BSCALE"), zero: numberOf(header, "BZERO"), blank: header.integer("BLANK") };
}

export function numberOf(header: Header, keyword: string): number | bigint | undefined {
  return header.integer(keyword) ?? header.number(keyword);
}

export function unitsOf(text: string | undefined): [string, Attribute][] {
  const units = text?.trim();
  return units ? [["units", { dtype: "string", values: [units] }]] : [];
}

export function dimensionsOf({ dims, dimPaths, shape }: Pick<Description, "dims" | "dimPaths" | "shape">): Dimension[] {
  return dims.map((name, d) => ({ path: dimPaths[d] as string, name, length: shape[d] as number, unlimited: false }));
}
