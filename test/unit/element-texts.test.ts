import { describe, expect, it } from "@jest/globals";
import { elementReader as readerOfHdf5 } from "../../plugins/hdf5/src/values/element-reader.js";
import { decodeElements } from "../../src/format/elements.js";
import type { DType } from "../../src/schema/dtype.js";

/** Texts of four bytes; what is dropped of them is told in the design: NULs everywhere, blanks where they pad. */
const cells = ["q\0\0\0", "ab  ", "q\0^\0", "    ", "\0\0\0\0"];

describe("texts of a fixed length", () => {
  it.each([
    ["nul-terminated", ["q", "ab  ", "q", "    ", ""]],
    ["nul-padded", ["q", "ab  ", "q^", "    ", ""]],
    ["space-padded", ["q", "ab", "q^", "", ""]],
  ] as const)("%s: no NUL is left", (padding, texts) => {
    const dtype: DType = { name: "string", size: 4, text: { variable: false, padding, charset: "utf-8" } };
    const bytes = Buffer.from(cells.join(""), "latin1");
    expect(decodeElements(dtype, bytes)).toEqual(texts);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const read = readerOfHdf5(dtype as never, {} as never);
    expect(cells.map((_, i) => read(view, 4 * i))).toEqual(texts);
  });
});
