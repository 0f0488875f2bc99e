import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isSet, packBits } from "../../src/schema/bitmap.js";
import { swapBytes, viewAs, widenFloat16 } from "../../src/schema/typed-array.js";

describe("float16", () => {
  test("equals the platform's own conversion over all 65,536 patterns", () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const view = new DataView(halves.buffer);
    const own = widenFloat16(halves);
    const getFloat16 = (view as DataView & { getFloat16(offset: number, little: boolean): number }).getFloat16;
    for (let i = 0; i < 65536; i++) expect(Object.is(own[i], getFloat16.call(view, i * 2, true))).toBe(true);
  });
});

describe("viewAs and swapBytes", () => {
  test("a big-endian float64 at an odd offset", () => {
    const bytes = new Uint8Array(9);
    new DataView(bytes.buffer).setFloat64(1, -1.5, false);
    const own = bytes.slice(1);
    swapBytes(own, 8);
    expect([...(viewAs("float64", own) as Float64Array)]).toEqual([-1.5]);
  });
});

describe("a Buffer, whose slice is a view,", () => {
  test("at an odd offset is copied before it is seen as wider elements", () => {
    const whole = Buffer.alloc(24);
    whole.writeDoubleLE(2.5, 3);
    whole.writeDoubleLE(-7, 11);
    expect([...(viewAs("float64", whole.subarray(3, 19)) as Float64Array)]).toEqual([2.5, -7]);
  });
});

describe("packBits", () => {
  test("bit i is flag i, and zeros are counted", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (flags) => {
        const bitmap = packBits(Uint8Array.from(flags, Number));
        expect(flags.map((_, i) => isSet(bitmap, i))).toEqual(flags);
        expect(bitmap.zeros).toBe(flags.filter((f) => !f).length);
      }),
    );
  });
});
