import type { Attributes } from "../../format/contract.js";
import { type Keywords, readNumber } from "./keywords.js";
import { type Polynomial, sip } from "./sip.js";
import { TPV_TERMS, tpv } from "./tpv.js";
import type { Distortion, WcsWarning } from "./wcs.js";

const HIGHEST_ORDER = 9;

/**
 * The simple imaging polynomial (Shupe et al. 2005): A_p_q and B_p_q on pixels relative to CRPIX. It counts wherever both A_ORDER
 * and B_ORDER stand, whether or not CTYPE ends in -SIP.
 *
 * @returns undefined where there is none; null where there is one that cannot be followed (a warning says why)
 */
export function readSip(attributes: Attributes, reference: Float64Array, warnings: WcsWarning[]): Distortion | undefined | null {
  const orders = [readNumber(attributes, "A_ORDER") ?? 0, readNumber(attributes, "B_ORDER") ?? 0] as const;
  if (orders[0] < 2 && orders[1] < 2) return undefined;
  for (const [letter, order] of [["A", orders[0]] as const, ["B", orders[1]] as const]) {
    if (Number.isInteger(order) && order >= 2 && order <= HIGHEST_ORDER) continue;
    warnings.push({ kind: "malformed", name: "SIP", message: `${letter}_ORDER is ${order}: 2 to ${HIGHEST_ORDER} is expected` });
    return null;
  }
  return sip(readPolynomial(attributes, "A", orders[0]), readPolynomial(attributes, "B", orders[1]), reference);
}

function readPolynomial(attributes: Attributes, letter: string, order: number): Polynomial {
  return Array.from({ length: order + 1 }, (_, p) =>
    Float64Array.from({ length: order + 1 - p }, (_, q) => readNumber(attributes, `${letter}_${p}_${q}`) ?? 0),
  );
}

/** The polynomial of TPV, from PVi_m of both axes. The convention: PVi_1 is 1 where absent, all others 0. (wcslib: all 0.) */
export function readTpv(keywords: Keywords, pair: readonly [lon: number, lat: number], warnings: WcsWarning[]): Distortion | null {
  const rows: Float64Array[] = [];
  for (const axis of pair) {
    const beyond = keywords.indicesOf("PV", axis).find((m) => m >= TPV_TERMS);
    if (beyond !== undefined) {
      warnings.push({ kind: "unsupported", name: "TPV", message: `PV${axis}_${beyond}: TPV has terms up to ${TPV_TERMS - 1}` });
      return null;
    }
    rows.push(Float64Array.from({ length: TPV_TERMS }, (_, m) => keywords.pair("PV", axis, m) ?? (m === 1 ? 1 : 0)));
  }
  return tpv(rows[0] as Float64Array, rows[1] as Float64Array);
}

const TABLES = /^(?:CPDIS|CQDIS|D2IMDIS)[1-9]|^D2IMFILE$|^AXISCORR$/;

/** The first keyword that asks for a distortion other than SIP and TPV: look-up tables, detector corrections, TPD. */
export function otherDistortion(attributes: Attributes): string | undefined {
  for (const name of attributes.keys()) if (TABLES.test(name)) return name;
  return undefined;
}
