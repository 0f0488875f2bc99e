import { ZarrError } from "../error.js";
import { isArray, isObject, type Json, jsonText } from "../json.js";
import type { Scope } from "./expression.js";
import { render } from "./template.js";
import { TemplateWork } from "./template-work.js";

/** What stands in place of an object: its bytes, or where in another file they are (without offset: all of it). */
export type Reference =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "target"; readonly url: string; readonly offset?: number; readonly length?: number };

/** References by key. */
export interface ReferenceTable {
  readonly metadataKeys: readonly string[];
  find(key: string): Promise<Reference | null>;
}

/** A value of `refs`. @throws `malformed` */
export function referenceOf(json: Json, key: string, templates: Scope): Reference {
  if (typeof json === "string") return { kind: "bytes", bytes: inlineBytes(json) };
  if (isObject(json)) return { kind: "bytes", bytes: Buffer.from(jsonText(json)) };
  const [url, offset, length] = isArray(json) ? json : [];
  if (typeof url !== "string" || (isArray(json) && json.length !== 1 && json.length !== 3)) throw noReference(key);
  const target = render(url, templates, new TemplateWork());
  if (offset === undefined) return { kind: "target", url: target };
  if (!isCount(offset) || !isCount(length)) throw noReference(key);
  return { kind: "target", url: target, offset, length };
}

/** Text, or bytes as Base64. */
export function inlineBytes(text: string): Uint8Array {
  return text.startsWith("base64:") ? Buffer.from(text.slice(7), "base64") : Buffer.from(text, "utf8");
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function noReference(key: string): ZarrError {
  return new ZarrError(
    "malformed",
    `the reference for ${key.slice(0, 100)} is none: neither text, nor [url], nor [url, offset, length]`,
  );
}
