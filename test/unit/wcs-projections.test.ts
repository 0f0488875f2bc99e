import { describe, expect, test } from "@jest/globals";
import { casesOf, wcsOf, worstPixels, worstSky } from "./wcs-fixture.js";

const cases = casesOf("wcs-projections.json").map((c) => [c.name, c] as const);
const answered = cases.filter(([, c]) => c.pixels !== null);

describe("every celestial projection gives astropy's figures", () => {
  test.each(answered)("%s", (_, c) => {
    expect(worstSky(wcsOf(c.header, c.shape), c)).toBeLessThan(1e-9);
  });
  test.each(answered)("%s, from the sky to pixels", (_, c) => {
    expect(worstPixels(wcsOf(c.header, c.shape), c)).toBeLessThan(1e-8);
  });
});

describe("headers without a native pole", () => {
  test.each(cases.filter(([, c]) => c.pixels === null))("%s", (_, c) => {
    const wcs = wcsOf(c.header, c.shape);
    expect(wcs.sky).toBeNull();
    expect(wcs.warnings).toMatchObject([{ kind: "malformed", name: "LONPOLE" }]);
  });
});
