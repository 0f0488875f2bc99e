/**
 * `value * factor`, first rounded to 64 bits of mantissa (the x87 `long double` in which cftime multiplies), then to an
 * integer, both half to even. @param value finite @param factor a positive integer
 */
export function roundProduct(value: number, factor: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const word = view.getBigUint64(0);
  const biased = Number(word >> 52n);
  const mantissa = (word & ((1n << 52n) - 1n)) | (biased === 0 ? 0n : 1n << 52n);
  let exponent = Math.max(biased, 1) - 1075;
  let product = mantissa * BigInt(factor);
  const excess = product.toString(2).length - 64;
  if (excess > 0) {
    product = shiftHalfEven(product, excess);
    exponent += excess;
  }
  const magnitude = exponent >= 0 ? product << BigInt(exponent) : shiftHalfEven(product, -exponent);
  return value < 0 ? -magnitude : magnitude;
}

function shiftHalfEven(value: bigint, bits: number): bigint {
  const shift = BigInt(bits);
  const quotient = value >> shift;
  const rest = value - (quotient << shift);
  const half = 1n << (shift - 1n);
  return rest > half || (rest === half && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}
