import { isSet } from "./bitmap.js";
import type { DictionaryVector, TextVector } from "./row-batch.js";

/** The texts of codes as bytes and offsets. */
export function spellTexts({ codes, dictionary, length, validity }: DictionaryVector): TextVector {
  const { offsets: starts, bytes: texts } = dictionary;
  const offsets = new Int32Array(length + 1);
  let total = 0;
  for (let i = 0; i < length; i++) {
    const code = codes[i] as number;
    if (!validity || isSet(validity, i)) total += (starts[code + 1] as number) - (starts[code] as number);
    offsets[i + 1] = total;
  }
  const bytes = new Uint8Array(total);
  for (let i = 0; i < length; i++) {
    const to = offsets[i] as number;
    const size = (offsets[i + 1] as number) - to;
    if (size === 0) continue;
    const start = starts[codes[i] as number] as number;
    if (size > 48) bytes.set(texts.subarray(start, start + size), to);
    else for (let k = 0; k < size; k++) bytes[to + k] = texts[start + k] as number;
  }
  return { kind: "texts", length, offsets, bytes, ...(validity && { validity }) };
}
