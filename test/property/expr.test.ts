import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mightMatch } from "../../src/expr/bounds.js";
import { compilePredicate } from "../../src/expr/compile.js";
import { numberLiteral } from "../../src/expr/literals.js";
import type { Arithmetic, Comparison, Expr } from "../../src/expr/nodes.js";
import { parseExpr } from "../../src/expr/parse.js";
import { printExpr } from "../../src/expr/print.js";
import { simplifyExpr, simplifyFilter } from "../../src/expr/simplify.js";
import type { ExprColumn } from "../../src/expr/types.js";
import { packBits } from "../../src/schema/bitmap.js";
import { numberType } from "../../src/schema/field.js";

const COLUMNS: readonly ExprColumn[] = [
  { name: "a", type: numberType("float32") },
  { name: "b", type: numberType("float64") },
  { name: "c", type: numberType("int16") },
];

const number: fc.Arbitrary<Expr> = fc.oneof(
  fc.integer({ min: -9, max: 9 }).map((value): Expr => ({ op: "literal", literal: { type: "int64", value: String(value) } })),
  fc.constantFrom(0.1, -2.5, 273.15, 1e-3).map((value): Expr => ({ op: "literal", literal: numberLiteral(value) })),
);
const column: fc.Arbitrary<Expr> = fc.constantFrom("a", "b", "c").map((name): Expr => ({ op: "column", name }));
const value: fc.Arbitrary<Expr> = fc.oneof(
  { weight: 3, arbitrary: column },
  number,
  fc
    .tuple(fc.constantFrom<Arithmetic>("+", "-", "*", "/", "%"), column, fc.oneof(number, column))
    .map(([kind, left, right]): Expr => ({ op: "arithmetic", kind, left, right })),
  fc
    .tuple(fc.constantFrom("abs", "floor", "round", "exp", "sign", "sqrt"), column)
    .map(([name, arg]): Expr => ({ op: "call", name, args: [arg] })),
  column.map((arg): Expr => ({ op: "negate", arg })),
);
const term: fc.Arbitrary<Expr> = fc.oneof(
  fc
    .tuple(fc.constantFrom<Comparison>("=", "<>", "<", "<=", ">", ">="), value, value)
    .map(([kind, left, right]): Expr => ({ op: "compare", kind, left, right })),
  column.map((arg): Expr => ({ op: "is-null", arg })),
  fc
    .tuple(column, fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 3 }))
    .map(([arg, list]): Expr => ({ op: "in", arg, list: list.map((own) => ({ type: "int64", value: String(own) })) })),
  fc
    .tuple(column, fc.integer({ min: -200, max: 400 }), fc.integer({ min: -200, max: 400 }))
    .map(([arg, low, high]): Expr => ({ op: "wrap-between", arg, low, high, period: 360 })),
  fc.constantFrom<Expr>({ op: "literal", literal: { type: "bool", value: true } }, { op: "literal", literal: { type: "null" } }),
);
const predicate: fc.Arbitrary<Expr> = fc.letrec<{ node: Expr }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    term,
    fc
      .tuple(fc.constantFrom("and" as const, "or" as const), fc.array(tie("node"), { minLength: 2, maxLength: 3 }))
      .map(([op, args]): Expr => ({ op, args })),
    tie("node").map((arg): Expr => ({ op: "not", arg })),
  ),
})).node;

const cell = fc.record({
  a: fc.option(fc.constantFrom(0.1, -2.5, 273.15, 3, -7, 1e9), { freq: 4 }),
  b: fc.option(fc.constantFrom(0.1, -2.5, 273.15, 3, 359.5, -1e-9), { freq: 4 }),
  c: fc.option(fc.integer({ min: -10, max: 10 }), { freq: 4 }),
});
type Cell = { a: number | null; b: number | null; c: number | null };

function flagsOf(expr: Expr, cells: readonly Cell[]): number[] {
  const { flags } = compilePredicate(expr, COLUMNS).select([cells.length], [null], (name) => {
    const values = cells.map((own) => own[name as keyof Cell]);
    const numbers = values.map((own) => own ?? 0);
    const data = name === "a" ? Float32Array.from(numbers) : name === "b" ? Float64Array.from(numbers) : Int16Array.from(numbers);
    return { axes: [0], data, validity: packBits(Uint8Array.from(values, (own) => (own === null ? 0 : 1))) };
  });
  return [...flags];
}

describe("expressions", () => {
  test("bounds never deny a row that passes", () => {
    fc.assert(
      fc.property(predicate, fc.array(cell, { minLength: 1, maxLength: 6 }), (expr, cells) => {
        const bounds = new Map(
          (["a", "b", "c"] as const).map((name) => {
            const known = cells.map((own) => own[name]).filter((own) => own !== null);
            const numbers = name === "a" ? known.map(Math.fround) : known;
            const range = numbers.length > 0 ? { min: Math.min(...numbers), max: Math.max(...numbers) } : {};
            return [name, { ...range, hasNulls: known.length < cells.length, hasValues: known.length > 0 }];
          }),
        );
        if (flagsOf(expr, cells).includes(1)) expect(mightMatch(expr, bounds)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("simplifying keeps all three values, and of a filter the rows", () => {
    fc.assert(
      fc.property(predicate, fc.array(cell, { minLength: 1, maxLength: 6 }), (expr, cells) => {
        const simple = simplifyExpr(expr);
        expect(flagsOf(simple, cells)).toEqual(flagsOf(expr, cells));
        expect(flagsOf({ op: "not", arg: simple }, cells)).toEqual(flagsOf({ op: "not", arg: expr }, cells));
        expect(flagsOf(simplifyFilter(expr), cells)).toEqual(flagsOf(expr, cells));
      }),
      { numRuns: 1000 },
    );
  });

  test("what is printed is read back with the same meaning", () => {
    fc.assert(
      fc.property(predicate, fc.array(cell, { minLength: 1, maxLength: 6 }), (expr, cells) => {
        expect(flagsOf(parseExpr(printExpr(expr)), cells)).toEqual(flagsOf(expr, cells));
      }),
      { numRuns: 500 },
    );
  });

  test("what is printed once is printed again", () => {
    fc.assert(
      fc.property(predicate, (expr) => {
        const text = printExpr(expr);
        expect(printExpr(parseExpr(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

test("bounds prove what they can", () => {
  const bounds = new Map([["a", { min: 10, max: 20 }]]);
  const proofs: readonly [string, boolean][] = [
    ["a > 20", false],
    ["a >= 20", true],
    ["a < 10", false],
    ["a = 5", false],
    ["a <> 5", true],
    ["not (a > 5)", false],
    ["a between 21 and 30", false],
    ["a > 25 or a < 12", true],
    ["a > 15 and a < 5", false],
    ["a in (1, 2, 30)", false],
    ["a - 30 > 0", false],
    ["floor(a) > 21", false],
    ["wrap_between(a, 350, 5)", false],
    ["wrap_between(a, -350, -345)", true],
    ["b > 20", true],
    ["a > b", true],
  ];
  for (const [source, wanted] of proofs) expect([source, mightMatch(parseExpr(source), bounds)]).toEqual([source, wanted]);
});
