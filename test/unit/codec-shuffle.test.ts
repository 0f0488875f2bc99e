import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { unshuffle, unshuffleScalar } from "../../src/codec/shuffle.js";
import { unshuffleModule } from "../../src/codec/unshuffle-wasm.js";
import { webAssembly } from "../../src/codec/webassembly.js";

/** The definition (HDF5 specification, filter 2): output byte k of element i is input byte k * count + i. */
function byDefinition(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  const out = bytes.slice();
  for (let i = 0; i < count; i++) for (let k = 0; k < size; k++) out[i * size + k] = bytes[k * count + i] as number;
  return out;
}

describe("unshuffle", () => {
  test("the module is valid where the tests run", () => {
    expect(webAssembly.validate(unshuffleModule())).toBe(true);
  });

  test.each([1, 2, 3, 4, 8, 12])("elements of %i bytes equal the definition, whatever the length", (size) => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 3000 }), (bytes) => {
        expect(Buffer.compare(unshuffle(bytes, size), byDefinition(bytes, size))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test.each([2, 4, 8])("blocks larger than the kernel's memory, elements of %i bytes", (size) => {
    const bytes = Uint8Array.from({ length: 5_000_003 }, (_, i) => (i * 2654435761) >>> 24);
    expect(Buffer.compare(unshuffle(bytes, size), byDefinition(bytes, size))).toBe(0);
  });

  test("the scalar loop alone gives the same", () => {
    const bytes = Uint8Array.from({ length: 4000 }, (_, i) => (i * 31) & 255);
    const out = new Uint8Array(4000);
    unshuffleScalar(bytes, 4, 1000, out, 0);
    expect(Buffer.compare(out, byDefinition(bytes, 4))).toBe(0);
  });
});
