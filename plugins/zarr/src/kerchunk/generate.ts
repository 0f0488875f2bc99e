import { setImmediate } from "node:timers/promises";
import { ZarrError } from "../error.js";
import { isArray, isObject, type Json, type JsonObject, member } from "../json.js";
import type { Meaning, Scope } from "./expression.js";
import { render, scopeOf } from "./template.js";
import { TemplateWork } from "./template-work.js";

/** References that one file may generate. */
const MOST = 1 << 20;

/** Characters and tokens gone through for all that one file generates. */
const MOST_WORK = 1 << 27;

/** References after which others get a turn. */
const TURN = 1 << 10;

/**
 * References that a file's `gen` describes: one for each combination of its dimensions' values.
 *
 * @throws `malformed`, `unsupported`; the signal's reason
 */
export async function generate(
  gen: Json | undefined,
  templates: Scope,
  refs: Map<string, Json>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (gen === undefined || gen === null) return;
  const work = new TemplateWork(MOST_WORK);
  if (!isArray(gen)) throw new ZarrError("malformed", "gen is no list");
  let total = 0;
  let made = 0;
  for (const rule of gen) {
    if (!isObject(rule)) throw new ZarrError("malformed", "gen holds what is no object");
    const dimensions = dimensionsOf(rule);
    const count = dimensions.reduce((product, [, values]) => product * values.length, 1);
    total += count;
    if (total > MOST) throw new ZarrError("unsupported", `gen describes ${total} references; the limit is ${MOST}`);
    for (let i = 0; i < count; i++) {
      if (++made % TURN === 0) await setImmediate();
      signal?.throwIfAborted();
      work.spend(dimensions.length);
      addOne(rule, scopeOf(combination(dimensions, i), templates), refs, work);
    }
  }
}

function addOne(rule: JsonObject, scope: Scope, refs: Map<string, Json>, work: TemplateWork): void {
  const text = (name: string) => {
    const value = member(rule, name);
    return value === undefined || value === null ? undefined : render(String(value), scope, work);
  };
  const [key, url, offset, length] = [text("key"), text("url"), text("offset"), text("length")];
  if (key === undefined || url === undefined || (offset === undefined) !== (length === undefined))
    throw new ZarrError("malformed", "gen lacks a key, a url, or one of offset and length");
  refs.set(key, offset === undefined ? [url] : [url, Math.trunc(Number(offset)), Math.trunc(Number(length))]);
}

type GeneratedDimension = readonly [name: string, values: readonly (string | number)[]];

function dimensionsOf(rule: JsonObject): GeneratedDimension[] {
  const given = member(rule, "dimensions");
  return Object.entries(isObject(given) ? given : {}).map(([name, values]) => {
    if (isArray(values)) return [name, values.filter((value) => typeof value === "string" || typeof value === "number")];
    const [start, stop, step] = [numberIn(values, "start") ?? 0, numberIn(values, "stop"), numberIn(values, "step") ?? 1];
    if (stop === undefined || step === 0) throw new ZarrError("malformed", `gen has no values for ${name}`);
    const count = Math.max(0, Math.ceil((stop - start) / step));
    if (count > MOST) throw new ZarrError("unsupported", `gen describes ${count} values of ${name}; the limit is ${MOST}`);
    return [name, Array.from({ length: count }, (_, i) => start + i * step)];
  });
}

function numberIn(json: Json, key: string): number | undefined {
  const value = isObject(json) ? member(json, key) : undefined;
  return typeof value === "number" ? value : undefined;
}

/** The i-th combination, the last dimension running fastest. */
function combination(dimensions: readonly GeneratedDimension[], i: number): Map<string, Meaning> {
  const own = new Map<string, Meaning>();
  let rest = i;
  for (const [name, values] of dimensions.toReversed()) {
    own.set(name, values[rest % values.length] as string | number);
    rest = Math.floor(rest / values.length);
  }
  return own;
}
