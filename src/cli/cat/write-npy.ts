import { isRealCalendar } from "../../calendar/calendar.js";
import { toMicroseconds } from "../../calendar/timestamps.js";
import { hasDates } from "../../convention/meaning.js";
import { GraticuleError } from "../../errors.js";
import { isSet } from "../../schema/bitmap.js";
import { boxShape } from "../../schema/box.js";
import { isFloat, type NumericName } from "../../schema/dtype.js";
import { bytesOf, isBigArray, type TypedArray } from "../../schema/typed-array.js";
import { type Cells, cellCountOf } from "./cells.js";
import type { Output } from "./output.js";
import type { CellSource } from "./read-cells.js";

/**
 * NumPy's .npy, version 1.0 of its format, in C order, little-endian. Missing values are NaN (integers that can miss become
 * float64 where that rounds none of them), dates datetime64[us] with NaT, text fixed byte strings.
 * @throws `unsupported` for values that no array of numbers holds; nothing is written then
 */
export async function writeNpy(source: CellSource, raw: boolean, output: Output): Promise<void> {
  const { descr, encode, check } = await encodingOf(source, raw);
  if (check) for await (const { cells } of source.blocks()) check(cells);
  const heading = header(descr, boxShape(source.box));
  let isBegun = false;
  // What cannot be read at all leaves no heading behind.
  for await (const { cells } of source.blocks()) {
    const bytes = encode(cells);
    if (!isBegun) await output.write(heading);
    isBegun = true;
    await output.write(bytes);
  }
  if (!isBegun) await output.write(heading);
}

interface Encoding {
  readonly descr: string;
  readonly encode: (cells: Cells) => Uint8Array;
  /** Whether values of such a type have a form depends on them: they are all looked at before anything is written. */
  readonly check?: (cells: Cells) => void;
}

const DESCRIPTIONS: Readonly<Record<NumericName, string>> = {
  int8: "|i1",
  uint8: "|u1",
  int16: "<i2",
  uint16: "<u2",
  int32: "<i4",
  uint32: "<u4",
  int64: "<i8",
  uint64: "<u8",
  float16: "<f4",
  float32: "<f4",
  float64: "<f8",
};
const NOT_A_TIME = -(2n ** 63n);

async function encodingOf(source: CellSource, raw: boolean): Promise<Encoding> {
  const { variable, meaning } = source;
  const { name } = variable.dtype;
  if (name === "complex64" || name === "complex128") return { descr: name === "complex64" ? "<c8" : "<c16", encode: plainBytes };
  if (name === "char" && raw) return { descr: "|S1", encode: plainBytes };
  if (name === "char" || name === "string" || (name === "enum" && !raw)) return textEncoding(source);
  if (name === "bool" && !raw)
    return { descr: "|b1", encode: (cells) => Uint8Array.from(cells.values as ArrayLike<number>, (value) => (value ? 1 : 0)) };
  if (meaning.stored === undefined)
    throw new GraticuleError("unsupported", `${name} has no form in .npy`, {
      variable: variable.path,
      hint: "--format json or csv prints it",
    });
  const stored = raw ? ((name === "enum" ? variable.dtype.base?.name : name) as NumericName | "bool") : meaning.stored;
  if (raw) return { descr: DESCRIPTIONS[stored as NumericName] ?? `|u${variable.dtype.size}`, encode: plainBytes };
  if (hasDates(meaning.time) && isRealCalendar(meaning.time.calendar)) return { descr: "<M8[us]", encode: timeBytes };
  const decoded = meaning.decoded ?? "float64";
  const promote = !isFloat(decoded) && meaning.missing.length > 0;
  return {
    descr: DESCRIPTIONS[promote ? "float64" : decoded],
    encode: (cells) => numberBytes(cells, promote || isFloat(decoded), promote),
    ...(promote && decoded.endsWith("int64") && { check: (cells: Cells) => requireExact(cells, variable.path) }),
  };
}

function plainBytes(cells: Cells): Uint8Array {
  return bytesOf(cells.values as TypedArray);
}

/** Missing values as NaN where the type has one. */
function numberBytes(cells: Cells, canMiss: boolean, promote: boolean): Uint8Array {
  const { values, validity } = cells as Cells & { kind: "numbers" };
  if (!canMiss || (!validity && !promote)) return bytesOf(values);
  const out = promote
    ? Float64Array.from(values as ArrayLike<number | bigint>, Number)
    : (values.slice() as Float32Array | Float64Array);
  if (validity) for (let i = 0; i < out.length; i++) if (!isSet(validity, i)) out[i] = Number.NaN;
  return bytesOf(out);
}

/** @throws `unsupported` where a double is not the integer that it stands for */
function requireExact(cells: Cells, variable: string): void {
  const { values, validity } = cells as Cells & { kind: "numbers" };
  if (!isBigArray(values)) return;
  for (let i = 0; i < values.length; i++) {
    const double = Number(values[i]);
    if (Number.isSafeInteger(double) || (validity && !isSet(validity, i)) || BigInt(double) === values[i]) continue;
    throw new GraticuleError("unsupported", `${values[i]} beside missing values has no form in .npy: float64 rounds it`, {
      variable,
      hint: "--raw keeps the integers as stored, --format arrow, csv or json keeps them beside missing ones",
    });
  }
}

function timeBytes(cells: Cells): Uint8Array {
  const { values, validity, coding } = cells as Cells & { kind: "times" };
  const out = toMicroseconds(values, coding, validity);
  for (let i = 0; i < out.length; i++) if (validity && !isSet(validity, i)) out[i] = NOT_A_TIME;
  return bytesOf(out);
}

/** Text needs the longest one first: it is read twice. */
async function textEncoding(source: CellSource): Promise<Encoding> {
  let width = 1;
  for await (const { cells } of source.blocks())
    for (const text of (cells as Cells & { kind: "texts" }).values) width = Math.max(width, Buffer.byteLength(text ?? "", "utf8"));
  return {
    descr: `|S${width}`,
    encode(cells) {
      const out = Buffer.alloc(cellCountOf(cells) * width);
      for (const [i, text] of (cells as Cells & { kind: "texts" }).values.entries())
        out.write(text ?? "", i * width, width, "utf8");
      return out;
    },
  };
}

/** Magic, version, length of the heading, and the heading itself, filled with blanks to a multiple of 64 bytes. */
function header(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const out = Buffer.alloc(10 + length, " ");
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  out.writeUInt16LE(length, 8);
  out.write(text, 10, "ascii");
  out[out.length - 1] = 0x0a;
  return out;
}
