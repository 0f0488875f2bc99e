import { GraticuleError } from "../errors.js";
import type { Codec, CodecRegistry, CodecSpec } from "./contract.js";
import { describeFilter } from "./filter-names.js";

/** Each codec's module is loaded when the first chunk needs it. */
const LOADERS: Readonly<Record<string, () => Promise<{ codec: Codec }>>> = {
  deflate: () => import("./deflate.js"),
  shuffle: () => import("./shuffle.js"),
  fletcher32: () => import("./fletcher32.js"),
  lzf: () => import("./lzf.js"),
  lz4: () => import("./lz4.js"),
  zstd: () => import("./zstd.js"),
};

/** The codecs that come with graticule. */
export function codecRegistry(): CodecRegistry {
  const loaded = new Map<string, Codec>();
  return {
    async get(spec) {
      const known = loaded.get(spec.id);
      if (known) return known;
      const load = LOADERS[spec.id];
      if (!load)
        throw new GraticuleError("unsupported", `no decoder for ${describeFilter(spec.id)}`, {
          hint: "the rest of the file can be read; write the variable again with deflate or zstd (h5repack, nccopy) to read it here",
        });
      const { codec } = await load();
      loaded.set(spec.id, codec);
      return codec;
    },
    has: (id) => id in LOADERS,
    label: labelOf,
  };
}

/** As `inspect` prints it: the name, and the level where there is one. */
function labelOf(spec: CodecSpec): string {
  const { level } = spec.parameters;
  return level === undefined ? spec.id : `${spec.id}:${level}`;
}
