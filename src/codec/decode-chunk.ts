import { asGraticuleError, GraticuleError } from "../errors.js";
import type { CodecContext, CodecRegistry, CodecSpec } from "./contract.js";
import { encodedLength } from "./encoded-length.js";

/**
 * A stored chunk's bytes as its values' bytes: every codec backwards, without those whose bit in `filterMask` is set (bit i:
 * codec i in encoding order).
 *
 * @throws `malformed`, `checksum`, `unsupported`; the message names the codec
 */
export async function decodeChunk(
  bytes: Uint8Array,
  codecs: readonly CodecSpec[],
  filterMask: number,
  registry: CodecRegistry,
  context: CodecContext,
): Promise<Uint8Array> {
  const lengths = lengthsOf(codecs, filterMask, context);
  let current = bytes;
  for (let i = codecs.length - 1; i >= 0; i--) {
    if (isSkipped(filterMask, i)) continue;
    const spec = codecs[i] as CodecSpec;
    const codec = await registry.get(spec);
    try {
      const decoded = codec.decode(current, spec, { ...(lengths[i] as CodecContext), overwrite: current.buffer !== bytes.buffer });
      current = decoded instanceof Promise ? await decoded : decoded;
    } catch (error) {
      throw asGraticuleError(error);
    }
  }
  if (context.exact !== false && current.length < context.decodedLength)
    throw new GraticuleError("malformed", `a chunk of ${current.length} bytes where its shape needs ${context.decodedLength}`);
  return current;
}

/** Bit i of the mask, also beyond what `1 << i` can reach. */
function isSkipped(filterMask: number, i: number): boolean {
  return i < 32 && ((filterMask >>> i) & 1) === 1;
}

/** What each codec must give when decoding: the length that entered it when encoding. */
function lengthsOf(codecs: readonly CodecSpec[], filterMask: number, context: CodecContext): CodecContext[] {
  let length = context.decodedLength;
  let exact = context.exact ?? true;
  return codecs.map((spec, i) => {
    const own: CodecContext = { decodedLength: length, parallel: context.parallel, exact, reuse: context.reuse ?? false };
    if (isSkipped(filterMask, i)) return own;
    const stored = encodedLength(spec, length);
    length = stored.length;
    exact &&= stored.exact;
    return own;
  });
}
