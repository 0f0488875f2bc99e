import type { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";
import type { Dataspace } from "../model.js";

/** The library's limit (H5S_MAX_RANK). */
const MOST_DIMENSIONS = 32;

/** File format specification IV.A.2.b. */
export function parseDataspace(cursor: Cursor): Dataspace {
  const version = cursor.u8();
  if (version !== 1 && version !== 2) throw malformed(`dataspace version ${version}`, cursor.offset);
  const rank = cursor.u8();
  const flags = cursor.u8();
  if (rank > MOST_DIMENSIONS) throw malformed(`a dataspace of ${rank} dimensions`, cursor.offset);
  const kind = version === 2 ? cursor.u8() : rank === 0 ? 0 : 1;
  if (version === 1) cursor.skip(5);
  if (kind === 2) return { kind: "null" };
  if (kind > 2) throw malformed(`a dataspace of the unknown kind ${kind}`, cursor.offset);
  if (kind === 0) {
    if (rank > 0) throw malformed(`a scalar with ${rank} dimensions`, cursor.offset);
    return { kind: "scalar" };
  }
  const shape: number[] = [];
  for (let d = 0; d < rank; d++) shape.push(cursor.length());
  if ((flags & 1) === 0) return rank === 0 ? { kind: "scalar" } : { kind: "simple", shape, maxShape: shape };
  const maxShape: (number | null)[] = [];
  for (let d = 0; d < rank; d++) {
    const most = cursor.lengthOrUnlimited();
    if (most !== null && (shape[d] as number) > most)
      throw malformed(`dimension ${d} is ${shape[d]} long, more than its maximum of ${most}`, cursor.offset);
    maxShape.push(most);
  }
  return rank === 0 ? { kind: "scalar" } : { kind: "simple", shape, maxShape };
}

/** Number of elements. @throws `malformed` beyond 2⁵³ */
export function elementCount(dataspace: Dataspace): number {
  if (dataspace.kind === "null") return 0;
  if (dataspace.kind !== "simple") return 1;
  const count = dataspace.shape.reduce((n, length) => n * length, 1);
  if (!Number.isSafeInteger(count)) throw malformed(`a shape of ${dataspace.shape.join(" x ")} elements`);
  return count;
}
