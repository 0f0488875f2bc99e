import { describe, expect, test } from "@jest/globals";
import { pixelsOfSky } from "../../src/convention/wcs/pixels-of-sky.js";
import { skyOfPixels } from "../../src/convention/wcs/sky-of-pixels.js";
import { wholeBox } from "../../src/schema/box.js";
import { type Case, casesOf, separation, wcsOf } from "./wcs-fixture.js";

const cases = casesOf("wcs-projections.json");

/** The largest distance in degrees from astropy's figures. */
function worst({ header, shape, pixels, lon, lat }: Case): number {
  const wcs = wcsOf(header, shape);
  const sky = skyOfPixels(wcs, wholeBox(shape));
  let most = 0;
  pixels?.forEach(([row = 0, column = 0], i) => {
    const at = row * (shape[1] as number) + column;
    most = Math.max(most, separation([sky.lon[at] ?? null, sky.lat[at] ?? null], [lon[i] ?? null, lat[i] ?? null]));
  });
  return most;
}

/** The largest distance in pixels, of positions that both give; infinite where only one gives any. */
function worstBack({ header, shape, sky = [], back = [] }: Case): number {
  const wcs = wcsOf(header, shape);
  const found = pixelsOfSky(
    wcs,
    sky.map(([lon]) => lon),
    sky.map(([, lat]) => lat),
  );
  let most = 0;
  back.forEach((position, i) => {
    const own = [found.first[i] as number, found.second[i] as number] as const;
    if (position === null || Number.isNaN(own[0])) {
      if (position !== null || !Number.isNaN(own[0])) most = Number.POSITIVE_INFINITY;
      return;
    }
    const scale = Math.max(1, Math.abs(position[0] as number), Math.abs(position[1] as number));
    most = Math.max(most, Math.hypot(own[0] - (position[0] as number), own[1] - (position[1] as number)) / scale);
  });
  return most;
}

describe("every celestial projection gives astropy's figures", () => {
  const answered = cases.filter((c) => c.pixels !== null);
  test.each(answered.map((c) => [c.name, c] as const))("%s", (_, c) => {
    expect(worst(c)).toBeLessThan(1e-9);
  });
  test.each(answered.map((c) => [c.name, c] as const))("%s, from the sky to pixels", (_, c) => {
    expect(worstBack(c)).toBeLessThan(1e-8);
  });
});

describe("headers without a native pole", () => {
  test.each(cases.filter((c) => c.pixels === null).map((c) => [c.name, c] as const))("%s", (_, c) => {
    const wcs = wcsOf(c.header, c.shape);
    expect(wcs.sky).toBeNull();
    expect(wcs.warnings).toMatchObject([{ kind: "malformed", name: "LONPOLE" }]);
  });
});
