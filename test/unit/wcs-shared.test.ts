import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { skyBounds } from "../../src/convention/wcs/sky-bounds.js";
import { skyOfPositions } from "../../src/convention/wcs/sky-of-positions.js";
import { type Header, separation, wcsOf } from "./wcs-fixture.js";

/** Real files and what astropy says of them; the folders lie beside the checkout, or where GRATICULE_SHARED says. */
const shared = process.env.GRATICULE_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const [data, reference] = [join(shared, "data"), join(shared, "data-reference")];
const BLOCK = 2880;

interface Answer {
  readonly frame_ctype: readonly string[];
  readonly radesys: string;
  /** FITS order, from 0. */
  readonly pixels0: readonly (readonly number[])[];
  readonly world_deg: readonly (readonly (number | "NaN")[])[];
}

function* answers(): Generator<[string, string, number, Answer]> {
  for (const name of readdirSync(reference, { recursive: true, encoding: "utf8" })) {
    if (!/\.fi?t[^/]*\.json$/.test(name)) continue;
    const { hdus = [] } = JSON.parse(readFileSync(join(reference, name), "utf8"));
    const file = join(data, name.slice(0, -5));
    for (const [i, { wcs }] of (hdus as { wcs?: Answer }[]).entries()) if (wcs) yield [`${name} ${i}`, file, i, wcs];
  }
}

/** The cards of the numbered header: enough of FITS for files that astropy reads. */
function headerOf(file: string, number: number): Header {
  const stored = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(stored) : stored).toString("latin1");
  let at = 0;
  for (let i = 0; ; i++) {
    const header: Record<string, number | string> = {};
    let card = "";
    for (; !/^END +$/.test(card); at += 80) {
      card = text.slice(at, at + 80);
      const match = /^([A-Z0-9_-]+) *= +(?:'((?:[^']|'')*)'|([^ /]+))/.exec(card);
      if (match?.[2] !== undefined) header[match[1] as string] = match[2].trimEnd();
      else if (match) header[match[1] as string] = Number(match[3]?.replace(/D/i, "E"));
    }
    at = Math.ceil(at / BLOCK) * BLOCK;
    if (i === number) return header;
    at += Math.ceil(dataBytes(header) / BLOCK) * BLOCK;
  }
}

function dataBytes(header: Header): number {
  const axes = Array.from({ length: Number(header.NAXIS) }, (_, k) => Number(header[`NAXIS${k + 1}`]));
  const elements = axes.length === 0 ? 0 : axes.reduce((product, length) => product * length, 1);
  return (Math.abs(Number(header.BITPIX)) / 8) * (elements + Number(header.PCOUNT ?? 0)) * Number(header.GCOUNT ?? 1);
}

const present = existsSync(reference) && existsSync(data);

(present ? describe : describe.skip)("real headers", () => {
  const cases: [string, string, number, Answer][] = present ? [...answers()] : [["absent", "", 0, {} as Answer]];
  test.each(cases)("%s", (_, file, number, answer) => {
    const header = headerOf(file, number);
    const prefix = header.ZIMAGE === undefined ? "NAXIS" : "ZNAXIS";
    const shape = Array.from({ length: Number(header[prefix]) }, (_, k) => Number(header[`${prefix}${k + 1}`])).reverse();
    const wcs = wcsOf(header, shape);
    expect(wcs.sky?.radesys ?? "").toBe(answer.radesys);
    answer.pixels0.forEach(([x = 0, y = 0], i) => {
      const { lon, lat } = skyOfPositions(wcs, [[y], [x]]);
      const world = (answer.world_deg[i] ?? []).map((value) => (value === "NaN" ? null : value));
      expect(separation([lon[0] ?? null, lat[0] ?? null], world)).toBeLessThan(1e-9);
    });
    expect(skyBounds(wcs)).not.toBeNull();
  });
});
