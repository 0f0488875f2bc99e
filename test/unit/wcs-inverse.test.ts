import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { pixelsOfSky } from "../../src/convention/wcs/pixels-of-sky.js";
import { skyOfPixels } from "../../src/convention/wcs/sky-of-pixels.js";
import { skyOfPositions } from "../../src/convention/wcs/sky-of-positions.js";
import { casesOf, type Header, separation, wcsOf } from "./wcs-fixture.js";

/** Projections and the parameters of the latitude axis to choose from. CSC is none of them: its two maps are two fits. */
const angle = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const sign = fc.constantFrom(-1, 1);
const parallel = fc.tuple(sign, angle(15, 70)).map(([s, a]) => s * a);
const PARAMETERS: Readonly<Record<string, readonly fc.Arbitrary<number>[]>> = {
  AZP: [angle(0, 3), angle(-50, 50)],
  SZP: [angle(0, 3), angle(-180, 180), angle(30, 90)],
  TAN: [],
  STG: [],
  SIN: [angle(-1, 1), angle(-1, 1)],
  ARC: [],
  ZPN: [angle(0.9, 1.1), angle(-0.05, 0.05), angle(-0.05, 0.05)],
  ZEA: [],
  AIR: [angle(-30, 90)],
  CYP: [angle(0.1, 2), angle(0.3, 2)],
  CEA: [angle(0.1, 1)],
  CAR: [],
  MER: [],
  SFL: [],
  PAR: [],
  MOL: [],
  AIT: [],
  COP: [parallel, angle(0, 15)],
  COE: [parallel, angle(0, 15)],
  COD: [parallel, angle(0, 15)],
  COO: [parallel, angle(0, 15)],
  BON: [parallel],
  PCO: [],
  TSC: [],
  QSC: [],
  HPX: [fc.constantFrom(3, 4, 6), fc.constantFrom(2, 3, 5)],
  XPH: [],
};

const shape = [400, 600];

function headerOf(code: string): fc.Arbitrary<Header> {
  const values = fc.tuple(...(PARAMETERS[code] as fc.Arbitrary<number>[]));
  return fc
    .tuple(values, angle(0, 360), angle(-89, 89), angle(-180, 180), angle(1e-4, 0.5), sign, angle(100, 500), angle(100, 300))
    .map(([parameters, lon, lat, turn, step, mirror, x, y]) => ({
      CTYPE1: `RA---${code}`,
      CTYPE2: `DEC--${code}`,
      CRVAL1: lon,
      CRVAL2: lat,
      CRPIX1: x,
      CRPIX2: y,
      CD1_1: mirror * step * Math.cos((turn * Math.PI) / 180),
      CD1_2: -step * Math.sin((turn * Math.PI) / 180),
      CD2_1: mirror * step * Math.sin((turn * Math.PI) / 180),
      CD2_2: step * Math.cos((turn * Math.PI) / 180),
      ...Object.fromEntries(parameters.map((value, m) => [`PV2_${m + 1}`, value])),
    }));
}

const position = fc.tuple(angle(0, 399), angle(0, 599));

describe("pixels of the sky of pixels are the pixels", () => {
  test.each(Object.keys(PARAMETERS))("%s", (code) => {
    let shown = 0;
    let elsewhere = 0;
    fc.assert(
      fc.property(headerOf(code), position, (header, [row, column]) => {
        const wcs = wcsOf(header, shape);
        if (wcs.sky === null) return;
        const { lon, lat } = skyOfPositions(wcs, [[row], [column]]);
        if (Number.isNaN(lon[0])) return;
        const again = pixelsOfSky(wcs, lon, lat);
        // A limb, a seam or a pole: what rounds to the other side of it has its pixel there. The sky must agree.
        const back = skyOfPositions(wcs, [again.first, again.second]);
        const near = Math.hypot((again.first[0] as number) - row, (again.second[0] as number) - column) < 1e-8;
        shown++;
        if (near) return;
        elsewhere++;
        expect(separation([back.lon[0] ?? null, back.lat[0] ?? null], [lon[0] ?? null, lat[0] ?? null])).toBeLessThan(1e-9);
      }),
      { numRuns: 400 },
    );
    expect(shown).toBeGreaterThan(50);
    // Face 4 of a cube stands on either side of the plane.
    expect(elsewhere / shown).toBeLessThan(code.endsWith("SC") ? 0.2 : 0.01);
  });

  const distorted = casesOf("wcs-headers.json").filter(({ name, pixels }) => pixels && /SIP|TPV/.test(name));
  test.each(distorted.map((c) => [c.name, c] as const))("%s", (_, c) => {
    const wcs = wcsOf(c.header, c.shape);
    fc.assert(
      fc.property(angle(0, 32), angle(0, 47), (row, column) => {
        const { lon, lat } = skyOfPositions(wcs, [[row], [column]]);
        const again = pixelsOfSky(wcs, lon, lat);
        expect(Math.hypot((again.first[0] as number) - row, (again.second[0] as number) - column)).toBeLessThan(1e-8);
      }),
      { numRuns: 200 },
    );
  });
});

describe("boxes", () => {
  test.each(
    [...casesOf("wcs-headers.json"), ...casesOf("wcs-projections.json")].filter((c) => c.pixels).map((c) => [c.name, c] as const),
  )("%s: every box gives what its pixels give alone", (_, c) => {
    const wcs = wcsOf(c.header, c.shape);
    const lengths = (wcs.sky?.axes ?? []).map((axis) => c.shape[axis] as number);
    const start = lengths.map((length) => Math.floor(length / 3));
    const box = start.map((from) => ({ start: from, stop: from + 2 }));
    const whole = skyOfPixels(wcs, box);
    const alone = start.reduce<number[][]>(
      (boxes, from) =>
        boxes.flatMap((b) => [
          [...b, from],
          [...b, from + 1],
        ]),
      [[]],
    );
    alone.forEach((pixel, i) => {
      const one = skyOfPixels(
        wcs,
        pixel.map((from) => ({ start: from, stop: from + 1 })),
      );
      expect([one.lon[0], one.lat[0]]).toEqual([whole.lon[i], whole.lat[i]]);
      const between = skyOfPositions(
        wcs,
        pixel.map((at) => [at]),
      );
      expect(separation([between.lon[0] ?? null, between.lat[0] ?? null], [one.lon[0] ?? null, one.lat[0] ?? null])).toBeLessThan(
        1e-10,
      );
    });
  });
});
