import { describe, expect, test } from "@jest/globals";
import { skyBounds } from "../../src/convention/wcs/sky-bounds.js";
import { skyOfPixels } from "../../src/convention/wcs/sky-of-pixels.js";
import { wholeBox } from "../../src/schema/box.js";
import { type Header, wcsOf } from "./wcs-fixture.js";

function tan(lon: number, lat: number, step = 0.1): Header {
  return {
    CTYPE1: "RA---TAN",
    CTYPE2: "DEC--TAN",
    CRPIX1: 20.5,
    CRPIX2: 15.5,
    CDELT1: -step,
    CDELT2: step,
    CRVAL1: lon,
    CRVAL2: lat,
  };
}

const shape = [30, 40];

/** Bounds from every pixel of an image less than half the sky wide. */
function fromAll(header: Header) {
  const { lon, lat } = skyOfPixels(wcsOf(header, shape), wholeBox(shape));
  const reference = Number(header.CRVAL1);
  const east = Array.from(lon, (angle) => ((angle - reference + 540) % 360) - 180);
  const whole = (offset: number) => expect.closeTo((reference + offset + 360) % 360, 10);
  return {
    west: whole(Math.min(...east)),
    east: whole(Math.max(...east)),
    south: expect.closeTo(Math.min(...lat), 10),
    north: expect.closeTo(Math.max(...lat), 10),
  };
}

describe("the bounds of an image on the sky", () => {
  test.each([
    [120, 0],
    [250, 50],
    [83, -72],
  ])("at %d %d are those of all its pixels", (lon, lat) => {
    const header = tan(lon, lat);
    expect(skyBounds(wcsOf(header, shape))).toEqual(fromAll(header));
  });

  test("across longitude 0, west is greater than east", () => {
    const header = tan(0, 10);
    const bounds = skyBounds(wcsOf(header, shape));
    expect(bounds).toEqual(fromAll(header));
    expect(bounds?.west).toBeGreaterThan(bounds?.east as number);
  });

  test.each([
    [90, { south: expect.closeTo(87.59, 1), north: 90 }],
    [-90, { south: -90, north: expect.closeTo(-87.59, 1) }],
    [89.3, { south: expect.closeTo(87.1, 0), north: 90 }],
  ])("a pole inside the image around latitude %d is reached, all around", (lat, expected) => {
    expect(skyBounds(wcsOf(tan(200, lat), shape))).toMatchObject({ west: 0, east: 360, ...expected });
  });

  test("near a pole that is outside", () => {
    const header = tan(200, 86);
    expect(skyBounds(wcsOf(header, shape))).toEqual(fromAll(header));
  });

  test("the whole sky, with corners that are none", () => {
    const header = { ...tan(0, 0, 9), CTYPE1: "GLON-AIT", CTYPE2: "GLAT-AIT" };
    expect(skyBounds(wcsOf(header, shape))).toMatchObject({ west: 0, east: 360, south: -90, north: 90 });
  });

  test("rows of pixels around the equator", () => {
    const header = { ...tan(0, 0, 9), CTYPE1: "GLON-CAR", CTYPE2: "GLAT-CAR", CDELT2: 1 };
    expect(skyBounds(wcsOf(header, shape))).toMatchObject({ west: 0, east: 360, south: -14.5, north: 14.5 });
  });

  test("a piece of a plate carree that ends at the pole is not all around", () => {
    const header = { ...tan(30, 0, 1), CTYPE1: "GLON-CAR", CTYPE2: "GLAT-CAR", CRPIX2: -60, CRPIX1: 40.5 };
    expect(skyBounds(wcsOf(header, shape))).toEqual({ west: 30.5, east: 69.5, south: 61, north: 90 });
  });

  test("no part of the sky", () => {
    const header = { ...tan(30, 0, 1), CTYPE1: "GLON-SIN", CTYPE2: "GLAT-SIN", CRPIX1: 500 };
    expect(skyBounds(wcsOf(header, shape))).toBeNull();
  });

  test("one pixel", () => {
    const bounds = skyBounds(wcsOf({ ...tan(30, 10), CRPIX1: 1, CRPIX2: 1 }, [1, 1]));
    expect(bounds?.west).toBeCloseTo(30, 10);
    expect(bounds?.east).toBeCloseTo(30, 10);
    expect(bounds?.north).toBeCloseTo(10, 10);
  });
});
