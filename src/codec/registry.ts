import { GraticuleError } from "../errors.js";
import type { Codec, CodecRegistry, CodecSpec } from "./contract.js";
import { filterName } from "./filters.js";
import { hdf5FilterOf, labelOf } from "./label.js";

/** Decoders by id, each loaded when the first chunk needs it. */
const DECODERS: Readonly<Record<string, () => Promise<Codec>>> = {
  deflate: async () => (await import("./deflate.js")).deflate,
  shuffle: async () => (await import("./shuffle.js")).shuffle,
  fletcher32: async () => (await import("./fletcher32.js")).fletcher32,
  zstd: async () => (await import("./zstd.js")).zstd,
  lzf: async () => (await import("./lzf.js")).lzf,
  "hdf5:32004": async () => (await import("./lz4-hdf5.js")).lz4Hdf5,
};

/** The built-in codecs. */
export function codecRegistry(): CodecRegistry {
  const loaded = new Map<string, Promise<Codec>>();
  return {
    get(spec) {
      let codec = loaded.get(spec.id);
      if (!codec) {
        const load = Object.hasOwn(DECODERS, spec.id) ? DECODERS[spec.id] : undefined;
        if (!load) return Promise.reject(missingCodec(spec));
        codec = load();
        loaded.set(spec.id, codec);
      }
      return codec;
    },
    has: (id) => Object.hasOwn(DECODERS, id),
    label: labelOf,
  };
}

function missingCodec(spec: CodecSpec): GraticuleError {
  const number = hdf5FilterOf(spec.id);
  const name = number === undefined ? undefined : filterName(number);
  const what = number === undefined ? `codec ${labelOf(spec)}` : `HDF5 filter ${number}${name ? ` (${name})` : ""}`;
  return new GraticuleError("unsupported", `no decoder for ${what}`, {
    hint: "rewrite the data with a filter that is read: h5repack -f GZIP=4 in.h5 out.h5",
  });
}
