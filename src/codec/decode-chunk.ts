import { GraticuleError } from "../errors.js";
import type { CodecContext, CodecRegistry, CodecSpec } from "./contract.js";

/**
 * A stored chunk's bytes, decoded: the codecs backwards, without those whose bit (their position in encoding order) is set in
 * `filterMask`.
 *
 * @throws `unsupported` for a codec without decoder, `malformed`, `checksum`
 */
export async function decodeChunk(
  bytes: Uint8Array,
  codecs: readonly CodecSpec[],
  filterMask: number,
  registry: CodecRegistry,
  context: CodecContext,
): Promise<Uint8Array> {
  let current = bytes;
  for (let i = codecs.length - 1; i >= 0; i--) {
    if ((filterMask >>> i) & 1) continue;
    const spec = codecs[i] as CodecSpec;
    const codec = await registry.get(spec);
    const decoded = codec.decode(current, spec, context);
    current = decoded instanceof Uint8Array ? decoded : await decoded;
  }
  if (current.length > context.decodedLength && codecs.length === 0)
    throw new GraticuleError(
      "malformed",
      `a chunk without filters holds ${current.length} bytes where its shape needs ${context.decodedLength}`,
    );
  return current;
}
