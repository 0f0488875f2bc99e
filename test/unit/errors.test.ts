import { describe, expect, test } from "@jest/globals";
import { asGraticuleError, exitCodeOf, GraticuleError, isGraticuleError } from "../../src/errors.js";

describe("the error family", () => {
  test("an error crosses a worker boundary as plain data and keeps its places", () => {
    const error = new GraticuleError("truncated", "4 bytes needed at offset 10, 2 there", {
      file: "a.nc",
      variable: "/t",
      offset: 10,
    });
    const back = GraticuleError.fromJSON(structuredClone(error.toJSON()));
    expect(back.toJSON()).toEqual({ code: "truncated", message: error.message, file: "a.nc", variable: "/t", offset: 10 });
    expect(exitCodeOf(back)).toBe(3);
  });

  test("a plugin's plain Error with a tag belongs to the family", () => {
    const foreign = Object.assign(new Error("filter 32015 has no decoder"), { tag: "unsupported", offset: 8 });
    expect(isGraticuleError(foreign)).toBe(true);
    const own = asGraticuleError(foreign, { file: "b.h5", offset: 99 });
    expect(own.toJSON()).toEqual({ code: "unsupported", message: "filter 32015 has no decoder", file: "b.h5", offset: 8 });
    expect(exitCodeOf(foreign)).toBe(4);
  });

  test.each([
    ["ENOENT", "not-found", 5],
    ["EACCES", "permission", 5],
    ["ENOSPC", "temporary", 75],
  ])("the system's %s becomes %s with exit code %i", (code, tag, exit) => {
    const error = asGraticuleError(Object.assign(new Error(code), { code }), { file: "x" });
    expect([error.tag, exitCodeOf(error), error.file]).toEqual([tag, exit, "x"]);
  });

  test("what is not ours is a bug and keeps its cause", () => {
    const cause = new TypeError("x is not a function");
    const error = asGraticuleError(cause);
    expect([error.tag, exitCodeOf(cause), error.cause]).toEqual(["internal", 1, cause]);
  });

  test("an unknown tag is no member", () => {
    expect(isGraticuleError(Object.assign(new Error("x"), { tag: "odd" }))).toBe(false);
  });
});
