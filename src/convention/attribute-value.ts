import type { Attribute, Attributes } from "../format/contract.js";

/** The text of an attribute, several strings joined by a space; undefined where it is no text. */
export function textOf(attributes: Attributes, name: string): string | undefined {
  const attribute = attributes.get(name);
  if (!attribute?.values.every((value) => typeof value === "string")) return undefined;
  return attribute.values.join(" ").replaceAll("\0", "").trim();
}

/** The numbers of an attribute; undefined where one is none. */
export function numbersOf(attribute: Attribute | undefined): readonly (number | bigint)[] | undefined {
  if (attribute === undefined || attribute.values.length === 0) return undefined;
  const numbers = attribute.values.filter((value) => typeof value === "number" || typeof value === "bigint");
  return numbers.length === attribute.values.length ? numbers : undefined;
}

/** `key: word key: word`, the form of formula_terms, cell_measures and extended grid_mapping. */
export function pairsOf(text: string): (readonly [key: string, words: readonly string[]])[] {
  const pairs: [string, string[]][] = [];
  for (const word of text.replace(/\s*:(?=\s|$)/g, ": ").split(/\s+/)) {
    if (word.endsWith(":")) pairs.push([word.slice(0, -1), []]);
    else if (word !== "") pairs.at(-1)?.[1].push(word);
  }
  return pairs;
}

export function wordsOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(/[\s,]+/).filter((word) => word !== "");
}
