import { ZarrError } from "../error.js";
import type { TemplateWork } from "./template-work.js";

/** What a name stands for: a value, or a template of its own that takes arguments. */
export type Meaning = Value | ((given: ReadonlyMap<string, Meaning>, work: TemplateWork) => string);
export type Value = string | number;
export interface Scope {
  get(name: string): Meaning | undefined;
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|([A-Za-z_]\w*)|(\*\*|\/\/|[-+*/%(),=]))/y;
const MAX_DEPTH = 32;

/**
 * The value of what stands between `{{` and `}}`: names, calls with named arguments, numbers, text, and arithmetic as
 * Python has it. That is what reference files use of Jinja2.
 *
 * @throws `unsupported` for anything else of Jinja2; `malformed` for a name without a meaning, and where it grows too large
 */
export function evaluate(text: string, scope: Scope, work: TemplateWork): Value {
  return new Evaluation(text, scope, work).whole();
}

class Evaluation {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(
    private readonly text: string,
    private readonly scope: Scope,
    private readonly work: TemplateWork,
  ) {
    this.#tokens = work.tokensOf(text, tokensOf);
  }

  whole(): Value {
    const value = this.#sum();
    if (this.#at < this.#tokens.length) throw beyond(this.text);
    return value;
  }

  #sum(): Value {
    if (++this.#depth > MAX_DEPTH) throw beyond(this.text);
    let left = this.#product();
    for (let op = this.#take("+", "-"); op; op = this.#take("+", "-")) left = this.#combine(op, left, this.#product());
    this.#depth--;
    return left;
  }

  #product(): Value {
    let left = this.#power();
    for (let op = this.#take("*", "/", "//", "%"); op; op = this.#take("*", "/", "//", "%"))
      left = this.#combine(op, left, this.#power());
    return left;
  }

  #power(): Value {
    if (++this.#depth > MAX_DEPTH) throw beyond(this.text);
    const negative = this.#take("-");
    const base = this.#atom();
    const value = this.#take("**") ? this.#combine("**", base, this.#power()) : base;
    this.#depth--;
    return negative ? this.#combine("-", 0, value) : value;
  }

  #atom(): Value {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw beyond(this.text);
    if (token === "(") {
      const value = this.#sum();
      this.#require(")");
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (/^['"]/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, "$1");
    if (!/^[A-Za-z_]/.test(token)) throw beyond(this.text);
    const meaning = this.scope.get(token);
    if (meaning === undefined)
      throw new ZarrError(
        "malformed",
        `the template {{${this.text.slice(0, 80)}}} names ${token.slice(0, 40)}, which nothing defines`,
      );
    if (!this.#take("(")) return typeof meaning === "function" ? meaning(new Map(), this.work) : meaning;
    const given = new Map<string, Meaning>();
    while (!this.#take(")")) {
      const name = this.#tokens[this.#at++] ?? "";
      this.#require("=");
      given.set(name, this.#sum());
      if (!this.#take(",") && this.#tokens[this.#at] !== ")") throw beyond(this.text);
    }
    return typeof meaning === "function" ? meaning(given, this.work) : meaning;
  }

  #combine(op: string, left: Value, right: Value): Value {
    if (op === "%" && typeof left === "string") return format(left, right, this.text);
    if (op === "+" && typeof left === "string" && typeof right === "string") return this.work.write(left + right);
    if (typeof left === "string" || typeof right === "string") throw beyond(this.text);
    switch (op) {
      case "+":
        return left + right;
      case "-":
        return left - right;
      case "*":
        return left * right;
      case "/":
        return left / right;
      case "//":
        return Math.floor(left / right);
      case "%":
        return left - right * Math.floor(left / right);
      default:
        return left ** right;
    }
  }

  #take(...wanted: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#at++;
    return token;
  }

  #require(token: string): void {
    if (!this.#take(token)) throw beyond(this.text);
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const trimmed = text.trim();
  TOKEN.lastIndex = 0;
  for (let at = 0; at < trimmed.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(trimmed);
    if (!found) throw beyond(text);
    tokens.push(found[1] ?? found[2] ?? found[3] ?? (found[4] as string));
  }
  return tokens;
}

/** `"%03d" % i`, of one whole number or text. */
function format(pattern: string, value: Value, text: string): string {
  const parts = /^([^%]*)%(0?)(\d{0,2})([ds])([^%]*)$/.exec(pattern);
  if (!parts) throw beyond(text);
  const [, before, zero, width, kind, after] = parts;
  const shown = kind === "d" ? String(Math.trunc(Number(value))) : String(value);
  return `${before}${shown.padStart(Number(width || 0), zero ? "0" : " ")}${after}`;
}

function beyond(text: string): ZarrError {
  return new ZarrError("unsupported", `no reader for the template {{${text.slice(0, 80)}}}`, {
    hint: "write the references without templates: kerchunk.utils.consolidate, or fsspec's ReferenceFileSystem",
  });
}
