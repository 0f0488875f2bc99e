import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { graticule, root } from "./run-graticule.js";

test("texts of attributes end at their NUL, and command no terminal", async () => {
  const { code, stdout } = await graticule(["inspect", join(root, "sample-data/hdf5-attribute-texts.h5"), "--attributes"]);
  const text = stdout.toString("utf8");
  expect(code).toBe(0);
  expect(text).toContain("terminated: abc\n");
  expect(text).toContain("colours: plain \\x1b[31mred\\x1b[0m bell \\x07\n");
  expect([...text].filter((letter) => letter < " " && letter !== "\n")).toEqual([]);
});
