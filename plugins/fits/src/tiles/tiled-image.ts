import type { ArrayVariable, Box, ChunkRef, ReadContext, TypedArray } from "graticule/plugin";
import { FitsError } from "../error.js";
import type { Hdu } from "../hdu.js";
import { describeImage, dimensionsOf, type HduContents } from "../images/image.js";
import { type Description, FitsVariable, LostVariable } from "../variable.js";
import { COMPRESSIONS } from "./decompress.js";
import { type TileLayout, tileLayoutOf } from "./tile-layout.js";
import { TileReader } from "./tile-reader.js";

/** The image that a table of compressed tiles holds, in its place (FITS 4.0, section 10.1). */
export function tiledImageOf(hdu: Hdu, file: string): HduContents {
  const layout = layoutOrError(hdu, file);
  if (layout instanceof FitsError) return { variables: [lostImage(hdu, layout)], dimensions: [], warnings: [] };
  const image = describeImage(hdu, layout.axes, layout.pixels.numbers);
  if (!image) return { variables: [], dimensions: [], warnings: [] };
  const { dtype } = image;
  const description: Description = {
    ...image,
    dtype: dtype.size === 1 ? dtype : { ...dtype, byteOrder: "little" },
    chunks: layout.tile.toReversed(),
    codecs: [{ id: layout.compression, parameters: Object.fromEntries(layout.parameters) }],
    access: "tiles",
    ...(!COMPRESSIONS.includes(layout.compression) && {
      unsupported: `the tile compression ${layout.compression}; ${COMPRESSIONS.join(", ")} are read`,
    }),
  };
  return { variables: [new TiledVariable(description, layout)], dimensions: dimensionsOf(description), warnings: [] };
}

function layoutOrError(hdu: Hdu, file: string): TileLayout | FitsError {
  try {
    return tileLayoutOf(hdu, file);
  } catch (error) {
    if (error instanceof FitsError) return error;
    throw error;
  }
}

/** An image whose mandatory keywords are damaged is listed all the same. */
function lostImage(hdu: Hdu, error: FitsError): ArrayVariable {
  const { tag, message } = error;
  return new LostVariable({
    path: `/${hdu.index}/data`,
    name: "data",
    dtype: { name: "opaque", size: 1 },
    dims: [],
    dimPaths: [],
    shape: [],
    attributes: new Map(),
    ...(tag === "unsupported" ? { unsupported: message } : { error: error.toJSON() }),
  });
}

class TiledVariable extends FitsVariable {
  readonly #layout: TileLayout;
  readonly #reader: TileReader;
  /** Tiles along each dimension, in C order. */
  readonly #counts: readonly number[];

  constructor(description: Description, layout: TileLayout) {
    super(description);
    this.#layout = layout;
    this.#reader = new TileReader(layout);
    this.#counts = description.shape.map((length, d) => Math.ceil(length / (description.chunks?.[d] as number)));
  }

  async *locate(box: Box): AsyncIterable<ChunkRef> {
    this.requireWhole();
    if (box.some(({ start, stop }) => start >= stop)) return;
    const tile = this.chunks as readonly number[];
    const first = box.map(({ start }, d) => Math.floor(start / (tile[d] as number)));
    const last = box.map(({ stop }, d) => Math.ceil(stop / (tile[d] as number)));
    const index = [...first];
    for (;;) {
      yield { kind: "plugin", origin: index.map((n, d) => n * (tile[d] as number)), shape: tile, filterMask: 0 };
      let d = index.length - 1;
      for (; d >= 0; d--) {
        index[d] = (index[d] as number) + 1;
        if ((index[d] as number) < (last[d] as number)) break;
        index[d] = first[d] as number;
      }
      if (d < 0) return;
    }
  }

  readChunk({ origin }: ChunkRef, context: ReadContext): Promise<TypedArray> {
    const tile = this.#layout.tile.toReversed();
    let number = 0;
    let count = 1;
    for (const [d, start] of origin.entries()) {
      number = number * (this.#counts[d] as number) + start / (tile[d] as number);
      count *= Math.min(tile[d] as number, (this.shape[d] as number) - start);
    }
    return this.#reader.read(number, count, context);
  }
}
