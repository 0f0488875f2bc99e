import type { CodecSpec, ReadContext } from "graticule/plugin";

/** Output of a step whose length is not known beforehand: so many times its input, at least and at most. */
const EXPANSION = 1100;
const LEAST = 1 << 20;
const MOST = 1 << 28;

/**
 * Bytes through the codecs, backwards.
 *
 * @param decodedLength what the chain must give; null where only the bytes can tell (text)
 * @throws `malformed`, `checksum`, `unsupported`
 */
export async function decodeBytes(
  bytes: Uint8Array,
  codecs: readonly CodecSpec[],
  decodedLength: number | null,
  context: ReadContext,
): Promise<Uint8Array> {
  let current = bytes;
  for (let i = codecs.length - 1; i >= 0; i--) {
    const spec = codecs[i] as CodecSpec;
    const codec = await context.codecs.get(spec);
    const isLast = i === 0 && decodedLength !== null;
    const bound = decodedLength === null ? Math.min(MOST, Math.max(LEAST, current.length * EXPANSION)) : 4 * decodedLength + 4096;
    const own = { parallel: context.parallel, exact: isLast, decodedLength: isLast ? (decodedLength as number) : bound };
    current = await codec.decode(current, spec, own);
  }
  return current;
}
