import type { CodecSpec, ReadContext } from "graticule/plugin";
import { isTagged } from "./error.js";

/** What a chain of codecs must give: so many bytes, or as many as it happens to be (text), about so many. */
export type DecodedLength = { readonly exactly: number } | { readonly about: number };

/** Output of a step whose length is not known is tried within these bounds, each so many times the one before. */
const GROWTH = 32;
const MOST = 1 << 28;

/**
 * Bytes through the codecs, backwards.
 *
 * @throws `malformed`, `checksum`, `unsupported`
 */
export async function decodeBytes(
  bytes: Uint8Array,
  codecs: readonly CodecSpec[],
  length: DecodedLength,
  context: ReadContext,
): Promise<Uint8Array> {
  if ("exactly" in length) return context.decodeChunk(bytes, codecs, 0, length.exactly);
  let current = bytes;
  for (const spec of codecs.toReversed()) current = await decodeWithin(current, spec, length.about, context);
  return current;
}

/** Repeated text shrinks thousandfold, so that no bound follows from the input: a larger one is tried where the first is too small. */
async function decodeWithin(bytes: Uint8Array, spec: CodecSpec, about: number, context: ReadContext): Promise<Uint8Array> {
  const codec = await context.codecs.get(spec);
  for (let bound = Math.min(MOST, Math.max(1 << 16, 16 * bytes.length, about)); ; bound = Math.min(MOST, bound * GROWTH)) {
    try {
      return await codec.decode(bytes, spec, { parallel: context.parallel, exact: false, decodedLength: bound });
    } catch (error) {
      if (bound === MOST || !isTagged(error, "malformed")) throw error;
    }
  }
}
