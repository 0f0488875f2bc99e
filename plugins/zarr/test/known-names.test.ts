import { expect, test } from "@jest/globals";
import { namesKnownFrom } from "../src/known-names.js";

test("a group may name hundreds of thousands of arrays", () => {
  const arrays = Array.from({ length: 200_000 }, (_, i) => `a${i}`);
  const attributes = { _nczarr_group: { arrays }, labels: arrays, multiscales: [{ datasets: arrays }] };
  const names = namesKnownFrom({ key: "g", kind: "group", version: 2, metadata: {}, attributes });
  expect(names).toHaveLength(200_000);
  expect(names.at(-1)).toBe("g/a199999");
});
