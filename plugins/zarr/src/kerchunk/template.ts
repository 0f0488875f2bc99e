import { isObject, type Json, type JsonObject } from "../json.js";
import { evaluate, type Meaning, type Scope } from "./expression.js";
import { LONGEST, type TemplateWork } from "./template-work.js";

/**
 * Text with every `{{…}}` replaced by its value.
 *
 * @throws `unsupported`; `malformed` also where that grows too large
 */
export function render(text: string, scope: Scope, work: TemplateWork): string {
  let start = text.indexOf("{{");
  if (start < 0) return text;
  work.spend(text.length);
  let out = "";
  let from = 0;
  while (start >= 0) {
    const end = text.indexOf("}}", start + 2);
    if (end < 0) break;
    out += text.slice(from, start) + String(evaluate(text.slice(start + 2, end), scope, work));
    if (out.length > LONGEST) break;
    from = end + 2;
    start = text.indexOf("{{", from);
  }
  return work.write(out + text.slice(from));
}

/** Names of one scope before those of another. */
export function scopeOf(own: ReadonlyMap<string, Meaning>, outer: Scope): Scope {
  return { get: (name) => own.get(name) ?? outer.get(name) };
}

/** A reference file's `templates`; those that hold `{{…}}` themselves take arguments. */
export function templatesOf(json: Json | undefined): Scope {
  const scope = new Map<string, Meaning>();
  for (const [name, text] of Object.entries(isObject(json) ? json : ({} as JsonObject))) {
    if (typeof text !== "string") continue;
    const isPlain = !text.includes("{{");
    scope.set(name, isPlain ? text : (given, work) => work.within(name, () => render(text, scopeOf(given, scope), work)));
  }
  return scope;
}
