import { GraticuleError } from "../../../src/errors.js";
import type { Store } from "../../../src/store/contract.js";
import { memorySource } from "../../../src/store/memory.js";

/** Objects in memory by URL; JSON is written as text. */
export function memoryStore(
  objects: Readonly<Record<string, unknown>>,
  options: { readonly canList: boolean },
): Store & { asked: string[] } {
  const bytes = new Map(Object.entries(objects).map(([url, value]) => [url, bytesOf(value)]));
  const asked: string[] = [];
  return {
    asked,
    async open(url) {
      const found = bytes.get(url);
      if (!found) throw new GraticuleError("not-found", "there is no such object", { file: url });
      return memorySource(url, found);
    },
    async get(url) {
      asked.push(url);
      return bytes.get(url) ?? null;
    },
    async *list(prefix) {
      if (!options.canList) throw new GraticuleError("unsupported", "http servers cannot be listed", { file: prefix });
      for (const [url, one] of bytes) if (url.startsWith(`${prefix}/`)) yield { url, size: one.length, version: "1" };
    },
  };
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
}
