import { syntaxError } from "./syntax-error.js";

export interface Token {
  readonly kind: "number" | "string" | "word" | "quoted" | "symbol" | "end";
  /** Of strings and quoted names: without quotes. */
  readonly text: string;
  /** Position in the source. */
  readonly at: number;
}

const LONGEST = 100_000;
const PATTERN =
  /(?<space>\s+|--[^\n]*)|(?<number>(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\p{L}_\d]))|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<string>'(?:[^']|'')*')|(?<quoted>"(?:[^"]|"")+")|(?<symbol><=|>=|<>|!=|==|\|\||::|\/\/|\*\*|[-+*/%<>=(),.;^])/iuy;

/** SQL's tokens. @throws `usage` at a character that begins none, or an open quote */
export function tokenize(source: string): Token[] {
  if (source.length > LONGEST)
    throw syntaxError(source.slice(0, 60), 0, `an expression of ${source.length} characters is too long`);
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < source.length) {
    const at = PATTERN.lastIndex;
    const groups = PATTERN.exec(source)?.groups;
    if (!groups) throw unreadable(source, at);
    const { number, word, string, quoted, symbol } = groups;
    if (number !== undefined) tokens.push({ kind: "number", text: number, at });
    else if (word !== undefined) tokens.push({ kind: "word", text: word, at });
    else if (string !== undefined) tokens.push({ kind: "string", text: string.slice(1, -1).replaceAll("''", "'"), at });
    else if (quoted !== undefined) tokens.push({ kind: "quoted", text: quoted.slice(1, -1).replaceAll('""', '"'), at });
    else if (symbol !== undefined) tokens.push({ kind: "symbol", text: symbol, at });
  }
  tokens.push({ kind: "end", text: "", at: source.length });
  return tokens;
}

function unreadable(source: string, at: number) {
  const character = String.fromCodePoint(source.codePointAt(at) as number);
  if (character === "'") return syntaxError(source, at, "the text has no closing quote");
  if (character === '"') return syntaxError(source, at, "the quoted name has no closing quote, or is empty");
  if (/\d|\./.test(character)) return syntaxError(source, at, "this is no number");
  return syntaxError(source, at, `"${character}" begins nothing that an expression may hold`);
}
