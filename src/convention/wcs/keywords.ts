import type { Attributes } from "../../format/contract.js";

const INDEXED = /^(CTYPE|CUNIT|CRPIX|CRVAL|CDELT|CROTA)([1-9]\d?)([A-Z]?)$/;
const PAIRED = /^(PC|CD|PV)([1-9]\d?)_(\d\d?)([A-Z]?)$/;
/** The form of 1988's draft. */
const PADDED = /^(PC|CD)0(\d\d)0(\d\d)$/;

/** The keywords of one description of world coordinates (Greisen & Calabretta 2002, table 1). Axes are FITS numbers from 1. */
export interface Keywords {
  /** "" or a letter. */
  readonly alternate: string;
  /** The highest axis that a keyword names; 0 where there are none. */
  readonly highest: number;
  /** A keyword without an axis: LONPOLE, RADESYS. */
  number(name: string): number | undefined;
  text(name: string): string | undefined;
  /** CRPIXi and the like. */
  numberOf(name: string, axis: number): number | undefined;
  /** CTYPEi, CUNITi; "" where absent. */
  textOf(name: string, axis: number): string;
  /** PCi_j, CDi_j, PVi_m. */
  pair(name: string, i: number, j: number): number | undefined;
  /** The second indices given for an axis. */
  indicesOf(name: string, i: number): readonly number[];
  has(name: string): boolean;
}

/** Reads the keywords of a description; `alternate` is "" or its letter. */
export function readKeywords(attributes: Attributes, alternate: string): Keywords {
  const numbers = new Map<string, number>();
  const texts = new Map<string, string>();
  const indices = new Map<string, number[]>();
  const kinds = new Set<string>();
  let highest = 0;
  for (const name of attributes.keys()) {
    const single = INDEXED.exec(name);
    if (single && single[3] === alternate) {
      const key = `${single[1]}${Number(single[2])}`;
      const value = readNumber(attributes, name);
      const text = readText(attributes, name);
      if (value !== undefined) numbers.set(key, value);
      if (text !== undefined) texts.set(key, text);
      if (value === undefined && text === undefined) continue;
      kinds.add(single[1] as string);
      highest = Math.max(highest, Number(single[2]));
      continue;
    }
    const pair = PAIRED.exec(name) ?? (alternate === "" ? PADDED.exec(name) : null);
    const value = pair && (pair[4] ?? "") === alternate ? readNumber(attributes, name) : undefined;
    if (!pair || value === undefined) continue;
    const [kind, i, j] = [pair[1] as string, Number(pair[2]), Number(pair[3])];
    if (i === 0 || (kind !== "PV" && j === 0)) continue;
    numbers.set(`${kind}${i}_${j}`, value);
    const given = indices.get(`${kind}${i}`) ?? [];
    indices.set(`${kind}${i}`, [...given, j]);
    kinds.add(kind);
    highest = Math.max(highest, i, kind === "PV" ? 0 : j);
  }
  return {
    alternate,
    highest,
    number: (name) => readNumber(attributes, name + alternate),
    text: (name) => readText(attributes, name + alternate),
    numberOf: (name, axis) => numbers.get(`${name}${axis}`),
    textOf: (name, axis) => texts.get(`${name}${axis}`) ?? "",
    pair: (name, i, j) => numbers.get(`${name}${i}_${j}`),
    indicesOf: (name, i) => indices.get(`${name}${i}`) ?? [],
    has: (name) => kinds.has(name),
  };
}

/** A finite number; undefined where the card holds something else. */
export function readNumber(attributes: Attributes, name: string): number | undefined {
  const value = attributes.get(name)?.values[0];
  if (typeof value !== "number" && typeof value !== "bigint") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function readText(attributes: Attributes, name: string): string | undefined {
  const value = attributes.get(name)?.values[0];
  return typeof value === "string" ? value.trim() : undefined;
}
