import { GraticuleError } from "../errors.js";
import type { NumericName } from "../schema/dtype.js";
import type { ColumnType } from "../schema/field.js";
import { arrayTypeOf, isBigArray, type TypedArray } from "../schema/typed-array.js";

type NumberName = Exclude<NumericName, "float16">;

/**
 * The smallest type that holds the values of all, by NumPy's rules: int16 and float32 give float32, int32 and float32 float64, a
 * signed and an unsigned type the next signed one, int64 and uint64 float64; truth values
 * take the numbers' type.
 * @param what names the column in the error
 * @throws `usage` for text beside numbers
 */
export function promoteTypes(types: readonly ColumnType[], what: string): ColumnType {
  const [first, ...rest] = types as readonly [ColumnType, ...ColumnType[]];
  return rest.reduce((a, b) => promote(a, b, what), first);
}

function promote(a: ColumnType, b: ColumnType, what: string): ColumnType {
  if (a.kind === "list" && b.kind === "list") {
    const item = promote(a.item, b.item, what);
    return a.size !== undefined && a.size === b.size ? { kind: "list", item, size: a.size } : { kind: "list", item };
  }
  if (a.kind === b.kind && a.kind !== "number") return a;
  if (a.kind === "bool" && b.kind === "number") return b;
  if (a.kind === "number" && b.kind === "bool") return a;
  if (a.kind === "number" && b.kind === "number") return { kind: "number", name: promoteNumbers(a.name, b.name) };
  throw new GraticuleError("usage", `${what} is ${saidOf(a)} in one file and ${saidOf(b)} in another`, {
    hint: "convert these files separately, or leave the variable out with `--vars`",
  });
}

function saidOf(type: ColumnType): string {
  if (type.kind === "string") return "text";
  if (type.kind === "list") return `lists of ${saidOf(type.item)}`;
  return type.kind === "number" ? type.name : `a ${type.kind}`;
}

function promoteNumbers(a: NumberName, b: NumberName): NumberName {
  if (a === b) return a;
  const [p, q] = [partsOf(a), partsOf(b)];
  if (p.isFloat || q.isFloat) {
    // A float32 holds every integer of up to 16 bits.
    const needed = Math.max(...[p, q].map(({ isFloat, bits }) => (isFloat ? bits : bits <= 16 ? 32 : 64)));
    return needed <= 32 ? "float32" : "float64";
  }
  if (p.isSigned === q.isSigned) return p.bits >= q.bits ? a : b;
  const signed = p.isSigned ? p.bits : q.bits;
  const unsigned = p.isSigned ? q.bits : p.bits;
  if (signed > unsigned) return `int${signed}` as NumberName;
  return unsigned === 64 ? "float64" : (`int${unsigned * 2}` as NumberName);
}

function partsOf(name: NumberName): { isFloat: boolean; isSigned: boolean; bits: number } {
  return { isFloat: name.startsWith("float"), isSigned: !name.startsWith("uint"), bits: Number(name.replace(/^\D+/, "")) };
}

/** Numbers in an array of another type that holds them. */
export function castNumbers(values: TypedArray, to: NumberName): TypedArray {
  const type = arrayTypeOf(to);
  if (values instanceof type) return values;
  const out = new type(values.length);
  if (isBigArray(out)) for (let i = 0; i < out.length; i++) out[i] = BigInt(values[i] as number | bigint);
  else for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
  return out;
}
