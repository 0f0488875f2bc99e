import type { ByteSource } from "../store/contract.js";
import type { FormatClaim, Probe } from "./contract.js";

/** Bytes read ahead: covers every magic number at the start, and HDF5's first places after a userblock. */
const HEAD = 4096;

/** A probe over an opened source that reads the first bytes once. */
export function probeOf(source: ByteSource): Probe {
  let head: Promise<Uint8Array> | undefined;
  const headLength = Math.min(HEAD, source.size);
  let far: Promise<Map<number, Uint8Array>> | undefined;
  const farPlace = async (offset: number, end: number): Promise<Uint8Array | undefined> => {
    if (!source.isRemote || end - offset > FAR_LENGTH || !isPowerOfTwo(offset)) return undefined;
    far ??= readFarPlaces(source);
    return (await far).get(offset)?.subarray(0, end - offset);
  };
  return {
    url: source.url,
    size: source.size,
    async peek(offset, length) {
      const end = Math.min(source.size, offset + length);
      if (end <= offset) return new Uint8Array(0);
      if (end > headLength) return (await farPlace(offset, end)) ?? source.readOne({ offset, length: end - offset });
      head ??= source.readOne({ offset: 0, length: headLength });
      return (await head).subarray(offset, end);
    },
  };
}

const FAR_LENGTH = 16;

function isPowerOfTwo(offset: number): boolean {
  return Number.isInteger(Math.log2(offset));
}

/** The places behind the head where HDF5 may begin, all at once: each would cost a round trip. */
async function readFarPlaces(source: ByteSource): Promise<Map<number, Uint8Array>> {
  const places: { offset: number; length: number }[] = [];
  for (let offset = HEAD; offset < source.size; offset *= 2)
    places.push({ offset, length: Math.min(FAR_LENGTH, source.size - offset) });
  const found = new Map<number, Uint8Array>();
  for await (const { index, bytes } of source.read(places)) found.set(places[index]?.offset ?? -1, bytes);
  return found;
}

/**
 * The length in bytes of the longest magic number of the claim that the content shows; 0 where none fits.
 * @param reach "head": only places in the first bytes are looked at; "far": only those behind them
 */
export async function matchMagic(claim: FormatClaim, probe: Probe, reach: "all" | "head" | "far" = "all"): Promise<number> {
  let best = 0;
  for (const magic of claim.magic) {
    const wanted = Buffer.from(magic.hex, "hex");
    if (wanted.length <= best) continue;
    for (const offset of placesOf(magic, probe.size - wanted.length)) {
      if (reach !== "all" && (reach === "head") !== offset + wanted.length <= HEAD) continue;
      const found = await probe.peek(offset, wanted.length);
      if (wanted.equals(found)) {
        best = wanted.length;
        break;
      }
    }
  }
  return best;
}

/** HDF5 (§ II.A of its format specification) looks at 0, 512, 1024, 2048, …: at most 50 places in any file. */
function* placesOf(magic: FormatClaim["magic"][number], last: number): Iterable<number> {
  if (magic.offset <= last) yield magic.offset;
  if (magic.repeat !== "doubling") return;
  for (let offset = Math.max(512, magic.offset * 2); offset <= last; offset *= 2) yield offset;
}
