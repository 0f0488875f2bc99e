import { describe, expect, test } from "@jest/globals";
import { casesOf, wcsOf, worstPixels, worstSky } from "./wcs-fixture.js";

const cases = casesOf("wcs-headers.json").map((c) => [c.name, c] as const);
const answered = cases.filter(([, c]) => c.pixels !== null);

describe("what stands in headers is read as astropy reads it", () => {
  test.each(answered)("%s", (_, c) => {
    expect(worstSky(wcsOf(c.header, c.shape), c)).toBeLessThan(1e-9);
  });
  test.each(answered.filter(([, c]) => c.sky))("%s, from the sky to pixels", (_, c) => {
    expect(worstPixels(wcsOf(c.header, c.shape), c)).toBeLessThan(1e-8);
  });
  test.each(cases.filter(([, c]) => c.pixels === null))("%s is refused", (_, c) => {
    expect(wcsOf(c.header, c.shape).sky).toBeNull();
  });
});
