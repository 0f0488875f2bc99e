import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { hasKernels } from "../../src/codec/kernels.js";
import { VECTOR_SIZES } from "../../src/codec/shuffle-kernels.js";
import { BLOCK, unshuffle, unshufflePlanes } from "../../src/codec/unshuffle.js";

/** The definition (HDF5 specification, filter 2): byte k of element i is byte k * count + i. */
function byDefinition(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  const out = bytes.slice();
  if (count > 1) for (let i = 0; i < count; i++) for (let k = 0; k < size; k++) out[i * size + k] = bytes[k * count + i] as number;
  return out;
}

function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
}

test("the vectorised form exists where the tests run", () => {
  expect(hasKernels()).toBe(true);
});

describe.each([false, true])("in place: %s", (overwrite) => {
  test.each([1, 2, 3, 4, 8, 12, 16, 65])("elements of %i bytes equal the definition, whatever the length", (size) => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 3000 }), (bytes) => {
        const expected = byDefinition(bytes, size);
        expect(Buffer.compare(unshuffle(bytes.slice(), size, overwrite), expected)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test.each([...VECTOR_SIZES])("blocks larger than the module's memory, elements of %i bytes", (size) => {
    for (const count of [BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 17]) {
      const bytes = noise(count * size + 1);
      const expected = byDefinition(bytes, size);
      expect(Buffer.compare(unshuffle(bytes, size, overwrite), expected)).toBe(0);
    }
  });
});

test.each([...VECTOR_SIZES])("the loop without SIMD gives the same, elements of %i bytes", (size) => {
  const bytes = noise(1000 * size);
  const out = new Uint8Array(bytes.length);
  unshufflePlanes(bytes, out, size, 1000);
  expect(Buffer.compare(out, unshuffle(bytes, size))).toBe(0);
});

test("leaves its input alone unless told otherwise", () => {
  const bytes = noise(4000);
  const before = bytes.slice();
  unshuffle(bytes, 4);
  expect(Buffer.compare(bytes, before)).toBe(0);
});
