import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";

/** LZF blocks, as h5py's filter 32000 writes them: literal runs of up to 32 bytes, and back references of up to 264. */
export const codec: Codec = {
  id: "lzf",
  label: () => "lzf",
  decode(bytes, _spec, context) {
    const out = new Uint8Array(context.decodedLength);
    let to = 0;
    let from = 0;
    const bad = (why: string) => new GraticuleError("malformed", `an LZF chunk ${why} at byte ${from} of ${bytes.length}`);
    while (from < bytes.length) {
      const control = bytes[from++] as number;
      if (control < 32) {
        const length = control + 1;
        if (from + length > bytes.length || to + length > out.length) throw bad("runs past its end");
        out.set(bytes.subarray(from, from + length), to);
        from += length;
        to += length;
        continue;
      }
      let length = control >> 5;
      if (length === 7) length += bytes[from++] ?? 0;
      length += 2;
      const distance = ((control & 0x1f) << 8) + (bytes[from++] ?? 0) + 1;
      if (distance > to || to + length > out.length) throw bad("refers outside itself");
      for (let i = 0; i < length; i++, to++) out[to] = out[to - distance] as number;
    }
    if (to !== out.length) throw bad(`gives ${to} of ${out.length} bytes`);
    return out;
  },
};
