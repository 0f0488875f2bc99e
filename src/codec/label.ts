import type { CodecSpec } from "./contract.js";
import { filterName } from "./filters.js";

/** Which parameter follows the name, where one tells more than the name alone. */
const SHOWN: Readonly<Record<string, string>> = {
  deflate: "level",
  zlib: "level",
  gzip: "level",
  bz2: "level",
  zstd: "level",
  blosc: "cname",
};

/** As `inspect` prints a codec: `deflate:4`, `shuffle`, `zstd:3`, `blosc:lz4`; `hdf5:40000` where the filter's name is not known. */
export function labelOf(spec: CodecSpec): string {
  const name = nameOf(spec);
  const parameter = SHOWN[name];
  const value = parameter === undefined ? undefined : spec.parameters[parameter];
  return value === undefined ? name : `${name}:${value}`;
}

function nameOf({ id: given }: CodecSpec): string {
  const id = catalogueId(given);
  const number = hdf5FilterOf(id);
  return number === undefined ? id : (filterName(number) ?? id);
}

/** The number in `hdf5:<number>`; undefined for other ids. */
export function hdf5FilterOf(id: string): number | undefined {
  const match = /^hdf5:(\d+)$/.exec(id);
  return match ? Number(match[1]) : undefined;
}

/** The catalogue's id: Zarr 3 puts `numcodecs.` before the names of numcodecs. */
export function catalogueId(id: string): string {
  return id.startsWith("numcodecs.") ? id.slice("numcodecs.".length) : id;
}
