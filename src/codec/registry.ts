import { GraticuleError } from "../errors.js";
import { catalogueEntry } from "./catalogue.js";
import type { Codec, CodecRegistry, CodecSpec } from "./contract.js";
import { filterName, filterSource } from "./filters.js";
import { hdf5FilterOf, labelOf } from "./label.js";

/** The built-in codecs. */
export function codecRegistry(): CodecRegistry {
  const loaded = new Map<string, Promise<Codec>>();
  return {
    get(spec) {
      let codec = loaded.get(spec.id);
      if (!codec) {
        const entry = catalogueEntry(spec.id);
        if (!entry) return Promise.reject(missingCodec(spec));
        codec = entry.load();
        loaded.set(spec.id, codec);
      }
      return codec;
    },
    has: (id) => catalogueEntry(id) !== undefined,
    label: labelOf,
  };
}

function missingCodec(spec: CodecSpec): GraticuleError {
  const number = hdf5FilterOf(spec.id);
  if (number === undefined)
    return new GraticuleError("unsupported", `no decoder for codec ${labelOf(spec)}`, {
      hint: "rewrite the array with a codec that is read, such as zstd or blosc",
    });
  const name = filterName(number);
  const source = filterSource(number);
  return new GraticuleError("unsupported", `no decoder for HDF5 filter ${number}${name ? ` (${name})` : ""}`, {
    hint: `${source ? `install the filter from ${source} and ` : ""}rewrite the data with one that is read: h5repack -f GZIP=4 in.h5 out.h5`,
  });
}
