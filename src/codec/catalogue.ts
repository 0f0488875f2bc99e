import type { Codec } from "./contract.js";
import { catalogueId } from "./label.js";

/** One decoder: what it is, who names it how, and how it is loaded. */
export interface CatalogueEntry {
  /** One line. */
  readonly what: string;
  /** The HDF5 filter number, where it has one. */
  readonly hdf5?: number;
  /** What Zarr metadata call it. */
  readonly zarr?: string;
  load(): Promise<Codec>;
}

/** Decoders by the id that a `CodecSpec` carries. Each is loaded when the first chunk needs it. */
export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  deflate: { what: "zlib streams", hdf5: 1, load: async () => (await import("./deflate.js")).deflate },
  zlib: { what: "zlib streams", zarr: "zlib", load: async () => (await import("./deflate.js")).deflate },
  gzip: { what: "gzip members", zarr: "gzip", load: async () => (await import("./deflate.js")).gzip },
  shuffle: { what: "byte planes", hdf5: 2, zarr: "shuffle", load: async () => (await import("./shuffle.js")).shuffle },
  fletcher32: { what: "checksum", hdf5: 3, zarr: "fletcher32", load: async () => (await import("./fletcher32.js")).fletcher32 },
  szip: { what: "the adaptive entropy coder of CCSDS 121", hdf5: 4, load: async () => (await import("./szip.js")).szip },
  nbit: { what: "numbers of fewer bits", hdf5: 5, load: async () => (await import("./nbit.js")).nbit },
  scaleoffset: {
    what: "numbers as packed distances from their minimum",
    hdf5: 6,
    load: async () => (await import("./scale-offset.js")).scaleOffset,
  },
  zstd: { what: "Zstandard frames", hdf5: 32015, zarr: "zstd", load: async () => (await import("./zstd.js")).zstd },
  lzf: { what: "LZF as h5py writes it", hdf5: 32000, load: async () => (await import("./lzf.js")).lzf },
  blosc: {
    what: "Blosc: shuffle and blosclz, lz4, snappy, zlib or zstd",
    zarr: "blosc",
    load: async () => (await import("./blosc.js")).blosc,
  },
  lz4: { what: "an LZ4 block after its size", zarr: "lz4", load: async () => (await import("./lz4.js")).lz4 },
  bz2: { what: "bzip2 streams", zarr: "bz2", load: async () => (await import("./bzip2.js")).bzip2 },
  crc32: { what: "checksum", zarr: "crc32", load: async () => (await import("./checksums.js")).crc32 },
  crc32c: { what: "checksum", zarr: "crc32c", load: async () => (await import("./checksums.js")).crc32c },
  adler32: { what: "checksum", zarr: "adler32", load: async () => (await import("./checksums.js")).adler32 },
  delta: { what: "differences", zarr: "delta", load: async () => (await import("./number-codecs.js")).delta },
  fixedscaleoffset: {
    what: "numbers scaled to integers",
    zarr: "fixedscaleoffset",
    load: async () => (await import("./number-codecs.js")).fixedScaleOffset,
  },
  quantize: { what: "rounded numbers", zarr: "quantize", load: async () => (await import("./number-codecs.js")).quantize },
  astype: { what: "numbers of another type", zarr: "astype", load: async () => (await import("./number-codecs.js")).asType },
  bitround: { what: "rounded numbers", zarr: "bitround", load: async () => (await import("./untouched.js")).untouched("bitround") },
  packbits: { what: "booleans as bits", zarr: "packbits", load: async () => (await import("./packbits.js")).packBits },
  transpose: {
    what: "dimensions in another order",
    zarr: "transpose",
    load: async () => (await import("./transpose.js")).transpose,
  },
  "hdf5:307": { what: "bzip2 streams", hdf5: 307, load: async () => (await import("./bzip2.js")).bzip2 },
  "hdf5:32001": {
    what: "Blosc: shuffle and blosclz, lz4, snappy, zlib or zstd",
    hdf5: 32001,
    load: async () => (await import("./blosc.js")).blosc,
  },
  "hdf5:32004": { what: "LZ4 blocks", hdf5: 32004, load: async () => (await import("./lz4-hdf5.js")).lz4Hdf5 },
  "hdf5:32008": {
    what: "bit planes, alone or with LZ4 or Zstandard",
    hdf5: 32008,
    load: async () => (await import("./bitshuffle.js")).bitshuffle,
  },
  "hdf5:32022": { what: "rounded numbers", hdf5: 32022, load: async () => (await import("./untouched.js")).untouched("bitgroom") },
  "hdf5:32023": {
    what: "rounded numbers",
    hdf5: 32023,
    load: async () => (await import("./untouched.js")).untouched("granular-bitround"),
  },
  "hdf5:32026": {
    what: "Blosc2 frames, also of several dimensions",
    hdf5: 32026,
    load: async () => (await import("./blosc2.js")).blosc2,
  },
};

/** A codec as tables of formats list it. */
export interface CodecListing {
  /** What `CodecSpec.id` holds. */
  readonly id: string;
  readonly what: string;
  readonly hdf5?: number;
  readonly zarr?: string;
}

/** Every codec that is read, in the order of the catalogue; loads no decoder. */
export function listCodecs(): readonly CodecListing[] {
  return Object.entries(CATALOGUE).map(([id, { what, hdf5, zarr }]) => ({
    id,
    what,
    ...(hdf5 !== undefined && { hdf5 }),
    ...(zarr !== undefined && { zarr }),
  }));
}

export function catalogueEntry(id: string): CatalogueEntry | undefined {
  const own = catalogueId(id);
  return Object.hasOwn(CATALOGUE, own) ? CATALOGUE[own] : undefined;
}
