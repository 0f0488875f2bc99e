import { GraticuleError } from "../errors.js";
import type { Arithmetic, Comparison, Expr, Literal } from "./nodes.js";

const MAX_DEPTH = 500;
const COMPARISONS: readonly string[] = ["=", "<>", "<", "<=", ">", ">="] satisfies Comparison[];
const ARITHMETIC: readonly string[] = ["+", "-", "*", "/", "%"] satisfies Arithmetic[];

/** Checks that JSON is an expression. @throws `malformed` naming the place */
export function validateExpr(json: unknown, at = "predicate", depth = 0): Expr {
  if (depth > MAX_DEPTH) throw wrong(at, "is nested too deeply");
  const node = objectOf(json, at);
  const own = (key: string): Expr => validateExpr(node[key], `${at}.${key}`, depth + 1);
  const list = (key: string): Expr[] =>
    listOf(node[key], `${at}.${key}`).map((arg, i) => validateExpr(arg, `${at}.${key}[${i}]`, depth + 1));
  switch (node.op) {
    case "column":
      return { op: "column", name: textOf(node.name, `${at}.name`) };
    case "literal":
      return { op: "literal", literal: validateLiteral(node.literal, `${at}.literal`) };
    case "compare":
      return {
        op: "compare",
        kind: oneOf(node.kind, COMPARISONS, `${at}.kind`) as Comparison,
        left: own("left"),
        right: own("right"),
      };
    case "arithmetic":
      return {
        op: "arithmetic",
        kind: oneOf(node.kind, ARITHMETIC, `${at}.kind`) as Arithmetic,
        left: own("left"),
        right: own("right"),
      };
    case "and":
    case "or":
      return { op: node.op, args: list("args") };
    case "not":
    case "is-null":
    case "negate":
      return { op: node.op, arg: own("arg") };
    case "in":
      return {
        op: "in",
        arg: own("arg"),
        list: listOf(node.list, `${at}.list`).map((item, i) => validateLiteral(item, `${at}.list[${i}]`)),
      };
    case "call":
      return { op: "call", name: textOf(node.name, `${at}.name`), args: list("args") };
    case "wrap-between": {
      const [low, high, period] = ["low", "high", "period"].map((key) => numberAt(node[key], `${at}.${key}`)) as [
        number,
        number,
        number,
      ];
      if (period <= 0) throw wrong(`${at}.period`, "is not positive");
      return { op: "wrap-between", arg: own("arg"), low, high, period };
    }
    case "within-time": {
      const side = (key: "start" | "end") => (node[key] === undefined ? {} : { [key]: textOf(node[key], `${at}.${key}`) });
      return { op: "within-time", arg: own("arg"), ...side("start"), ...side("end") };
    }
    default:
      throw wrong(at, `has the unknown op ${JSON.stringify(node.op)}`);
  }
}

function validateLiteral(json: unknown, at: string): Literal {
  const node = objectOf(json, at);
  switch (node.type) {
    case "null":
      return { type: "null" };
    case "bool":
      if (typeof node.value !== "boolean") throw wrong(at, "is no boolean");
      return { type: "bool", value: node.value };
    case "float64":
      if (node.value === "NaN" || node.value === "Infinity" || node.value === "-Infinity")
        return { type: "float64", value: node.value };
      return { type: "float64", value: numberAt(node.value, at) };
    case "int64":
      return { type: "int64", value: integerText(node.value, at) };
    case "timestamp":
      return { type: "timestamp", micros: integerText(node.micros, at) };
    case "string":
      return { type: "string", value: textOf(node.value, at) };
    case "date":
      return { type: "date", text: textOf(node.text, at) };
    default:
      throw wrong(at, `has the unknown type ${JSON.stringify(node.type)}`);
  }
}

function integerText(value: unknown, at: string): string {
  if (typeof value === "string" && /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value)) return value;
  throw wrong(at, "is no 64-bit integer in decimal text");
}

export function objectOf(json: unknown, at: string): Record<string, unknown> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw wrong(at, "is no object");
}

export function listOf(json: unknown, at: string): readonly unknown[] {
  if (Array.isArray(json)) return json;
  throw wrong(at, "is no list");
}

export function textOf(json: unknown, at: string): string {
  if (typeof json === "string") return json;
  throw wrong(at, "is no text");
}

export function numberAt(json: unknown, at: string): number {
  if (typeof json === "number" && Number.isFinite(json)) return json;
  throw wrong(at, "is no number");
}

export function oneOf(json: unknown, choices: readonly string[], at: string): string {
  if (typeof json === "string" && choices.includes(json)) return json;
  throw wrong(at, `is ${JSON.stringify(json)}, and not one of ${choices.join(", ")}`);
}

export function wrong(at: string, what: string): GraticuleError {
  return new GraticuleError("malformed", `the plan is damaged: ${at} ${what}`);
}
