/**
 * Names of the filters registered with The HDF Group (registered filter plugins, by number), as far as files in the wild
 * carry them. An `hdf5:<number>` codec is named after this table.
 */
const REGISTERED: Readonly<Record<number, string>> = {
  1: "deflate",
  2: "shuffle",
  3: "fletcher32",
  4: "szip",
  5: "nbit",
  6: "scaleoffset",
  305: "lzo",
  307: "bzip2",
  32000: "lzf",
  32001: "blosc",
  32002: "mafisc",
  32003: "snappy",
  32004: "lz4",
  32005: "apax",
  32006: "cbf",
  32007: "jpeg-xr",
  32008: "bitshuffle",
  32009: "spdp",
  32010: "lpc-rice",
  32011: "ccsds-123",
  32012: "jpeg-ls",
  32013: "zfp",
  32014: "fpzip",
  32015: "zstd",
  32016: "b3d",
  32017: "sz",
  32018: "fcidecomp",
  32019: "jpeg",
  32020: "vbz",
  32021: "fapec",
  32022: "bitgroom",
  32023: "granular-bitround",
  32024: "sz3",
  32025: "delta-rice",
  32026: "blosc2",
  32027: "flac",
  32028: "sperr",
  32033: "htj2k",
};

/** Where the filters that are not read here come from. */
const HDF5PLUGIN = "https://github.com/silx-kit/hdf5plugin";
const SOURCES: Readonly<Record<number, string>> = {
  305: "https://www.pytables.org",
  32013: "https://github.com/LLNL/H5Z-ZFP",
  32014: "https://github.com/LLNL/fpzip",
  32017: HDF5PLUGIN,
  32018: HDF5PLUGIN,
  32019: "https://github.com/CARS-UChicago/jpegHDF5",
  32020: "https://github.com/nanoporetech/vbz_compression",
  32024: HDF5PLUGIN,
  32028: HDF5PLUGIN,
  32033: HDF5PLUGIN,
};

/** The registered name of an HDF5 filter; undefined: not in the table. */
export function filterName(id: number): string | undefined {
  return REGISTERED[id];
}

/** Where to get a filter that has no decoder here; undefined: not known. */
export function filterSource(id: number): string | undefined {
  return SOURCES[id];
}
