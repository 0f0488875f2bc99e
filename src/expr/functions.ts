/** What a function takes and gives, for checking, evaluation and pruning. */
export interface FunctionSpec {
  readonly arity: readonly [least: number, most: number];
  /** `time`: a column of times, whose part is computed ahead of the cells. */
  readonly takes: "number" | "text" | "time";
  readonly gives: "number" | "text" | "bool";
  /** Integers stay what they are. */
  readonly keepsIntegers?: boolean;
  /** Results are rounded to float32 where the argument is one; others are computed as double (as DuckDB does). */
  readonly keepsFloat32?: boolean;
  /** Grows (or stays) with its one argument, so that bounds map to bounds. */
  readonly isMonotone?: boolean;
  readonly compute?: (...values: never[]) => number | string;
}

const number = (compute: (...values: number[]) => number, more: Partial<FunctionSpec> = {}): FunctionSpec => ({
  arity: [1, 1],
  takes: "number",
  gives: "number",
  compute: compute as FunctionSpec["compute"] & object,
  ...more,
});
const part: FunctionSpec = { arity: [1, 1], takes: "time", gives: "number" };
const kept = { keepsIntegers: true, keepsFloat32: true } as const;
const grows = { isMonotone: true } as const;

/** Half away from zero, as SQL rounds. @param digits after the point; negative: before it */
function round(value: number, digits = 0): number {
  const factor = 10 ** Math.abs(digits);
  const scaled = digits >= 0 ? value * factor : value / factor;
  if (!Number.isFinite(scaled)) return value;
  const magnitude = Math.abs(scaled);
  const floor = Math.floor(magnitude);
  const whole = Math.sign(scaled) * (magnitude - floor >= 0.5 ? floor + 1 : floor);
  return digits >= 0 ? whole / factor : whole * factor;
}

/** Every function that expressions may call, by its lower-case name. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map<string, FunctionSpec>([
  ["abs", number(Math.abs, kept)],
  ["sign", number(Math.sign, { ...grows, keepsIntegers: true })],
  ["round", number(round, { arity: [1, 2], ...kept, ...grows })],
  ["floor", number(Math.floor, { ...kept, ...grows })],
  ["ceil", number(Math.ceil, { ...kept, ...grows })],
  ["ceiling", number(Math.ceil, { ...kept, ...grows })],
  ["trunc", number(Math.trunc, { ...kept, ...grows })],
  ["sqrt", number(Math.sqrt)],
  ["exp", number(Math.exp, grows)],
  ["ln", number(Math.log)],
  ["log10", number(Math.log10)],
  ["log2", number(Math.log2)],
  ["pow", number((base, exponent) => base ** exponent, { arity: [2, 2] })],
  ["power", number((base, exponent) => base ** exponent, { arity: [2, 2] })],
  ["sin", number(Math.sin)],
  ["cos", number(Math.cos)],
  ["tan", number(Math.tan)],
  ["asin", number(Math.asin)],
  ["acos", number(Math.acos)],
  ["atan", number(Math.atan, grows)],
  ["atan2", number(Math.atan2, { arity: [2, 2] })],
  ["radians", number((degrees) => (degrees * Math.PI) / 180, grows)],
  ["degrees", number((radians) => (radians * 180) / Math.PI, grows)],
  ["year", part],
  ["month", part],
  ["day", part],
  ["hour", part],
  ["minute", part],
  ["second", part],
  ["dayofyear", part],
  ["lower", { arity: [1, 1], takes: "text", gives: "text", compute: (text: string) => text.toLowerCase() }],
  ["upper", { arity: [1, 1], takes: "text", gives: "text", compute: (text: string) => text.toUpperCase() }],
  ["trim", { arity: [1, 1], takes: "text", gives: "text", compute: (text: string) => text.replace(/^ +| +$/g, "") }],
  ["length", { arity: [1, 1], takes: "text", gives: "number", compute: (text: string) => [...text].length }],
  [
    "starts_with",
    {
      arity: [2, 2],
      takes: "text",
      gives: "bool",
      compute: (text: string, start: string) => (text.startsWith(start) ? 1 : 0),
    },
  ],
]);
