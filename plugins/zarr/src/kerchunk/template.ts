import { isObject, type Json, type JsonObject } from "../json.js";
import { evaluate, type Meaning, type Scope } from "./expression.js";

const MAX_DEPTH = 8;

/** Text with every `{{…}}` replaced by its value. @throws `unsupported`, `malformed` */
export function render(text: string, scope: Scope): string {
  return text.includes("{{") ? text.replace(/\{\{(.*?)\}\}/g, (_, inside: string) => String(evaluate(inside, scope))) : text;
}

/** A reference file's `templates`; those that hold `{{…}}` themselves take arguments. */
export function templatesOf(json: Json | undefined): Scope {
  const scope = new Map<string, Meaning>();
  let depth = 0;
  for (const [name, text] of Object.entries(isObject(json) ? json : ({} as JsonObject))) {
    if (typeof text !== "string") continue;
    if (!text.includes("{{")) scope.set(name, text);
    else
      scope.set(name, (given) => {
        // A template that names itself ends here.
        if (++depth > MAX_DEPTH) return "";
        const rendered = render(text, new Map([...scope, ...given]));
        depth--;
        return rendered;
      });
  }
  return scope;
}
