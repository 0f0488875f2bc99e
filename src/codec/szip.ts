import { endianness } from "node:os";
import { GraticuleError } from "../errors.js";
import { swapBytes } from "../schema/typed-array.js";
import { AecDecoder, type AecForm } from "./aec.js";
import type { Codec, CodecSpec } from "./contract.js";
import { labelOf } from "./label.js";
import { checkExpansion, checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";
import { unshuffle } from "./unshuffle.js";

const MSB = 16;
const NEAREST_NEIGHBOUR = 32;
/** An interval of zeros takes a few bits; libaec's largest has 4096 blocks of 64 samples. */
const EXPANSION = 1 << 20;
const MAX_INTERVAL = 4096;

const MACHINE_IS_BIG = endianness() === "BE";

/**
 * HDF5 filter 4: the original size (4 bytes, little-endian), then the entropy coder of CCSDS 121.0-B, an interval per scanline,
 * which is filled up to whole blocks. Pixels of 32 and 64 bits are coded as planes of bytes (libaec, sz_compat.c).
 * Parameters are the filter's client data by their numbers, or `optionMask`, `pixelsPerBlock`, `bitsPerPixel`, `pixelsPerScanline`.
 */
export const szip: Codec = {
  id: "szip",
  label: labelOf,
  decode(bytes, spec, context) {
    const { form, sampleSize, planes, pixelsPerScanline, isBig } = formOf(spec);
    if (bytes.length < 4) throw damaged(`${bytes.length} bytes cannot hold the size`);
    const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
    checkOutputLength(length, context, "szip");
    checkExpansion(bytes.length, context, EXPANSION, "szip");
    if (length % (sampleSize * planes) !== 0) throw damaged(`${length} bytes are no whole pixels`);
    const out = outputMemory(length, bytes, context);
    const count = length / sampleSize;
    const decoder = new AecDecoder(bytes.subarray(4), form, damaged);
    const type = sampleSize === 1 ? Uint8Array : sampleSize === 2 ? Uint16Array : Uint32Array;
    const line = new type(form.interval * form.blockSize);
    const lineBytes = new Uint8Array(line.buffer);
    for (let done = 0; done < count; ) {
      const needed = Math.min(pixelsPerScanline, count - done);
      decoder.decodeInterval(line, needed);
      out.set(lineBytes.subarray(0, needed * sampleSize), done * sampleSize);
      done += needed;
    }
    if (sampleSize > 1 && isBig !== MACHINE_IS_BIG) swapBytes(out, sampleSize);
    return planes === 1 ? out : unshuffle(out, planes, true);
  },
};

interface SzipForm {
  readonly form: AecForm;
  /** Bytes of a decoded sample. */
  readonly sampleSize: number;
  /** Planes of bytes that make a pixel, or 1. */
  readonly planes: number;
  readonly pixelsPerScanline: number;
  readonly isBig: boolean;
}

function formOf({ parameters }: CodecSpec): SzipForm {
  const given = ["optionMask", "pixelsPerBlock", "bitsPerPixel", "pixelsPerScanline"].map(
    (name, i) => parameters[i] ?? parameters[name],
  );
  const [mask, blockSize, bitsPerPixel, pixelsPerScanline] = given as [number, number, number, number];
  if (given.some((value) => typeof value !== "number" || !Number.isInteger(value) || value < 0))
    throw damaged(`parameters ${given.map(String).join(", ")}`);
  const isPlanes = bitsPerPixel === 32 || bitsPerPixel === 64;
  const bitsPerSample = isPlanes ? 8 : bitsPerPixel;
  if (bitsPerSample < 1 || bitsPerSample > 24) throw damaged(`pixels of ${bitsPerPixel} bits`);
  const interval = Math.ceil(pixelsPerScanline / blockSize);
  if (blockSize < 1 || blockSize > 256 || interval < 1 || interval > MAX_INTERVAL)
    throw damaged(`lines of ${pixelsPerScanline} pixels in blocks of ${blockSize}`);
  return {
    form: { bitsPerSample, blockSize, interval, isPredicted: (mask & NEAREST_NEIGHBOUR) !== 0 },
    sampleSize: bitsPerSample > 16 ? 4 : bitsPerSample > 8 ? 2 : 1,
    planes: isPlanes ? bitsPerPixel / 8 : 1,
    pixelsPerScanline,
    isBig: (mask & MSB) !== 0,
  };
}

function damaged(message: string): GraticuleError {
  return new GraticuleError("malformed", `szip: ${message}`);
}
