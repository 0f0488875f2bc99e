import { decodeText } from "../text.js";

/** What stands behind a keyword: text, a number, a truth value, a complex number; null where the value is left open. */
export type CardValue = string | number | bigint | boolean | readonly [number, number] | null;

/** One keyword record of 80 characters, with those that continue its text (FITS 4.0, section 4.1). */
export type Card =
  | { readonly kind: "value"; readonly keyword: string; readonly value: CardValue; readonly comment: string }
  /** COMMENT, HISTORY, blank keywords, and whatever has no value indicator. */
  | { readonly kind: "commentary"; readonly keyword: string; readonly text: string };

export const CARD_LENGTH = 80;

/** The cards of a header, long strings joined (section 4.2.1.2). @param text cards without END, 80 bytes each, as Latin-1 */
export function parseCards(text: string): Card[] {
  const cards: Card[] = [];
  let open: { keyword: string; value: string; comment: string } | null = null;
  const close = (): void => {
    if (open) cards.push({ kind: "value", ...open });
    open = null;
  };
  for (let at = 0; at + CARD_LENGTH <= text.length; at += CARD_LENGTH) {
    const line = decodeText(text.slice(at, at + CARD_LENGTH));
    if (open && line.startsWith("CONTINUE  ")) {
      const more = parseValue(line.slice(10));
      if (typeof more.value === "string" && open.value.endsWith("&")) {
        open.value = open.value.slice(0, -1) + more.value;
        open.comment = [open.comment, more.comment].filter((part) => part !== "").join(" ");
        continue;
      }
    }
    close();
    const card = parseCard(line);
    if (card.kind === "value" && typeof card.value === "string" && card.value.endsWith("&")) open = { ...card, value: card.value };
    else cards.push(card);
  }
  close();
  return cards;
}

function parseCard(line: string): Card {
  const keyword = line.slice(0, 8).trimEnd();
  if (keyword === "HIERARCH") {
    const equals = line.indexOf("=", 9);
    if (equals > 0) return { kind: "value", keyword: line.slice(9, equals).trim(), ...parseValue(line.slice(equals + 1)) };
  }
  const isText = keyword === "COMMENT" || keyword === "HISTORY" || keyword === "";
  // The standard wants a blank behind the sign; many writers leave it out.
  if (!isText && line[8] === "=") return { kind: "value", keyword, ...parseValue(line.slice(9)) };
  return { kind: "commentary", keyword, text: line.slice(8).trimEnd() };
}

function parseValue(field: string): { value: CardValue; comment: string } {
  const text = field.trimStart();
  if (text.startsWith("'")) return parseText(text);
  if (text.startsWith("(")) {
    const complex = /^\(\s*([^,\s]+)\s*,\s*([^)\s]+)\s*\)\s*(.*)$/.exec(text);
    const parts = complex ? [Number(realText(complex[1] as string)), Number(realText(complex[2] as string))] : [];
    if (complex && parts.every((part) => Number.isFinite(part)))
      return { value: parts as [number, number], comment: commentOf(complex[3] as string) };
  }
  const slash = text.indexOf("/");
  const token = (slash < 0 ? text : text.slice(0, slash)).trim();
  return { value: parseToken(token), comment: slash < 0 ? "" : text.slice(slash + 1).trim() };
}

/** Quotes inside are doubled; blanks on the right mean nothing. A text that is never closed reaches to the end. */
function parseText(text: string): { value: string; comment: string } {
  let value = "";
  let at = 1;
  for (;;) {
    const quote = text.indexOf("'", at);
    if (quote < 0) return { value: (value + text.slice(at)).trimEnd(), comment: "" };
    value += text.slice(at, quote);
    if (text[quote + 1] !== "'") return { value: value.trimEnd(), comment: commentOf(text.slice(quote + 1)) };
    value += "'";
    at = quote + 2;
  }
}

function commentOf(rest: string): string {
  const slash = rest.indexOf("/");
  return slash < 0 ? "" : rest.slice(slash + 1).trim();
}

const INTEGER = /^[+-]?\d+$/;
const REAL = /^[+-]?(\d+\.?\d*|\.\d+)([EeDd][+-]?\d+)?$/;

/** A token that is none of the standard's stays text, so that nothing is lost. */
function parseToken(token: string): CardValue {
  if (token === "") return null;
  if (token === "T") return true;
  if (token === "F") return false;
  if (INTEGER.test(token)) {
    const number = Number(token);
    return Number.isSafeInteger(number) ? number : BigInt(token);
  }
  return REAL.test(token) ? Number(realText(token)) : token;
}

/** Fortran writes exponents with D. */
function realText(text: string): string {
  return text.replace(/[dD]/, "e");
}
