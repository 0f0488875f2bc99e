import { GraticuleError } from "../errors.js";
import type { SlotSpec } from "./cell-slots.js";
import { compareCodePoints } from "./compare-text.js";
import { FUNCTIONS } from "./functions.js";
import { bigOf, numberOf } from "./literals.js";
import type { Comparison, Expr, Literal } from "./nodes.js";
import { type ExprColumn, isNumeric, meetingType, typeOf, typeOfLiteral, type ValueType } from "./types.js";
import { isWithinWrap } from "./wrap.js";

/** JavaScript for one cell; `v0`, `v1`, … are the slots' values there, `q0`, … whether they are valid. */
export interface Generated {
  /** True exactly where the predicate is. */
  readonly condition: string;
  readonly slots: readonly SlotSpec[];
  /** `K0`, `K1`, … */
  readonly constants: readonly unknown[];
}

/** Code of a value: what it is, and what must hold for it not to be null. */
interface Value {
  readonly code: string;
  readonly valid: readonly string[];
}

/** Sets above this size are asked, below every element is compared. */
const SMALL_SET = 6;
const OPPOSITE: Readonly<Record<Comparison, Comparison>> = { "=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

/**
 * SQL's three-valued logic as two conditions for every predicate: when it is true, and when it is false; null is neither.
 * Numbers that are NaN are null, because no comparison in either condition holds for them.
 */
export function generate(expr: Expr, columns: readonly ExprColumn[]): Generated {
  const generator = new Generator(columns);
  const condition = generator.truth(expr, true);
  return { condition, slots: generator.slots, constants: generator.constants };
}

/** JavaScript of a value for one cell, and when it is not null. */
export interface GeneratedValue extends Omit<Generated, "condition"> {
  readonly code: string;
  readonly known: string;
}

/** As {@link generate}, of any expression. */
export function generateValue(expr: Expr, columns: readonly ExprColumn[]): GeneratedValue {
  const generator = new Generator(columns);
  const { code, known } = generator.whole(expr);
  return { code, known, slots: generator.slots, constants: generator.constants };
}

class Generator {
  readonly slots: SlotSpec[] = [];
  readonly constants: unknown[] = [];

  constructor(readonly columns: readonly ExprColumn[]) {}

  /** The condition under which a predicate is true, or is false. */
  truth(expr: Expr, wanted: boolean): string {
    switch (expr.op) {
      case "literal":
        return String(expr.literal.type === "bool" && expr.literal.value === wanted);
      case "and":
      case "or": {
        const joint = (expr.op === "and") === wanted ? " && " : " || ";
        return `(${expr.args.map((arg) => this.truth(arg, wanted)).join(joint) || String((expr.op === "and") === wanted)})`;
      }
      case "not":
        return this.truth(expr.arg, !wanted);
      case "is-null": {
        const known = this.#isKnown(expr.arg);
        return wanted ? `!${known}` : known;
      }
      case "compare":
        return this.#compare(expr, wanted);
      case "in":
        return this.#contains(expr, wanted);
      case "within-time":
        return this.#withinTime(expr, wanted);
      case "wrap-between": {
        const value = this.#value(expr.arg);
        const inside = this.#constant(isWithinWrap(expr, typeOf(expr.arg, this.columns) === "float32"));
        return all([...value.valid, `${value.code} === ${value.code}`, `${wanted ? "" : "!"}${inside}(${value.code})`]);
      }
      default: {
        const value = this.#value(expr);
        return all([...value.valid, `${value.code} ${wanted ? "!==" : "==="} 0`]);
      }
    }
  }

  whole(expr: Expr): { readonly code: string; readonly known: string } {
    const known = this.#isKnown(expr);
    return { code: this.#value(expr).code, known };
  }

  #isKnown(expr: Expr): string {
    const type = typeOf(expr, this.columns);
    if (type === "bool") return `(${this.truth(expr, true)} || ${this.truth(expr, false)})`;
    const { code, valid } = this.#value(expr);
    return all(isNumeric(type) ? [...valid, `${code} === ${code}`] : valid);
  }

  #compare(expr: Expr & { op: "compare" }, wanted: boolean): string {
    const kind = wanted ? expr.kind : OPPOSITE[expr.kind];
    const exact = this.#difference(expr);
    if (exact) return all([...exact.valid, relation(exact.code, kind, "0")]);
    const [a, b] = [typeOf(expr.left, this.columns), typeOf(expr.right, this.columns)];
    const type = meetingType(a, b);
    const [left, right] = [this.#coerced(expr.left, a, type), this.#coerced(expr.right, b, type)];
    const valid = [...left.valid, ...right.valid];
    if (type !== "text") return all([...valid, relation(left.code, kind, right.code)]);
    if (kind === "=" || kind === "<>") return all([...valid, `${left.code} ${kind === "=" ? "===" : "!=="} ${right.code}`]);
    return all([...valid, relation(`${this.#constant(compareCodePoints)}(${left.code}, ${right.code})`, kind, "0")]);
  }

  /** A 64-bit column against a whole number, as the exact sign of their difference. */
  #difference(expr: Expr & { op: "compare" }): Value | null {
    const [column, literal, sign] = expr.left.op === "column" ? [expr.left, expr.right, ""] : [expr.right, expr.left, "-"];
    if (column.op !== "column" || literal.op !== "literal") return null;
    const type = typeOf(column, this.columns);
    const value =
      type === "timestamp" && literal.literal.type === "timestamp" ? literal.literal.micros : bigOf(literal.literal)?.toString();
    if ((type !== "int64" && type !== "timestamp") || value === undefined) return null;
    const slot = this.#slot({ kind: "difference", column: column.name, literal: value });
    return { code: `${sign}v${slot}`, valid: [`q${slot}`] };
  }

  #contains(expr: Expr & { op: "in" }, wanted: boolean): string {
    const type = typeOf(expr.arg, this.columns);
    const known = expr.list.filter((literal) => literal.type !== "null");
    if (!wanted && known.length < expr.list.length) return "false";
    const exact = this.#among(expr.arg, type, known);
    if (exact !== null) return all([`q${exact}`, `v${exact} === ${wanted ? 1 : 0}`]);
    const { code, valid } = this.#value(expr.arg);
    const values = known.map((literal) => this.#element(literal, meetingType(type, typeOfLiteral(literal))));
    const among =
      values.length <= SMALL_SET
        ? values.map((value) => `${code} === ${typeof value === "string" ? this.#constant(value) : value}`).join(" || ") || "false"
        : `${this.#constant(new Set(values))}.has(${code})`;
    const notNaN = isNumeric(type) ? [`${code} === ${code}`] : [];
    return all([...valid, ...notNaN, wanted ? `(${among})` : `!(${among})`]);
  }

  /** A 64-bit column in a list of whole numbers or moments. */
  #among(arg: Expr, type: ValueType, list: readonly Literal[]): number | null {
    if (arg.op !== "column" || (type !== "int64" && type !== "timestamp")) return null;
    const values = list.map((literal) =>
      literal.type === "timestamp" ? literal.micros : literal.type === "int64" ? literal.value : null,
    );
    if (values.includes(null)) return null;
    return this.#slot({ kind: "among", column: arg.name, list: values as string[] });
  }

  #element(literal: Literal, type: ValueType): number | string {
    if (literal.type === "string") return literal.value;
    const value = numberOf(literal);
    if (value === null) throw new GraticuleError("internal", `a list holds a ${literal.type}`);
    return type === "float32" ? Math.fround(value) : value + 0;
  }

  #withinTime(expr: Expr & { op: "within-time" }, wanted: boolean): string {
    const { start, end, arg } = expr;
    if (arg.op !== "column") throw new GraticuleError("internal", "an interval asks for a column of times");
    const spec: SlotSpec = {
      kind: "inside",
      column: arg.name,
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
    };
    const slot = this.#slot(spec);
    return all([`q${slot}`, `v${slot} === ${wanted ? 1 : 0}`]);
  }

  #value(expr: Expr): Value {
    switch (expr.op) {
      case "column": {
        const slot = this.#slot({ kind: "value", column: expr.name });
        return { code: `v${slot}`, valid: [`q${slot}`] };
      }
      case "literal":
        return this.#literal(expr.literal);
      case "negate": {
        const value = this.#value(expr.arg);
        return { ...value, code: `(-${value.code})` };
      }
      case "arithmetic":
        return this.#arithmetic(expr);
      case "call":
        return this.#call(expr);
      default:
        return { code: `(${this.truth(expr, true)} ? 1 : 0)`, valid: [this.#isKnown(expr)] };
    }
  }

  #literal(literal: Literal): Value {
    if (literal.type === "null") return { code: "NaN", valid: ["false"] };
    if (literal.type === "string") return { code: this.#constant(literal.value), valid: [] };
    const value = numberOf(literal);
    if (value === null) throw new GraticuleError("internal", `a ${literal.type} that was not bound`);
    return { code: numberCode(value), valid: [] };
  }

  #arithmetic(expr: Expr & { op: "arithmetic" }): Value {
    const [a, b] = [typeOf(expr.left, this.columns), typeOf(expr.right, this.columns)];
    const type = typeOf(expr, this.columns);
    const [left, right] = [this.#coerced(expr.left, a, type), this.#coerced(expr.right, b, type)];
    const code = `(${left.code} ${expr.kind} ${right.code})`;
    return { code: type === "float32" ? `F${code}` : code, valid: [...left.valid, ...right.valid] };
  }

  #call(expr: Expr & { op: "call" }): Value {
    const spec = FUNCTIONS.get(expr.name);
    if (!spec) throw new GraticuleError("internal", `there is no function ${expr.name}`);
    const [first] = expr.args;
    if (spec.takes === "time") {
      const slot = this.#slot({ kind: "part", column: (first as Expr & { op: "column" }).name, part: expr.name });
      return { code: `v${slot}`, valid: [`q${slot}`] };
    }
    const values = expr.args.map((arg) => this.#value(arg));
    const code = `${this.#constant(spec.compute)}(${values.map((value) => value.code).join(", ")})`;
    // Arguments that are null are not computed: a function of text would fail on them.
    const valid = values.flatMap((value) => value.valid);
    const guarded =
      spec.takes === "text" && valid.length > 0 ? `(${all(valid)} ? ${code} : ${spec.gives === "text" ? "null" : "NaN"})` : code;
    return { code: typeOf(expr, this.columns) === "float32" ? `F(${guarded})` : guarded, valid };
  }

  /** A number rounded to float32 where it meets one. */
  #coerced(expr: Expr, from: ValueType, to: ValueType): Value {
    const value = this.#value(expr);
    if (to !== "float32" || from === "float32") return value;
    const literal = expr.op === "literal" ? numberOf(expr.literal) : null;
    return { ...value, code: literal === null ? `F(${value.code})` : numberCode(Math.fround(literal)) };
  }

  #slot(spec: SlotSpec): number {
    const key = JSON.stringify(spec);
    const found = this.slots.findIndex((slot) => JSON.stringify(slot) === key);
    return found >= 0 ? found : this.slots.push(spec) - 1;
  }

  #constant(value: unknown): string {
    const found = typeof value === "function" || typeof value === "string" ? this.constants.indexOf(value) : -1;
    return `K${found >= 0 ? found : this.constants.push(value) - 1}`;
  }
}

function numberCode(value: number): string {
  return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? "-0" : value})` : String(value);
}

function relation(a: string, kind: Comparison, b: string): string {
  if (kind === "=") return `${a} === ${b}`;
  return kind === "<>" ? `(${a} < ${b} || ${a} > ${b})` : `${a} ${kind} ${b}`;
}

function all(conditions: readonly string[]): string {
  return `(${[...new Set(conditions)].join(" && ") || "true"})`;
}
