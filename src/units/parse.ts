import { GraticuleError } from "../errors.js";
import { findUnit } from "./lookup.js";
import { multiply, ONE, power, shift, type Unit } from "./unit.js";

const LONGEST = 200;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_°µμΩΩπÅÅ℃℉%'"′″]+(?:2[Oo])?/y;
const EXPONENT = /(?:\^|\*\*)?([+-]?\d{1,3})(?![\d]*\.\d)/y;
const RAISED = /[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/y;
const DIVISION = /\s*\/\s*|\s+per\s+/iy;
const MULTIPLICATION = /\s*[*·.](?!\*)\s*|\s+/y;
const ORIGIN = /\s*(?:@|\bfrom\b|\bref\b|\bafter\b)\s*/iy;

const cache = new Map<string, Unit | null>();

/**
 * Reads the UDUNITS-2 grammar: products by space, `.`, `*`; quotients by `/`, `per`; powers `m2`, `m^2`, `m**2`, `m²`; numbers,
 * prefixes, parentheses, an origin after `@`. The empty text is 1. Times since a date are not units here (see `calendar/`).
 * @returns undefined for what is no unit that we know
 */
export function parseUnits(text: string): Unit | undefined {
  if (text.length > LONGEST) return undefined;
  const known = cache.get(text);
  if (known !== undefined) return known ?? undefined;
  const unit = parseText(text);
  if (cache.size < 1000) cache.set(text, unit);
  return unit ?? undefined;
}

/** @throws `usage` for what is no unit that we know */
export function requireUnits(text: string): Unit {
  const unit = parseUnits(text);
  if (unit) return unit;
  throw new GraticuleError("usage", `"${text.slice(0, LONGEST)}" is no unit that is known`, {
    hint: "units are those of UDUNITS: K, degC, kg m-2 s-1, hPa",
  });
}

function parseText(text: string): Unit | null {
  const trimmed = text.trim();
  if (trimmed === "") return ONE;
  const parser = new Parser(trimmed);
  const unit = parser.shifted();
  return unit && parser.atEnd() ? unit : null;
}

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  atEnd(): boolean {
    return this.at === this.text.length;
  }

  shifted(): Unit | null {
    const unit = this.product();
    if (!unit || !this.take(ORIGIN)) return unit;
    const origin = this.take(NUMBER);
    return origin ? shift(unit, Number(origin[0])) : null;
  }

  private product(): Unit | null {
    let unit = this.factor();
    while (unit) {
      const start = this.at;
      const divides = this.take(DIVISION) !== null;
      if (!divides) this.take(MULTIPLICATION);
      const next = this.factor();
      if (!next) {
        // What follows is no factor: an origin, a closing parenthesis, or the end of what can be read.
        this.at = start;
        return divides ? null : unit;
      }
      const factor: Unit | null = divides ? power(next, -1) : next;
      unit = factor && multiply(unit, factor);
    }
    return unit;
  }

  private factor(): Unit | null {
    const start = this.at;
    const basic = this.basic();
    if (!basic) {
      this.at = start;
      return null;
    }
    const exponent = this.exponent();
    return exponent === null ? basic : power(basic, exponent);
  }

  private basic(): Unit | null {
    if (this.text[this.at] === "(") {
      this.at++;
      const inner = this.shifted();
      if (!inner || this.text[this.at] !== ")") return null;
      this.at++;
      return inner;
    }
    const number = this.take(NUMBER);
    if (number) {
      const scale = Number(number[0]);
      return Number.isFinite(scale) && scale !== 0 ? { ...ONE, scale } : null;
    }
    const word = this.take(WORD);
    return word && !/^(per|from|since|after|ref)$/i.test(word[0]) ? findUnit(word[0], parseText) : null;
  }

  private exponent(): number | null {
    const raised = this.take(RAISED);
    if (raised) return Number([...raised[0]].map((c) => "0123456789+-"["⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻".indexOf(c)]).join(""));
    const previous = this.text[this.at - 1] as string;
    // After a digit only a written operator makes a power: 10^3, but 10 3 is a product.
    if (/[\d.]/.test(previous) && !/^(\^|\*\*)/.test(this.text.slice(this.at, this.at + 2))) return null;
    const exponent = this.take(EXPONENT);
    return exponent ? Number(exponent[1]) : null;
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at = pattern.lastIndex;
    return match;
  }
}
