/** Names of the filters registered with the HDF Group, by number, for messages about those that have no decoder here. */
const NAMES: Readonly<Record<number, string>> = {
  4: "szip",
  5: "nbit",
  6: "scaleoffset",
  305: "LZO",
  307: "bzip2",
  32000: "LZF",
  32001: "Blosc",
  32002: "MAFISC",
  32003: "Snappy",
  32004: "LZ4",
  32005: "APAX",
  32006: "CBF",
  32007: "JPEG-XR",
  32008: "bitshuffle",
  32009: "SPDP",
  32010: "LPC-Rice",
  32011: "CCSDS-123",
  32012: "JPEG-LS",
  32013: "ZFP",
  32014: "fpzip",
  32015: "Zstandard",
  32016: "B3D",
  32017: "SZ",
  32018: "FCIDECOMP",
  32019: "JPEG",
  32022: "granular BitRound",
  32023: "DCTZ",
  32024: "SZ3",
  32026: "Blosc2",
  32028: "BitGroom",
};

/** `hdf5:32001` as "the HDF5 filter 32001 (Blosc)"; other ids as they are. */
export function describeFilter(id: string): string {
  const number = id.startsWith("hdf5:") ? Number(id.slice(5)) : Number.NaN;
  if (Number.isNaN(number)) return `the codec "${id}"`;
  const name = NAMES[number];
  return `the HDF5 filter ${number}${name ? ` (${name})` : ""}; its home is the HDF Group's list of registered filter plugins`;
}
