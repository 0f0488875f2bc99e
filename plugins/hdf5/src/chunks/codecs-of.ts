import type { CodecSpec } from "graticule/plugin";
import type { DatasetHeader, FilterEntry } from "../model.js";

type Parameters = CodecSpec["parameters"];

/**
 * The predefined filters and the registered ones that have a name of their own here. Parameters are those of their `cd_values`,
 * by name where one is shown, all by position (0, 1, …) where a decoder needs more than its name says: szip's pixels, nbit's and
 * scale-offset's description of the type.
 */
const NAMED: Readonly<Record<number, (values: readonly number[], header: DatasetHeader) => CodecSpec>> = {
  1: ([level]) => spec("deflate", { level }),
  2: ([elementSize], header) => spec("shuffle", { elementSize: elementSize ?? storedElementSize(header) }),
  3: () => spec("fletcher32", {}),
  4: (values) => spec("szip", { optionMask: values[0], pixelsPerBlock: values[1], ...numbered(values) }),
  5: (values) => spec("nbit", numbered(values)),
  6: (values) => spec("scaleoffset", { scaleType: values[0], scaleFactor: signed(values[1]), ...numbered(values) }),
  32000: () => spec("lzf", {}),
  32015: ([level]) => spec("zstd", { level: signed(level) }),
};

/** The filter pipeline as codecs, in encoding order, one per filter (so that filter masks keep their meaning). */
export function codecsOf(header: DatasetHeader): readonly CodecSpec[] {
  if (header.layout.kind !== "chunked") return [];
  return header.filters.map((filter) => codecOf(filter, header));
}

function codecOf({ id, parameters, optional }: FilterEntry, header: DatasetHeader): CodecSpec {
  const named = Object.hasOwn(NAMED, id) ? NAMED[id] : undefined;
  const codec = named ? named(parameters, header) : spec(`hdf5:${id}`, numbered(parameters));
  return optional ? { ...codec, optional } : codec;
}

function spec(id: string, parameters: Readonly<Record<string, number | undefined>>): CodecSpec {
  const given = Object.entries(parameters).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return { id, parameters: Object.fromEntries(given) satisfies Parameters };
}

function numbered(values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, i) => [i, value]));
}

/** `cd_values` are unsigned; some filters keep signed numbers in them. */
function signed(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value | 0;
}

function storedElementSize({ layout, dtype }: DatasetHeader): number {
  return layout.kind === "chunked" ? layout.elementSize : dtype.size;
}
