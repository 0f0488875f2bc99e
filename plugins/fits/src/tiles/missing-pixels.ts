import type { NumericName, TypedArray } from "graticule/plugin";
import { FitsError } from "../error.js";
import type { Hdu } from "../hdu.js";
import { imageScaling, storedNameOf } from "../images/image.js";
import { describeNumbers, type NumbersDescription } from "../numbers.js";
import type { BinaryColumn } from "../tables/binary-columns.js";

/** Integers as they are given out where no value of the stored type is known to stand for missing pixels alone. */
export interface WidenedPixels {
  readonly make: new (length: number) => TypedArray;
  /** BZERO, where it only says that the integers are of the other signedness. */
  readonly offset: bigint;
  readonly missing: bigint;
}

export interface PixelMeaning {
  readonly numbers: NumbersDescription;
  /** The stored integer that a missing pixel has: ZBLANK, else BLANK. */
  readonly blank?: bigint;
  readonly widened?: WidenedPixels;
}

const WIDER: Partial<
  Record<NumericName, { readonly name: NumericName; readonly make: WidenedPixels["make"]; readonly size: number }>
> = {
  uint8: { name: "int16", make: Int16Array, size: 2 },
  int8: { name: "int16", make: Int16Array, size: 2 },
  int16: { name: "int32", make: Int32Array, size: 4 },
  uint16: { name: "int32", make: Int32Array, size: 4 },
  int32: { name: "int64", make: BigInt64Array, size: 8 },
  uint32: { name: "int64", make: BigInt64Array, size: 8 },
  int64: { name: "int64", make: BigInt64Array, size: 8 },
  uint64: { name: "uint64", make: BigUint64Array, size: 8 },
};

/**
 * How the numbers of a compressed image are to be taken, and what stands for missing ones (FITS 4.0, sections 10.1.2, 10.2.2). Integers
 * that only a mask or a tile's own ZBLANK marks become integers of the next wider type, whose lowest value is the missing one.
 */
export function pixelMeaningOf(hdu: Hdu, bitpix: number, columns: ReadonlyMap<string, BinaryColumn>): PixelMeaning {
  const { header } = hdu;
  const stored = storedNameOf(bitpix);
  const scaling = imageScaling(header);
  const blank = header.integer("ZBLANK") ?? scaling.blank;
  const numbers = describeNumbers(stored, { ...scaling, blank }, { single: true });
  if (bitpix < 0) return { numbers };
  const isKnown = numbers.attributes.some(([name]) => name === "_FillValue");
  const needsOther = columns.has("zblank") || (columns.has("null_pixel_mask") && !isKnown);
  const known = blank === undefined ? {} : { blank: BigInt(blank) };
  const wider = WIDER[numbers.dtype.name as NumericName];
  if (!needsOther || !wider) return { numbers, ...known };
  const { name, make, size } = wider;
  const missing = name === "uint64" ? 2n ** 64n - 1n : -(1n << BigInt(8 * size - 1));
  const attributes = numbers.attributes.filter(([attribute]) => attribute !== "_FillValue");
  const value = size === 8 ? missing : Number(missing);
  return {
    numbers: {
      dtype: { name, size, byteOrder: "little" },
      attributes: [...attributes, ["_FillValue", { dtype: name, values: [value] }]],
    },
    ...known,
    widened: { make, offset: numbers.dtype.coding ? BigInt(scaling.zero ?? 0) : 0n, missing },
  };
}

/** @param marks not 0 where a pixel is missing @param blank what missing pixels of this tile have besides */
export function widenPixels(
  pixels: ArrayLike<number | bigint>,
  { make, offset, missing }: WidenedPixels,
  marks: ArrayLike<number> | undefined,
  blank: bigint | undefined,
): TypedArray {
  const out = new make(pixels.length);
  if (out instanceof BigInt64Array || out instanceof BigUint64Array) {
    for (let i = 0; i < out.length; i++) {
      const pixel = BigInt(pixels[i] as number | bigint);
      const isMissing = pixel === blank || (marks?.[i] ?? 0) !== 0;
      if (!isMissing && pixel + offset === missing)
        throw new FitsError("unsupported", `an image of 64-bit integers with missing pixels in which ${missing} is a value`);
      out[i] = isMissing ? missing : pixel + offset;
    }
    return out;
  }
  const [zero, none, own] = [Number(offset), Number(missing), blank === undefined ? undefined : Number(blank)];
  for (let i = 0; i < out.length; i++) {
    const pixel = pixels[i] as number;
    out[i] = pixel === own || (marks?.[i] ?? 0) !== 0 ? none : pixel + zero;
  }
  return out;
}
