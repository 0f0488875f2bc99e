import type { GraticuleError } from "../errors.js";
import { syntaxError } from "./syntax-error.js";
import { type Token, tokenize } from "./tokens.js";

const MAX_DEPTH = 200;
export const OPERATORS = "there are = <> < <= > >= + - * / % AND OR NOT BETWEEN IN IS NULL";

/** A place in the tokens of an expression, and how deep it is nested. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(readonly source: string) {
    this.#tokens = tokenize(source);
  }

  protected nested<T>(token: Token, parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw syntaxError(this.source, token.at, `the expression is nested deeper than ${MAX_DEPTH}`);
    const result = parse();
    this.#depth--;
    return result;
  }

  protected peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token;
  }

  protected skip(tokens: number): void {
    this.#next += tokens;
  }

  protected take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  protected isWord(word: string, ahead = 0): boolean {
    return isWord(this.peek(ahead), word);
  }

  protected takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.#next++;
    return found;
  }

  protected takeSymbol(symbol: string): boolean {
    const token = this.peek();
    const found = token.kind === "symbol" && token.text === symbol;
    if (found) this.#next++;
    return found;
  }

  protected expect(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected(this.peek(), symbol);
  }

  protected unexpected(token: Token, wanted: string): GraticuleError {
    if (token.kind === "end") return syntaxError(this.source, token.at, `the expression ends where ${wanted} is expected`);
    const isOperator = token.kind === "symbol" && /^(\|\||::|\/\/|\*\*|\^)$/.test(token.text);
    if (isOperator) return syntaxError(this.source, token.at, `the operator ${token.text} is not known here`, OPERATORS);
    return syntaxError(this.source, token.at, `"${token.text}" stands where ${wanted} is expected`);
  }
}

export function isWord(token: Token, word: string): boolean {
  return token.kind === "word" && token.text.toLowerCase() === word;
}
