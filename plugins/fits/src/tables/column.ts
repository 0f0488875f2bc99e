import type { Attribute, Attributes } from "graticule/plugin";
import type { Header } from "../header/header.js";
import { numberOf, unitsOf } from "../images/image.js";
import type { Scaling } from "../numbers.js";

/** A field of a table: what TTYPEn, TFORMn and their fellows say of it. */
export interface Column {
  /** From 1 on, as in the keywords. */
  readonly number: number;
  readonly name: string;
  readonly format: string;
  /** Byte offset in the row. */
  readonly offset: number;
  /** Bytes in the row. */
  readonly width: number;
  readonly scaling: Scaling;
  /** TNULL of an ASCII table. */
  readonly nullText?: string;
  /** Keywords of the column without their number, as stored, and its units. */
  readonly attributes: Attributes;
  /** TDIM: the first varies fastest. */
  readonly dimensions?: readonly number[];
  /** Why it cannot be read. */
  readonly problem?: string;
}

/** A table may have 999 columns (FITS 4.0, section 7.3.1). */
export const MAX_COLUMNS = 999;

/** Names as stored; a column without one, or with one that is taken, is `colN`. */
export function nameColumns(header: Header, count: number, warn: (text: string) => void): string[] {
  const names: string[] = [];
  const taken = new Set<string>();
  for (let n = 1; n <= count; n++) {
    const wanted = header.text(`TTYPE${n}`)?.trim() ?? "";
    if (wanted !== "" && taken.has(wanted)) warn(`two columns are named ${wanted}: column ${n} is called col${n}`);
    let name = wanted === "" || taken.has(wanted) ? `col${n}` : wanted;
    while (taken.has(name)) name += "_";
    taken.add(name);
    names.push(name);
  }
  return names;
}

export function describeColumn(header: Header, number: number): Pick<Column, "scaling" | "attributes" | "nullText" | "dimensions"> {
  const own = (stem: string) => `${stem}${number}`;
  const nullText = header.text(own("TNULL"));
  const dimensions = parseDimensions(header.text(own("TDIM")));
  return {
    scaling: {
      scale: header.number(own("TSCAL")),
      zero: numberOf(header, own("TZERO")),
      blank: header.integer(own("TNULL")),
    },
    attributes: attributesOf(header, number),
    ...(nullText !== undefined && { nullText }),
    ...(dimensions && { dimensions }),
  };
}

function attributesOf(header: Header, number: number): Attributes {
  return new Map([...unitsOf(header.text(`TUNIT${number}`)), ...(cardsOf(header).get(number) ?? [])]);
}

const byColumn = new WeakMap<Header, ReadonlyMap<number, [stem: string, attribute: Attribute][]>>();

/** The keywords of each column: a header of a thousand columns is gone through once. */
function cardsOf(header: Header): ReadonlyMap<number, [stem: string, attribute: Attribute][]> {
  const known = byColumn.get(header);
  if (known) return known;
  const cards = new Map<number, [string, Attribute][]>();
  for (const [keyword, attribute] of header.attributes()) {
    const match = /^(T[A-Z]+)([1-9]\d{0,2})$/.exec(keyword);
    if (!match || match[1] === "TTYPE") continue;
    const number = Number(match[2]);
    const own = cards.get(number);
    if (own) own.push([match[1] as string, attribute]);
    else cards.set(number, [[match[1] as string, attribute]]);
  }
  byColumn.set(header, cards);
  return cards;
}

/** `(a,b,c)`; undefined where it is none. */
function parseDimensions(text: string | undefined): readonly number[] | undefined {
  const inside = /^\s*\(([\d\s,]+)\)\s*$/.exec(text ?? "")?.[1];
  const lengths = inside?.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  return lengths?.every((length) => Number.isSafeInteger(length)) ? lengths : undefined;
}
