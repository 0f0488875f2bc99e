import { FitsError } from "../error.js";
import { BitReader, endsEarly } from "./bit-reader.js";
import { invertTransform } from "./h-transform.js";
import { readQuadrant } from "./quadtree.js";

const HEADER = 25;
const MAX_PLANES = 52;

/**
 * HCOMPRESS_1 (FITS 4.0, section 10.4.4): the H-transform's coefficients in bit planes, quadrant by quadrant, then their signs.
 *
 * @param count pixels that the tile has
 * @param smooth as the writer's SMOOTH asks for
 * @returns row-major, of whole numbers
 * @throws `malformed`
 */
export function decodeHcompress(bytes: Uint8Array, count: number, smooth: boolean): Float64Array {
  if (bytes.length < HEADER) throw endsEarly(bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 0xdd99)
    throw new FitsError("malformed", `an HCOMPRESS_1 tile begins with dd99; found ${view.getUint16(0).toString(16)}`);
  const [height, width, scale] = [view.getInt32(2), view.getInt32(6), view.getInt32(10)];
  if (height < 1 || width < 1 || height * width !== count)
    throw new FitsError("malformed", `an HCOMPRESS_1 tile of ${height} × ${width} where ${count} pixels are meant`);
  const planes = [bytes[22] as number, bytes[23] as number, bytes[24] as number] as const;
  if (Math.max(...planes) > MAX_PLANES)
    throw new FitsError("malformed", `an HCOMPRESS_1 tile of ${Math.max(...planes)} bit planes`);
  const coefficients = new Float64Array(count);
  const bits = new BitReader(bytes, HEADER);
  const [halfHeight, halfWidth] = [(height + 1) >> 1, (width + 1) >> 1];
  const [restHeight, restWidth] = [height >> 1, width >> 1];
  readQuadrant(bits, coefficients, 0, width, halfHeight, halfWidth, planes[0]);
  readQuadrant(bits, coefficients, halfWidth, width, halfHeight, restWidth, planes[1]);
  readQuadrant(bits, coefficients, width * halfHeight, width, restHeight, halfWidth, planes[1]);
  readQuadrant(bits, coefficients, width * halfHeight + halfWidth, width, restHeight, restWidth, planes[2]);
  if (bits.bits(4) !== 0) throw new FitsError("malformed", "the bit planes of an HCOMPRESS_1 tile do not end where they should");
  bits.align();
  for (let i = 0; i < count; i++) if (coefficients[i] !== 0 && bits.bits(1) === 1) coefficients[i] = -(coefficients[i] as number);
  coefficients[0] = Number(view.getBigInt64(14));
  if (scale > 1) for (let i = 0; i < count; i++) coefficients[i] = (coefficients[i] as number) * scale;
  invertTransform(coefficients, height, width, smooth ? Math.floor(scale / 2) : 0);
  return coefficients;
}
