import { FUNCTIONS } from "./functions.js";
import { FALSE, NULL, numberLiteral, TRUE } from "./literals.js";
import { hintOfNames } from "./near-names.js";
import type { Arithmetic, Comparison, Expr, Literal } from "./nodes.js";
import { syntaxError } from "./syntax-error.js";
import { isWord, OPERATORS, TokenCursor } from "./token-cursor.js";
import type { Token } from "./tokens.js";

const MAX_INT64 = 2n ** 63n - 1n;
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "=": "=",
  "==": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};
const RESERVED = new Set(
  "and or not between in is null true false like ilike similar case when then else end distinct exists select from".split(" "),
);

/**
 * Reads a SQL expression: comparisons, BETWEEN, IN, AND, OR, NOT, IS [NOT] NULL, arithmetic, functions, quoted names, and
 * `within_time(column, 'START/END')` and `wrap_between(column, low, high[, period])`, which intervals and boxes print as.
 * Names are not resolved; see `bindExpr`.
 *
 * @throws `usage` with the place marked by a caret: an unknown operator or function is an error, never ignored
 */
export function parseExpr(source: string): Expr {
  return new Parser(source).parse();
}

class Parser extends TokenCursor {
  parse(): Expr {
    const expr = this.#or();
    const left = this.peek();
    if (left.kind !== "end") throw this.unexpected(left, "an operator, or the end");
    return expr;
  }

  #or(): Expr {
    const args = [this.#and()];
    while (this.takeWord("or")) args.push(this.#and());
    return args.length === 1 ? (args[0] as Expr) : { op: "or", args };
  }

  #and(): Expr {
    const args = [this.#not()];
    while (this.takeWord("and")) args.push(this.#not());
    return args.length === 1 ? (args[0] as Expr) : { op: "and", args };
  }

  #not(): Expr {
    const token = this.peek();
    if (!this.takeWord("not")) return this.#predicate();
    return this.nested(token, () => ({ op: "not", arg: this.#not() }));
  }

  #predicate(): Expr {
    let left = this.#additive();
    const comparison = this.#takeComparison();
    if (comparison) {
      left = { op: "compare", kind: comparison, left, right: this.#additive() };
      const chained = this.peek();
      if (this.#takeComparison()) throw syntaxError(this.source, chained.at, "comparisons do not chain", "join them with AND");
    }
    for (;;) {
      const token = this.peek();
      if (this.takeWord("is")) left = this.#isNull(left);
      else if (this.isWord("not") && this.isWord("between", 1)) left = { op: "not", arg: this.#between(left, 2) };
      else if (this.isWord("not") && this.isWord("in", 1)) left = { op: "not", arg: this.#in(left, 2) };
      else if (this.isWord("between")) left = this.#between(left, 1);
      else if (this.isWord("in")) left = this.#in(left, 1);
      else if (token.kind === "word" && /^(like|ilike|similar|not)$/i.test(token.text))
        throw syntaxError(this.source, token.at, `the operator ${token.text.toUpperCase()} is not known here`, OPERATORS);
      else return left;
    }
  }

  #isNull(arg: Expr): Expr {
    const negated = this.takeWord("not");
    const token = this.take();
    if (!isWord(token, "null")) throw this.unexpected(token, "NULL");
    const test: Expr = { op: "is-null", arg };
    return negated ? { op: "not", arg: test } : test;
  }

  #between(arg: Expr, words: number): Expr {
    this.skip(words);
    const low = this.#additive();
    const token = this.take();
    if (!isWord(token, "and")) throw this.unexpected(token, "AND");
    const high = this.#additive();
    return {
      op: "and",
      args: [
        { op: "compare", kind: ">=", left: arg, right: low },
        { op: "compare", kind: "<=", left: arg, right: high },
      ],
    };
  }

  #in(arg: Expr, words: number): Expr {
    this.skip(words);
    this.expect("(");
    const list: Literal[] = [];
    do list.push(this.#literal());
    while (this.takeSymbol(","));
    this.expect(")");
    return { op: "in", arg, list };
  }

  #literal(): Literal {
    const token = this.peek();
    const expr = this.#unary();
    if (expr.op === "literal") return expr.literal;
    throw syntaxError(this.source, token.at, "the list of IN holds values only");
  }

  #additive(): Expr {
    let left = this.#multiplicative();
    for (;;) {
      const kind = this.#takeArithmetic("+", "-");
      if (!kind) return left;
      left = { op: "arithmetic", kind, left, right: this.#multiplicative() };
    }
  }

  #multiplicative(): Expr {
    let left = this.#unary();
    for (;;) {
      const kind = this.#takeArithmetic("*", "/", "%");
      if (!kind) return left;
      left = { op: "arithmetic", kind, left, right: this.#unary() };
    }
  }

  #unary(): Expr {
    const token = this.peek();
    if (this.takeSymbol("+")) return this.nested(token, () => this.#unary());
    if (!this.takeSymbol("-")) return this.#primary();
    return this.nested(token, () => negate(this.#unary()));
  }

  #primary(): Expr {
    const token = this.take();
    switch (token.kind) {
      case "number":
        return this.#number(token);
      case "string":
        return literal({ type: "string", value: token.text });
      case "quoted":
        return this.#name(token);
      case "word":
        return this.#word(token);
      case "symbol":
        if (token.text !== "(") break;
        return this.nested(token, () => {
          const inner = this.#or();
          this.expect(")");
          return inner;
        });
      case "end":
    }
    throw this.unexpected(token, "a value, a column or (");
  }

  #number(token: Token): Expr {
    if (/^\d+$/.test(token.text)) {
      const value = BigInt(token.text);
      if (value <= MAX_INT64) return literal({ type: "int64", value: value.toString() });
    }
    const value = Number(token.text);
    if (!Number.isFinite(value)) throw syntaxError(this.source, token.at, `${token.text} is larger than any double`);
    return literal(numberLiteral(value));
  }

  #word(token: Token): Expr {
    const word = token.text.toLowerCase();
    if (word === "true") return literal(TRUE);
    if (word === "false") return literal(FALSE);
    if (word === "null") return literal(NULL);
    const following = this.peek();
    if ((word === "date" || word === "timestamp") && following.kind === "string")
      return literal({ type: "date", text: this.take().text });
    if (following.kind === "symbol" && following.text === "(") return this.nested(token, () => this.#call(token, word));
    if (RESERVED.has(word))
      throw syntaxError(
        this.source,
        token.at,
        `${token.text} is a word of the language here`,
        `write "${token.text}" for a column`,
      );
    return this.#name(token);
  }

  #name(token: Token): Expr {
    const following = this.peek();
    if (following.kind === "symbol" && following.text === ".")
      throw syntaxError(this.source, following.at, "a name with a point must be quoted", 'write "a.b"');
    return { op: "column", name: token.text };
  }

  #call(token: Token, name: string): Expr {
    if (name === "within_time") return this.#withinTime(token);
    if (name === "wrap_between") return this.#wrapBetween(token);
    const spec = FUNCTIONS.get(name);
    if (!spec)
      throw syntaxError(this.source, token.at, `there is no function ${token.text}()`, hintOfNames(name, [...FUNCTIONS.keys()]));
    const args = this.#arguments();
    const [least, most] = spec.arity;
    if (args.length < least || args.length > most)
      throw syntaxError(
        this.source,
        token.at,
        `${name}() takes ${least === most ? least : `${least} to ${most}`} arguments, not ${args.length}`,
      );
    return { op: "call", name, args };
  }

  #arguments(): Expr[] {
    this.expect("(");
    const args: Expr[] = [];
    if (this.takeSymbol(")")) return args;
    do args.push(this.#or());
    while (this.takeSymbol(","));
    this.expect(")");
    return args;
  }

  #withinTime(token: Token): Expr {
    const [arg, interval, ...more] = this.#arguments();
    if (!arg || interval?.op !== "literal" || interval.literal.type !== "string" || more.length > 0)
      throw syntaxError(this.source, token.at, "within_time() takes a column and 'START/END'");
    return withinTime(arg, interval.literal.value);
  }

  #wrapBetween(token: Token): Expr {
    const [arg, ...rest] = this.#arguments();
    const numbers = rest.map((part) => (part.op === "literal" ? finite(part.literal) : null));
    const [low, high, period] = numbers;
    if (!arg || typeof low !== "number" || typeof high !== "number" || numbers.length > 3 || numbers.includes(null))
      throw syntaxError(this.source, token.at, "wrap_between() takes a column, a lower and an upper number, and a period (360)");
    return { op: "wrap-between", arg, low, high, period: period ?? 360 };
  }

  #takeComparison(): Comparison | undefined {
    const token = this.peek();
    const found = token.kind === "symbol" ? COMPARISONS[token.text] : undefined;
    if (found) this.skip(1);
    return found;
  }

  #takeArithmetic(...kinds: readonly Arithmetic[]): Arithmetic | undefined {
    return kinds.find((kind) => this.takeSymbol(kind));
  }
}

/** `START/END` or one date as the node that asks for it; either side open. */
export function withinTime(arg: Expr, interval: string): Expr {
  const sides = interval.split("/").map((side) => side.trim());
  const [start, end] = [sides[0] as string, sides.slice(1).join("/") || (sides.length === 1 ? (sides[0] as string) : "")];
  const isOpen = (side: string): boolean => side === "" || side === "..";
  return { op: "within-time", arg, ...(!isOpen(start) && { start }), ...(!isOpen(end) && { end }) };
}

function literal(value: Literal): Expr {
  return { op: "literal", literal: value };
}

function negate(arg: Expr): Expr {
  if (arg.op !== "literal") return { op: "negate", arg };
  const value = arg.literal;
  if (value.type === "int64") return literal({ type: "int64", value: (-BigInt(value.value)).toString() });
  if (value.type === "float64") return literal(numberLiteral(-Number(value.value)));
  return { op: "negate", arg };
}

function finite(value: Literal): number | null {
  return value.type === "int64" || value.type === "float64" ? Number(value.value) : null;
}
