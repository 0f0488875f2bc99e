import { FitsError } from "../error.js";
import type { FieldPlace } from "./table.js";

/** Where the fields come from, for errors. */
export interface FieldsFrom extends FieldPlace {
  /** Row of the first field. */
  readonly start: number;
}

const REAL = /^([+-]?(?:\d+(\.?)\d*|(\.)\d+))(?:[EeDd]?([+-]?\d+))?$/;

/**
 * Numbers in Fortran's forms; a blank field is 0, one equal to the null text is NaN (FITS 4.0, section 7.2.5).
 *
 * @param decimals digits behind the point that a number without one has: the d of Fw.d, Ew.d and Dw.d
 * @throws `malformed` where a field is no number
 */
export function parseReals(
  bytes: Uint8Array,
  width: number,
  decimals: number,
  nullText: string | undefined,
  from: FieldsFrom,
): Float64Array {
  const texts = fieldsOf(bytes, width);
  const missing = nullText?.trim();
  const out = new Float64Array(texts.length);
  for (let i = 0; i < out.length; i++) {
    const text = texts[i] as string;
    if (text === missing) out[i] = Number.NaN;
    else if (text !== "") out[i] = parseReal(text, decimals, i, from);
  }
  return out;
}

/** Exponents may be written with D, or with nothing but their sign; NaN and infinity are words that writers use. */
function parseReal(text: string, decimals: number, i: number, from: FieldsFrom): number {
  const match = REAL.exec(text);
  if (match) {
    const [, mantissa, point, leading, exponent = "0"] = match;
    if (point || leading || decimals === 0) return Number(`${mantissa}e${exponent}`);
    return Number(`${mantissa}e${Math.max(-BEYOND, Math.min(BEYOND, Number(exponent))) - decimals}`);
  }
  const word = /^([+-]?)(nan|inf)$/i.exec(text);
  if (!word) throw noNumber(text, i, from);
  const size = (word[2] as string).toLowerCase() === "nan" ? Number.NaN : Number.POSITIVE_INFINITY;
  return word[1] === "-" ? -size : size;
}

/** Exponents of that size are beyond every double. */
const BEYOND = 1e9;

/** Whole numbers; a blank field is 0, one equal to the null text the smallest of its type. */
export function parseIntegers(
  bytes: Uint8Array,
  width: number,
  isLong: boolean,
  nullText: string | undefined,
  from: FieldsFrom,
): Int32Array | BigInt64Array {
  const texts = fieldsOf(bytes, width);
  const missing = nullText?.trim();
  if (isLong) {
    const least = -(2n ** 63n);
    return BigInt64Array.from(texts, (text, i) => (text === missing ? least : parseLong(text, i, from)));
  }
  const least = -(2 ** 31);
  return Int32Array.from(texts, (text, i) => (text === missing ? least : parseWhole(text, i, from)));
}

function parseWhole(text: string, i: number, from: FieldsFrom): number {
  if (!/^[+-]?\d*$/.test(text) || text === "+" || text === "-") throw noNumber(text, i, from);
  return Number(text);
}

function parseLong(text: string, i: number, from: FieldsFrom): bigint {
  parseWhole(text, i, from);
  const value = BigInt(text.replace("+", ""));
  if (BigInt.asIntN(64, value) !== value) throw noNumber(text, i, from);
  return value;
}

function fieldsOf(bytes: Uint8Array, width: number): string[] {
  if (width === 0) return [];
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const out = new Array<string>(Math.floor(bytes.length / width));
  for (let i = 0; i < out.length; i++)
    out[i] = all
      .slice(i * width, (i + 1) * width)
      .replaceAll("\0", " ")
      .trim();
  return out;
}

function noNumber(text: string, i: number, { url, offset, stride, start }: FieldsFrom): FitsError {
  return new FitsError("malformed", `the field of row ${start + i} is ${JSON.stringify(text)}, which is no number`, {
    file: url,
    offset: offset + (start + i) * stride,
  });
}
