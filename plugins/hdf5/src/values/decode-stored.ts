import type { CodecSpec, ReadContext } from "graticule/plugin";
import { malformed } from "../errors.js";

const CHECKSUM_BYTES = 4;

/**
 * A stored chunk through the context's codecs, backwards, without those that its filter mask names.
 * @throws `malformed`, `checksum`, `unsupported`
 */
export async function decodeStored(
  encoded: Uint8Array,
  codecs: readonly CodecSpec[],
  filterMask: number,
  decodedLength: number,
  { codecs: registry, parallel }: ReadContext,
): Promise<Uint8Array> {
  const applied = codecs.filter((_, i) => i >= 32 || ((filterMask >>> i) & 1) === 0);
  let bytes = encoded;
  for (let i = applied.length - 1; i >= 0; i--) {
    const before = applied.slice(0, i);
    // Of the steps before this one only checksums change the length, but for a second compressor.
    const exact = before.every(({ id }) => id === "shuffle" || id === "fletcher32");
    const checksums = before.filter(({ id }) => id === "fletcher32").length;
    const length = exact ? decodedLength + CHECKSUM_BYTES * checksums : 2 * decodedLength + 4096;
    const spec = applied[i] as CodecSpec;
    const codec = await registry.get(spec);
    bytes = await codec.decode(bytes, spec, { decodedLength: length, parallel, exact });
  }
  if (bytes.length < decodedLength)
    throw malformed(`a chunk decodes to ${bytes.length} bytes where its shape needs ${decodedLength}`);
  return bytes.subarray(0, decodedLength);
}
