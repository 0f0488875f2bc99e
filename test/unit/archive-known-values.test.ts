import { describe, expect, test } from "@jest/globals";
import { decodeKnown, decodeKnownRange, encodeKnown, indexTypeOf, sliceKnown } from "../../src/archive/known-values.js";
import { packBits } from "../../src/schema/bitmap.js";

describe("values known at planning time", () => {
  test("are base64 of little-endian bytes, as numpy writes them", () => {
    // base64.b64encode(numpy.array([1.5, -2, numpy.nan], "<f4")).decode()
    expect(encodeKnown(Float32Array.of(1.5, -2, Number.NaN))).toEqual({
      kind: "numbers",
      type: "float32",
      base64: "AADAPwAAAMAAAMB/",
    });
    // base64.b64encode(numpy.array([2**62 + 1, -1], "<i8")).decode()
    expect(encodeKnown(BigInt64Array.of(2n ** 62n + 1n, -1n))).toEqual({
      kind: "numbers",
      type: "int64",
      base64: "AQAAAAAAAED//////////w==",
    });
  });

  test.each([
    ["int8", Int8Array.of(-128, 127)],
    ["uint8", Uint8Array.of(0, 255)],
    ["int16", Int16Array.of(-32768, 1)],
    ["uint16", Uint16Array.of(65535)],
    ["int32", Int32Array.of(-1, 2 ** 31 - 1)],
    ["uint32", Uint32Array.of(2 ** 32 - 1)],
    ["int64", BigInt64Array.of(-(2n ** 63n))],
    ["uint64", BigUint64Array.of(2n ** 64n - 1n)],
    ["float32", Float32Array.of(0.1)],
    ["float64", Float64Array.of(Math.PI)],
  ] as const)("come back as %s", (type, values) => {
    const known = encodeKnown(values);
    expect(known).toMatchObject({ kind: "numbers", type });
    expect(decodeKnown(JSON.parse(JSON.stringify(known)), values.length)).toEqual({ values });
  });

  test("keep what is missing", () => {
    const known = encodeKnown(Int16Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]), packBits(Uint8Array.of(1, 1, 0, 1, 1, 1, 1, 1, 0)));
    const column = decodeKnown(known);
    expect(column.validity).toMatchObject({ length: 9, zeros: 2 });
    expect(sliceKnown(column, { start: 2, stop: 9 })).toEqual({
      values: Int16Array.from([3, 4, 5, 6, 7, 8, 9]),
      validity: { bits: Uint8Array.of(0b0111110), length: 7, zeros: 2 },
    });
  });

  test("give texts with nulls", () => {
    expect(encodeKnown(["a", null, "b"])).toEqual({ kind: "strings", values: ["a", null, "b"] });
    expect(encodeKnown(["a", "x"], packBits(Uint8Array.of(1, 0)))).toEqual({ kind: "strings", values: ["a", null] });
    expect(decodeKnownRange({ kind: "strings", values: ["a", null, "b"] }, 3, { start: 1, stop: 3 }).values).toEqual([null, "b"]);
  });

  test("count an index, in 32 bits while they last", () => {
    expect(decodeKnown({ kind: "index" }, 3).values).toEqual(Int32Array.of(0, 1, 2));
    expect(indexTypeOf(2 ** 31)).toBe("int32");
    expect(indexTypeOf(2 ** 31 + 1)).toBe("int64");
    const far = decodeKnownRange({ kind: "index" }, 2 ** 33, { start: 2 ** 32, stop: 2 ** 32 + 2 });
    expect(far.values).toEqual(BigInt64Array.of(2n ** 32n, 2n ** 32n + 1n));
  });

  test("refuse what does not fit", () => {
    expect(() => decodeKnown({ kind: "numbers", type: "int32", base64: "AAAA" })).toThrow(/3 bytes for values of 4/);
    expect(() => decodeKnown(encodeKnown(Int8Array.of(1, 2)), 3)).toThrow(/2 values for a column of 3/);
    expect(() => decodeKnown({ ...(encodeKnown(Int8Array.of(1)) as object), validity: "AAAA" } as never)).toThrow(
      /3 bytes of validity/,
    );
  });
});
