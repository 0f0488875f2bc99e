import { describe, expect, test } from "@jest/globals";
import { isGraticuleError } from "../../src/errors.js";
import { bindExpr } from "../../src/expr/bind.js";
import { parseExpr } from "../../src/expr/parse.js";
import { printExpr } from "../../src/expr/print.js";
import { type ExprColumn, typeOf } from "../../src/expr/types.js";
import { validateExpr } from "../../src/expr/validate.js";
import { columnsOf, conjunctsOf } from "../../src/expr/walk.js";
import { numberType } from "../../src/schema/field.js";

const COLUMNS: readonly ExprColumn[] = [
  { name: "lat", type: numberType("float32") },
  { name: "T", type: numberType("float32") },
  { name: "t", type: numberType("int16") },
  { name: "id", type: numberType("int64") },
  { name: "name", type: { kind: "string" } },
  { name: "time", type: { kind: "timestamp" } },
  { name: "model time", type: numberType("float64"), time: { units: "days since 2000-01-01", calendar: "360_day" } },
];

function failure(run: () => unknown): { message: string; hint: string | undefined; tag: string } {
  try {
    run();
  } catch (error) {
    if (isGraticuleError(error)) return { message: error.message, hint: error.hint, tag: error.tag };
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("parseExpr", () => {
  test("binds as SQL does: OR, AND, NOT, comparison, sum, product, sign", () => {
    expect(printExpr(parseExpr("not a = 1 or b+c*-d >= 2 and e"))).toBe("NOT a = 1 OR b + c * -d >= 2 AND e");
    expect(printExpr(parseExpr("(a or b) and not (c and d)"))).toBe("(a OR b) AND NOT (c AND d)");
    expect(printExpr(parseExpr("a - (b - c) - d"))).toBe("a - (b - c) - d");
    expect(printExpr(parseExpr("(a = 1) is null"))).toBe("(a = 1) IS NULL");
  });

  test("keywords in any case, quoted names, doubled quotes, comments", () => {
    expect(parseExpr(`"a b" Between 1 AND 2 -- both`)).toEqual(parseExpr(`"a b" >= 1 and "a b" <= 2`));
    expect(columnsOf(parseExpr(`"say ""x""" = 'it''s'`))).toEqual(['say "x"']);
    expect(conjunctsOf(parseExpr("a and (b and c)")).length).toBe(3);
  });

  test.each([
    ["lat >", "ends where a value, a column or ( is expected", 5],
    ["lat > 1 lon", '"lon" stands where an operator, or the end is expected', 8],
    ["lat like 'a%'", "the operator like is not known here".replace("like", "LIKE"), 4],
    ["lat || 'a'", "the operator || is not known here", 4],
    ["lat > 1 > 2", "comparisons do not chain", 8],
    ["foo(lat) > 1", "there is no function foo()", 0],
    ["abs() > 1", "abs() takes 1 arguments, not 0", 0],
    ["lat in (lon)", "the list of IN holds values only", 8],
    ["lat > 'x", "the text has no closing quote", 6],
    ["a.b > 1", "a name with a point must be quoted", 1],
    ["lat > 12x", "this is no number", 6],
    ["lat > #", '"#" begins nothing that an expression may hold', 6],
    ["case when lat then 1", "case is a word of the language here", 0],
    ["lat > 1e999", "1e999 is larger than any double", 6],
    ["lat is 3", '"3" stands where NULL is expected', 7],
  ])("%s: %s", (source, message, at) => {
    const error = failure(() => parseExpr(source));
    expect(error.tag).toBe("usage");
    const [said, line, caret] = error.message.split("\n");
    expect(said).toContain(message);
    expect(line).toBe(`  ${source}`);
    expect(caret).toBe(`  ${" ".repeat(at)}^`);
  });

  test("a function with a slip in its name", () => {
    expect(failure(() => parseExpr("flor(lat) = 1")).hint).toBe("do you mean floor?");
  });

  test("depth and length are bounded", () => {
    expect(failure(() => parseExpr(`${"(".repeat(5000)}a`)).message).toContain("nested deeper");
    expect(failure(() => parseExpr("not ".repeat(5000))).message).toContain("nested deeper");
    expect(failure(() => parseExpr("a".repeat(200_000))).message).toContain("too long");
  });
});

describe("bindExpr", () => {
  test("names: exactly, else the only one that differs in case", () => {
    expect(columnsOf(bindExpr(parseExpr("LAT > 1 and T > 1 and t > 1"), COLUMNS))).toEqual(["lat", "T", "t"]);
    expect(failure(() => bindExpr(parseExpr("latt > 1"), COLUMNS))).toEqual({
      tag: "usage",
      message: 'there is no column "latt"',
      hint: "do you mean lat?",
    });
    const two: ExprColumn[] = [...COLUMNS, { name: "LaT", type: numberType("int8") }];
    expect(failure(() => bindExpr(parseExpr("LAT > 1"), two)).message).toBe('"LAT" is ambiguous: lat, LaT');
  });

  test("a date beside a timestamp is a moment; beside a number of days, one of its calendar", () => {
    expect(bindExpr(parseExpr("time > '2000-01-01'"), COLUMNS)).toMatchObject({
      right: { op: "literal", literal: { type: "timestamp", micros: "946684800000000" } },
    });
    expect(printExpr(bindExpr(parseExpr(`"model time" < '2000-02-30'`), COLUMNS))).toBe(
      `NOT within_time("model time", '2000-02-30T00:00:00.000000/..')`,
    );
    expect(failure(() => bindExpr(parseExpr("time > '2000-02-30'"), COLUMNS)).message).toContain("does not exist in the calendar");
    expect(failure(() => bindExpr(parseExpr("time > '2000-02'"), COLUMNS)).hint).toContain("--time");
    expect(failure(() => bindExpr(parseExpr("time > 'noon'"), COLUMNS)).tag).toBe("usage");
  });

  test.each([
    ["lat", "this is a value and no condition"],
    ["lat > 'x'", "a number and text cannot be compared"],
    ["lat + name > 1", "arithmetic takes numbers"],
    ["year(lat) = 1", "lat is no column of times"],
    ["lower(lat) = 'a'", "lower() takes text"],
    ["lat and name = 'a'", "AND, OR and NOT take conditions"],
    ["time > 5", "a time and a number cannot be compared"],
  ])("%s: %s", (source, message) => {
    expect(failure(() => bindExpr(parseExpr(source), COLUMNS)).message).toContain(message);
  });

  test("binding twice changes nothing", () => {
    for (const source of [
      "time between '2000-01-01' and '2001-01-01'",
      `"model time" in ('2000-01-30', '2000-02-30')`,
      "LAT = 0.1",
    ]) {
      const bound = bindExpr(parseExpr(source), COLUMNS);
      expect(bindExpr(bound, COLUMNS)).toEqual(bound);
      expect(typeOf(bound, COLUMNS)).toBe("bool");
      expect(validateExpr(JSON.parse(JSON.stringify(bound)))).toEqual(bound);
    }
  });
});

test("an expression from elsewhere is checked", () => {
  for (const json of [null, [], { op: "and" }, { op: "exec" }, { op: "compare", kind: "~", left: {}, right: {} }])
    expect(failure(() => validateExpr(json)).tag).toBe("malformed");
  const wrongNumber = { op: "literal", literal: { type: "int64", value: "9223372036854775808" } };
  expect(failure(() => validateExpr(wrongNumber)).message).toContain("64-bit integer");
});
