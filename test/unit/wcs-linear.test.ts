import { describe, expect, test } from "@jest/globals";
import { linearCoordinates } from "../../src/convention/wcs/read-linear.js";
import { readWcs } from "../../src/convention/wcs/read-wcs.js";
import { attributesOf, casesOf, type Header, wcsOf } from "./wcs-fixture.js";

interface LinearCase {
  readonly name: string;
  readonly header: Header;
  readonly shape: readonly number[];
  readonly linear: readonly { readonly axis: number; readonly values: readonly number[] }[];
}

const cases = casesOf<LinearCase>("wcs-linear.json").map((c) => [c.name, c] as const);

describe("axes without a projection", () => {
  test.each(cases)("%s: astropy's coordinates", (_, { header, shape, linear }) => {
    const wcs = wcsOf(header, shape);
    expect(wcs.warnings).toEqual([]);
    expect(wcs.linear.map(({ axis }) => axis)).toEqual(linear.map(({ axis }) => axis));
    wcs.linear.forEach((axis, k) => {
      const values = linearCoordinates(axis, 0, shape[axis.axis] as number);
      linear[k]?.values.forEach((value, i) => {
        expect(Math.abs((values[i] as number) - value)).toBeLessThanOrEqual(1e-14 * Math.abs(value));
      });
      expect(linearCoordinates(axis, 1, 3)).toEqual(values.slice(1, 3));
    });
  });

  test("names and units are the header's", () => {
    const header = {
      CTYPE1: "VELO",
      CDELT1: 2,
      CUNIT1: "km/s",
      CTYPE2: "RA",
      CRVAL2: 30,
      CDELT3: 1,
      CTYPE4: "FREQ-LSR",
    };
    expect(wcsOf(header, [2, 3, 4, 5]).linear).toMatchObject([
      { name: "velo", type: "VELO", units: "km/s", worldAxis: 1, axis: 3 },
      { name: "ra", type: "RA", worldAxis: 2, axis: 2 },
      { name: "axis3", type: "", worldAxis: 3, axis: 1 },
      { name: "freq", type: "FREQ-LSR", worldAxis: 4, axis: 0 },
    ]);
  });

  test.each(["FREQ-F2W", "WAVE-TAB", "AWAV-GRI", "FELO-HEL"])("%s is unsupported by name, and no axis", (ctype) => {
    const wcs = wcsOf({ CTYPE1: ctype, CRVAL1: 1, CDELT1: 1 }, [5]);
    expect(wcs.linear).toEqual([]);
    expect(wcs.warnings).toMatchObject([{ kind: "unsupported", name: ctype }]);
  });

  test("an axis along two of the image's is unsupported", () => {
    const wcs = wcsOf({ CTYPE1: "WAVE", CTYPE2: "OFFSET", PC1_2: 0.1 }, [5, 5]);
    expect(wcs.linear.map(({ name }) => name)).toEqual(["offset"]);
    expect(wcs.warnings).toMatchObject([{ kind: "unsupported", name: "WAVE" }]);
  });

  test("no keywords, no axes: no description", () => {
    expect(readWcs(attributesOf({ BITPIX: -32, OBJECT: "M 13" }), [3, 3])).toBeNull();
    expect(readWcs(attributesOf({ CTYPE1: "WAVE" }), [])).toBeNull();
  });
});
