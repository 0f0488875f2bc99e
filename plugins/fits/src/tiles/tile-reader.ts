import type { ByteSource, ReadContext, TypedArray } from "graticule/plugin";
import { CUT_SHORT, FitsError } from "../error.js";
import type { BinaryColumn } from "../tables/binary-columns.js";
import { decompress, gunzip, type TileContents } from "./decompress.js";
import { HeapWindow } from "./heap-window.js";
import { widenPixels } from "./missing-pixels.js";
import { dequantize, type Quantization } from "./quantize.js";
import { compressionOf, type TileLayout } from "./tile-layout.js";
import { type TileRow, TileRows } from "./tile-rows.js";

type PixelArray = Uint8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

const ARRAYS: Readonly<Record<number, new (length: number) => PixelArray>> = {
  8: Uint8Array,
  16: Int16Array,
  32: Int32Array,
  64: BigInt64Array,
  [-32]: Float32Array,
  [-64]: Float64Array,
};

const ELEMENT_SIZES: Readonly<Record<string, number>> = { B: 1, I: 2, J: 4, K: 8, E: 4, D: 8 };

/** Pixels of the tiles of one image. */
export class TileReader {
  readonly #rows: TileRows;
  readonly #window: HeapWindow;

  constructor(readonly layout: TileLayout) {
    this.#rows = new TileRows(layout);
    this.#window = new HeapWindow(layout.heap);
  }

  /**
   * @param index of the tile, the first axis varying fastest: its row
   * @param count pixels
   * @returns numbers as BITPIX has them, before BSCALE and BZERO; widened where missing pixels have no number of their own
   * @throws `malformed`, `truncated`, `unsupported`
   */
  async read(index: number, count: number, context: ReadContext): Promise<TypedArray> {
    const { columns, compression, parameters } = this.layout;
    const row = await this.#rows.read(index, context);
    const source = await context.openSource(this.layout.file);
    const cell = (name: string) => this.#cell(source, row, columns.get(name), index, context);
    const packed = await cell("compressed_data");
    const zipped = packed ? undefined : await cell("gzip_compressed_data");
    const plain = packed || zipped ? undefined : await cell("uncompressed_data");
    if (!packed && !zipped && !plain) throw this.#malformed(index, "it has no data");
    const contents: TileContents = packed
      ? decompress(compression, packed, count, parameters)
      : { kind: "bytes", bytes: zipped ? gunzip(zipped, count) : (plain as Uint8Array) };
    const isFloat = this.layout.bitpix < 0;
    const how = isFloat && packed ? this.#quantizationOf(row, index) : undefined;
    const out = this.#pixelsOf(contents, count, index, how);
    const mask = await cell("null_pixel_mask");
    const marks = mask && this.#marksOf(mask, count, index);
    const { widened, blank } = this.layout.pixels;
    if (widened) {
      const own = row.integer(columns.get("zblank"));
      return widenPixels(out, widened, marks, own === undefined ? blank : BigInt(own));
    }
    if (marks) markMissing(out, marks, blank);
    return out;
  }

  /** Undefined: the floating point numbers were compressed as they are. */
  #quantizationOf(row: TileRow, index: number): Quantization | undefined {
    const { columns, hdu, quantization, seed } = this.layout;
    const own = (name: string): number | undefined => row.number(columns.get(name)) ?? hdu.header.number(name.toUpperCase());
    const blank = own("zblank") ?? hdu.header.number("BLANK");
    const scale = own("zscale");
    if (scale === undefined || quantization === "NONE") return undefined;
    const methods = { NO_DITHER: "none", SUBTRACTIVE_DITHER_1: "dither-1", SUBTRACTIVE_DITHER_2: "dither-2" } as const;
    const method = methods[quantization as keyof typeof methods];
    if (!method) throw new FitsError("unsupported", `the quantization ${quantization}`, { file: this.layout.file });
    return { scale, zero: own("zzero") ?? 0, blank, method, seed: index + Math.max(0, seed) };
  }

  #pixelsOf(contents: TileContents, count: number, index: number, how: Quantization | undefined): PixelArray {
    const { bitpix } = this.layout;
    const make = ARRAYS[bitpix] as new (length: number) => PixelArray;
    if (how) {
      const out = new make(count) as Float32Array | Float64Array;
      dequantize(contents.kind === "integers" ? contents.values : this.#integersOf(contents.bytes, count, index), out, how);
      return out;
    }
    if (contents.kind === "bytes") {
      const size = Math.abs(bitpix) / 8;
      // Integers may have been widened to 32 bits before.
      if (Math.floor(contents.bytes.length / count) === size) return this.#asPixels(contents.bytes, make, size, count);
      if (bitpix < 0) throw this.#malformed(index, `${contents.bytes.length} bytes for ${count} numbers of ${size}`);
    }
    const integers = contents.kind === "integers" ? contents.values : this.#integersOf(contents.bytes, count, index);
    const out = new make(count);
    if (out instanceof BigInt64Array) for (let i = 0; i < count; i++) out[i] = BigInt(integers[i] as number);
    else for (let i = 0; i < count; i++) out[i] = integers[i] as number;
    return out;
  }

  #asPixels(bytes: Uint8Array, make: new (length: number) => PixelArray, size: number, count: number): PixelArray {
    const out = new make(count);
    const own = Buffer.from(out.buffer, out.byteOffset, out.byteLength);
    own.set(bytes.subarray(0, size * count));
    if (size === 2) own.swap16();
    else if (size === 4) own.swap32();
    else if (size === 8) own.swap64();
    return out;
  }

  /** Whole numbers of as many bytes as there are for each. */
  #integersOf(bytes: Uint8Array, count: number, index: number): ArrayLike<number> {
    const size = Math.floor(bytes.length / count);
    if (size === 1) return bytes;
    const make = size === 2 ? Int16Array : size === 4 ? Int32Array : null;
    if (!make) throw this.#malformed(index, `${bytes.length} bytes for ${count} whole numbers`);
    return this.#asPixels(bytes, make, size, count) as Int16Array | Int32Array;
  }

  /** Not 0 where a pixel is missing. */
  #marksOf(mask: Uint8Array, count: number, index: number): ArrayLike<number> {
    const { hdu, parameters } = this.layout;
    const compression = hdu.header.text("ZMASKCMP")?.trim().toUpperCase();
    if (!compression) throw this.#malformed(index, "it has a mask of missing pixels, and no ZMASKCMP says how that is compressed");
    const contents = decompress(compressionOf(compression), mask, count, parameters);
    return contents.kind === "integers" ? contents.values : this.#integersOf(contents.bytes, count, index);
  }

  async #cell(
    source: ByteSource,
    row: TileRow,
    column: BinaryColumn | undefined,
    index: number,
    context: ReadContext,
  ): Promise<Uint8Array | undefined> {
    const descriptor = row.descriptor(column);
    if (!descriptor || !column) return undefined;
    const { heap } = this.layout;
    const length = descriptor.count * (ELEMENT_SIZES[column.parsed.rest.charAt(0).toUpperCase()] ?? 1);
    if (descriptor.offset + length > heap.length)
      throw this.#malformed(
        index,
        `it lies at ${descriptor.offset} to ${descriptor.offset + length} of a heap of ${heap.length} bytes`,
      );
    const end = heap.offset + descriptor.offset + length;
    if (end > source.size)
      throw new FitsError("truncated", `tile ${index} ends at ${end}, the file at ${source.size}`, {
        file: source.url,
        offset: source.size,
        hint: CUT_SHORT,
      });
    return this.#window.read(source, descriptor.offset, length, context.signal);
  }

  #malformed(index: number, what: string): FitsError {
    const { file, heap } = this.layout;
    return new FitsError("malformed", `tile ${index}: ${what}`, { file, offset: heap.offset });
  }
}

/** Pixels that a mask marks: NaN, or the integer that stands for missing ones. */
function markMissing(pixels: PixelArray, marks: ArrayLike<number>, blank: bigint | undefined): void {
  const isBig = pixels instanceof BigInt64Array;
  const missing = isBig ? (blank ?? 0n) : isFloatArray(pixels) ? Number.NaN : Number(blank);
  for (let i = 0; i < pixels.length; i++) if (marks[i]) pixels[i] = missing as never;
}

function isFloatArray(pixels: PixelArray): boolean {
  return pixels instanceof Float32Array || pixels instanceof Float64Array;
}
