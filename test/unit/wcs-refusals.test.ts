import { describe, expect, test } from "@jest/globals";
import { pixelsOfSky } from "../../src/convention/wcs/pixels-of-sky.js";
import { PROJECTIONS } from "../../src/convention/wcs/projections.js";
import { readWcs } from "../../src/convention/wcs/read-wcs.js";
import { skyBounds } from "../../src/convention/wcs/sky-bounds.js";
import { skyOfPixels } from "../../src/convention/wcs/sky-of-pixels.js";
import { skyOfPositions } from "../../src/convention/wcs/sky-of-positions.js";
import { attributesOf, type Header, wcsOf } from "./wcs-fixture.js";

const shape = [20, 30];
const steps = { CRPIX1: 1, CRPIX2: 1, CRVAL1: 10, CRVAL2: 20, CDELT1: -0.1, CDELT2: 0.1 };
const tan: Header = { CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", ...steps };

function of(code: string): Header {
  return { ...steps, CTYPE1: `RA---${code}`, CTYPE2: `DEC--${code}` };
}

describe("what is not computed is named", () => {
  test.each(["TNX", "ZPX", "TAB", "DSS", "XYZ"])("the projection %s", (code) => {
    const wcs = wcsOf(of(code), shape);
    expect(wcs.sky).toBeNull();
    expect(wcs.warnings).toMatchObject([{ kind: "unsupported", name: code }]);
    expect(() => skyOfPixels(wcs, [])).toThrow(
      expect.objectContaining({ tag: "unsupported", message: expect.stringContaining(code) }),
    );
    expect(skyBounds(wcs)).toBeNull();
  });

  test.each(["CPDIS1", "D2IMDIS2", "D2IMFILE", "CQDIS1"])("the distortion of %s", (name) => {
    const wcs = wcsOf({ ...tan, [name]: "LOOKUP" }, shape);
    expect(wcs.sky).toBeNull();
    expect(wcs.warnings).toMatchObject([{ kind: "unsupported", name }]);
  });

  test("a unit that is no angle", () => {
    expect(wcsOf({ ...tan, CUNIT1: "m" }, shape)).toMatchObject({ sky: null, warnings: [{ kind: "unsupported", name: "CUNIT1" }] });
  });

  test("more terms than TPV has", () => {
    expect(wcsOf({ ...of("TPV"), PV1_1: 1, PV1_40: 1 }, shape)).toMatchObject({ sky: null, warnings: [{ name: "TPV" }] });
  });
});

describe("what is wrong is said", () => {
  test.each<[string, Header, string]>([
    ["no partner", { ...tan, CTYPE2: "FREQ" }, "RA---TAN"],
    ["another projection", { ...tan, CTYPE2: "DEC--SIN" }, "RA---TAN"],
    ["another system", { ...tan, CTYPE2: "GLAT-TAN" }, "RA---TAN"],
    ["two pairs", { ...tan, CTYPE3: "GLON-CAR", CTYPE4: "GLAT-CAR" }, "RA---TAN"],
    ["a step of zero", { ...tan, CDELT1: 0 }, "CD"],
    ["a conic without its latitude", of("COD"), "COD"],
    ["parameters without an image", { ...of("CEA"), PV2_1: 0 }, "CEA"],
    ["a SIP of half", { ...tan, A_ORDER: 2 }, "SIP"],
    ["a SIP of an order beyond reason", { ...tan, A_ORDER: 1e9, B_ORDER: 2 }, "SIP"],
    ["NCP on the equator", { ...of("NCP"), CRVAL2: 0 }, "NCP"],
    ["a latitude beyond the pole", { ...tan, CRVAL2: 90.5 }, "LONPOLE"],
  ])("%s", (_, header, name) => {
    const wcs = wcsOf(header, shape);
    expect(wcs.sky).toBeNull();
    expect(wcs.warnings).toMatchObject([{ kind: "malformed", name }]);
  });

  test("CD beside PC: PC is used", () => {
    const wcs = wcsOf({ ...tan, CD1_1: 5, PC1_1: 1 }, shape);
    expect(wcs.warnings).toMatchObject([{ kind: "malformed", name: "CD" }]);
    expect(wcs.transform.matrix.map((row) => [...row])).toEqual([
      [-0.1, 0],
      [0, 0.1],
    ]);
  });

  test("an axis of many pixels for which CDi_j has nothing but zeros; wcslib refuses such a matrix", () => {
    const cd: Header = { ...tan, CD1_1: -0.1, CD2_2: 0.1, CTYPE3: "FREQ", CRVAL3: 100, CDELT3: 5 };
    const wcs = wcsOf(cd, [6, ...shape]);
    expect(wcs.linear).toEqual([]);
    expect(wcs.warnings).toMatchObject([{ kind: "malformed", name: "FREQ" }]);
    expect(wcs.sky).not.toBeNull();
    // One pixel has one coordinate whatever the matrix says.
    expect(wcsOf(cd, [1, ...shape])).toMatchObject({ warnings: [], linear: [{ name: "freq", value: 100, step: 0 }] });
  });

  test("cards of the wrong type, NaN and absurd numbers are as if absent", () => {
    const header = { ...tan, CRPIX1: "x", LONPOLE: Number.NaN, WCSAXES: 1e9, PV2_1: "a", CDELT77: 1 };
    const wcs = wcsOf(header, shape);
    expect(wcs.transform.matrix).toHaveLength(77);
    expect(wcs.transform.reference[0]).toBe(0);
    expect(wcs.sky?.pole.phi).toBe(180);
  });

  test("a box or positions over the wrong number of axes", () => {
    const wcs = wcsOf(tan, shape);
    const usage = expect.objectContaining({ tag: "usage" });
    expect(() => skyOfPixels(wcs, [{ start: 0, stop: 1 }])).toThrow(usage);
    expect(() => skyOfPositions(wcs, [[1]])).toThrow(usage);
    expect(() => skyOfPositions(wcs, [[1], [1, 2]])).toThrow(usage);
  });

  test("positions in the plane of a sky that moves along three axes", () => {
    const wcs = wcsOf({ ...tan, CTYPE3: "FREQ", PC1_3: 1 }, [3, ...shape]);
    expect(wcs.sky?.axes).toEqual([0, 1, 2]);
    expect(() => pixelsOfSky(wcs, [1], [1])).toThrow(expect.objectContaining({ tag: "unsupported" }));
  });

  test("an empty box", () => {
    expect(
      skyOfPixels(wcsOf(tan, shape), [
        { start: 3, stop: 3 },
        { start: 0, stop: 4 },
      ]).lon,
    ).toHaveLength(0);
  });
});

describe("frames are kept", () => {
  test.each<[Header, { radesys?: string; equinox?: number }]>([
    [{}, { radesys: "ICRS" }],
    [{ EQUINOX: 1950 }, { radesys: "FK4", equinox: 1950 }],
    [{ EQUINOX: 2000 }, { radesys: "FK5", equinox: 2000 }],
    [{ EPOCH: 1950 }, { radesys: "FK4", equinox: 1950 }],
    [{ RADESYS: "FK5" }, { radesys: "FK5", equinox: 2000 }],
    [{ RADESYS: "FK4-NO-E" }, { radesys: "FK4-NO-E", equinox: 1950 }],
    [
      { RADECSYS: "GAPPT", EQUINOX: 2010.5 },
      { radesys: "GAPPT", equinox: 2010.5 },
    ],
  ])("%j", (cards, frame) => {
    const { radesys, equinox } = wcsOf({ ...tan, ...cards } as Header, shape).sky ?? {};
    expect({ radesys, equinox }).toEqual(frame);
  });

  test("galactic coordinates have none", () => {
    const wcs = wcsOf({ ...tan, CTYPE1: "GLON-TAN", CTYPE2: "GLAT-TAN", EQUINOX: 2000 }, shape);
    expect(wcs.sky).toMatchObject({ names: ["glon", "glat"], code: "TAN", axes: [0, 1] });
    expect(wcs.sky?.radesys).toBeUndefined();
  });
});

describe("alternate descriptions", () => {
  const header = { ...tan, WCSNAMEB: "detector", CTYPE1B: "DETX", CTYPE2B: "DETY", CDELT1B: 2, CRVAL1B: 7, CTYPE1P: "GLON-CAR" };

  test("are told apart by their letter", () => {
    const wcs = wcsOf(header, shape, "B");
    expect(wcs).toMatchObject({ alternate: "B", name: "detector", sky: null, warnings: [] });
    expect(wcs.linear.map(({ name, value, step }) => [name, value, step])).toEqual([
      ["detx", 7, 2],
      ["dety", 0, 1],
    ]);
    expect(readWcs(attributesOf(header), shape, "C")).toBeNull();
  });
});

test("every projection of the standard is there", () => {
  const codes = "AZP SZP TAN STG SIN ARC ZPN ZEA AIR CYP CEA CAR MER SFL PAR MOL AIT COP COE COD COO BON PCO TSC CSC QSC HPX XPH";
  expect([...PROJECTIONS.keys()]).toEqual(codes.split(" "));
});
