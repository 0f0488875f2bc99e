import { GraticuleError } from "../../errors.js";
import type { Expr } from "../../expr/nodes.js";
import { parseExpr } from "../../expr/parse.js";
import { syntaxError } from "../../expr/syntax-error.js";
import { type Token, tokenize } from "../../expr/tokens.js";

const AGGREGATES = ["count", "min", "max", "sum", "avg", "mean"] as const;
export type AggregateName = Exclude<(typeof AGGREGATES)[number], "mean">;

/** What a query shows. */
export type SelectItem =
  | { readonly kind: "all" }
  | { readonly kind: "value"; readonly name: string; readonly expr: Expr }
  /** Of all rows where there is no expression. */
  | { readonly kind: "aggregate"; readonly name: string; readonly function: AggregateName; readonly expr: Expr | null };

export interface OrderKey {
  readonly expr: Expr;
  readonly isDescending: boolean;
  /** Where rows without a value stand. */
  readonly nullsFirst: boolean;
}

/** A query of one table. */
export interface SelectQuery {
  readonly items: readonly SelectItem[];
  readonly from: string;
  readonly where: Expr | null;
  readonly order: readonly OrderKey[];
  readonly limit: number;
  readonly offset: number;
}

const CLAUSES = ["select", "from", "where", "order", "limit", "offset"] as const;
type Clause = (typeof CLAUSES)[number];
/** Words of SQL that begin what is not done here. */
const ELSEWHERE = new Set(
  "join inner left right full cross group having union intersect except window qualify with distinct over case exists sample pivot unnest using".split(
    " ",
  ),
);

/**
 * `SELECT items FROM 'table' [WHERE …] [ORDER BY …] [LIMIT n] [OFFSET n]`; items are `*`, expressions, or aggregates of all rows.
 * @throws `usage` for what is no SQL; `unsupported`, by name, for what a database is there for
 */
export function parseSelect(sql: string): SelectQuery {
  const source = sql.trim().replace(/;\s*$/, "");
  const parts = clausesOf(source);
  const of = (clause: Clause): string | undefined => parts.get(clause);
  const list = of("select");
  const from = of("from");
  if (list === undefined || from === undefined)
    throw new GraticuleError("usage", "a query reads SELECT … FROM '…'", {
      hint: "SELECT air, lat FROM 'out' WHERE lat > 60 LIMIT 10",
    });
  const where = of("where");
  const items = splitList(list).map(itemOf);
  if (items.some((item) => item.kind === "aggregate") && items.some((item) => item.kind !== "aggregate"))
    throw elsewhere("columns beside aggregates need GROUP BY, which is not supported", source);
  return {
    items,
    from: tableOf(from, source),
    where: where === undefined ? null : parseExpr(where),
    order: of("order") === undefined ? [] : splitList((of("order") as string).replace(/^\s*by\b/i, "")).map(orderOf),
    limit: of("limit") === undefined ? Number.POSITIVE_INFINITY : wholeOf("LIMIT", of("limit") as string),
    offset: of("offset") === undefined ? 0 : wholeOf("OFFSET", of("offset") as string),
  };
}

function elsewhere(what: string, sql: string): GraticuleError {
  return new GraticuleError("unsupported", what, { hint: `DuckDB reads the same files: duckdb -c ${JSON.stringify(sql)}` });
}

/** The text of each clause. */
function clausesOf(source: string): ReadonlyMap<Clause, string> {
  const starts: { readonly clause: Clause; readonly at: number; readonly end: number }[] = [];
  let depth = 0;
  const tokens = tokenize(source);
  for (const token of tokens) {
    if (token.kind === "symbol" && token.text === "(") depth++;
    if (token.kind === "symbol" && token.text === ")") depth--;
    if (token.kind !== "word") continue;
    const word = token.text.toLowerCase();
    if (ELSEWHERE.has(word)) throw elsewhere(`${token.text.toUpperCase()} is not supported`, source);
    if (!(CLAUSES as readonly string[]).includes(word)) continue;
    if (depth > 0) throw elsewhere("queries within queries are not supported", source);
    const last = starts.at(-1);
    if (last && CLAUSES.indexOf(word as Clause) <= CLAUSES.indexOf(last.clause))
      throw syntaxError(source, token.at, `${token.text.toUpperCase()} stands behind ${last.clause.toUpperCase()}`);
    starts.push({ clause: word as Clause, at: token.at, end: token.at + token.text.length });
  }
  const [first] = tokens;
  if (starts[0]?.clause !== "select" || starts[0].at !== first?.at)
    throw new GraticuleError("usage", "a query begins with SELECT", { hint: "SELECT air, lat FROM 'out' WHERE lat > 60 LIMIT 10" });
  return new Map(starts.map(({ clause, end }, i) => [clause, source.slice(end, starts[i + 1]?.at ?? source.length)]));
}

/** Parts between commas outside of parentheses. */
function splitList(source: string): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (const token of tokenize(source)) {
    if (token.kind !== "symbol") continue;
    if (token.text === "(") depth++;
    else if (token.text === ")") depth--;
    else if (token.text === "," && depth === 0) {
      parts.push(source.slice(from, token.at));
      from = token.at + 1;
    }
  }
  return [...parts, source.slice(from)].map((part) => part.trim());
}

function itemOf(source: string): SelectItem {
  if (source === "*") return { kind: "all" };
  const { text, name } = withoutAlias(source);
  const tokens = tokenize(text);
  const [head, open] = tokens;
  const last = tokens.at(-2);
  const isCall = head?.kind === "word" && open?.text === "(" && last?.text === ")" && closesAtEnd(tokens);
  const called = isCall ? AGGREGATES.find((one) => one === head.text.toLowerCase()) : undefined;
  if (!called || !open || !last) {
    const nested = tokens.find((token, i) => token.kind === "word" && tokens[i + 1]?.text === "(" && isAggregate(token.text));
    if (nested)
      throw new GraticuleError("unsupported", `${nested.text}() within an expression`, {
        hint: `select ${nested.text}(…) by itself, or ask DuckDB`,
      });
    return { kind: "value", name: name ?? text, expr: parseExpr(text) };
  }
  const argument = text.slice(open.at + 1, last.at).trim();
  const own = called === "mean" ? "avg" : called;
  if (argument === "*" && own !== "count") throw syntaxError(text, open.at, `${own}() takes an expression`);
  return { kind: "aggregate", name: name ?? text, function: own, expr: argument === "*" ? null : parseExpr(argument) };
}

function isAggregate(word: string): boolean {
  return (AGGREGATES as readonly string[]).includes(word.toLowerCase());
}

/** Whether the first parenthesis is closed by the last token. */
function closesAtEnd(tokens: readonly Token[]): boolean {
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.text === "(" && token.kind === "symbol") depth++;
    if (token.text === ")" && token.kind === "symbol" && --depth === 0) return i === tokens.length - 2;
  }
  return false;
}

function withoutAlias(source: string): { readonly text: string; readonly name?: string } {
  const tokens = tokenize(source);
  const alias = tokens.at(-2);
  const word = tokens.at(-3);
  if (alias && word?.kind === "word" && word.text.toLowerCase() === "as" && (alias.kind === "word" || alias.kind === "quoted"))
    return { text: source.slice(0, word.at).trim(), name: alias.text };
  const only = tokens.length === 2 && tokens[0]?.kind === "quoted" ? tokens[0].text : undefined;
  return { text: source, ...(only !== undefined && { name: only }) };
}

function tableOf(source: string, sql: string): string {
  const [table, next] = tokenize(source);
  if (!table || (table.kind !== "string" && table.kind !== "quoted"))
    throw new GraticuleError(
      table?.kind === "symbol" ? "unsupported" : "usage",
      "FROM takes a file, a folder, a glob or a URL in quotes",
      {
        hint: "SELECT … FROM 'out/*.parquet'",
      },
    );
  if (next && next.kind !== "end") throw elsewhere("more than one table, or a name for it, is not supported", sql);
  return table.text;
}

function orderOf(source: string): OrderKey {
  const [, text = "", direction = "", nulls = ""] = /^(.*?)(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?$/is.exec(source) ?? [];
  return { expr: parseExpr(text), isDescending: direction.toLowerCase() === "desc", nullsFirst: nulls.toLowerCase() === "first" };
}

function wholeOf(clause: string, text: string): number {
  const number = Number(text.trim());
  if (!/^\s*\d+\s*$/.test(text) || !Number.isSafeInteger(number))
    throw new GraticuleError("usage", `${clause} takes a number of rows; this is ${text.trim()}`);
  return number;
}
