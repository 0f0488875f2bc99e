import type { Attribute, AttributeElement, Attributes } from "graticule/plugin";
import type { Card, CardValue } from "./card.js";

/** The cards of one HDU. Of a keyword that stands there twice, the first counts. */
export class Header {
  readonly #values = new Map<string, CardValue>();

  constructor(readonly cards: readonly Card[]) {
    for (const card of cards)
      if (card.kind === "value" && !this.#values.has(card.keyword)) this.#values.set(card.keyword, card.value);
  }

  has(keyword: string): boolean {
    return this.#values.has(keyword);
  }

  value(keyword: string): CardValue | undefined {
    return this.#values.get(keyword);
  }

  /** A whole number, also one written as a real; bigint beyond 2⁵³. */
  integer(keyword: string): number | bigint | undefined {
    const value = this.#values.get(keyword);
    if (typeof value === "bigint") return value;
    return typeof value === "number" && Number.isInteger(value) ? value : undefined;
  }

  number(keyword: string): number | undefined {
    const value = this.#values.get(keyword);
    return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
  }

  text(keyword: string): string | undefined {
    const value = this.#values.get(keyword);
    return typeof value === "string" ? value : undefined;
  }

  isTrue(keyword: string): boolean {
    return this.#values.get(keyword) === true;
  }

  /** Every keyword with its value as stored; commentary as one text a card. */
  attributes(): Attributes {
    const attributes = new Map<string, Attribute>();
    const commentary = new Map<string, string[]>();
    for (const card of this.cards) {
      if (card.kind === "value") {
        if (!attributes.has(card.keyword)) attributes.set(card.keyword, attributeOf(card.value));
        continue;
      }
      if (card.keyword === "" && card.text.trim() === "") continue;
      const texts = commentary.get(card.keyword);
      if (texts) texts.push(card.text);
      else commentary.set(card.keyword, [card.text]);
    }
    for (const [keyword, values] of commentary) if (!attributes.has(keyword)) attributes.set(keyword, { dtype: "string", values });
    return attributes;
  }
}

function attributeOf(value: CardValue): Attribute {
  if (value === null) return { dtype: "string", values: [] };
  if (typeof value === "string") return { dtype: "string", values: [value] };
  if (typeof value === "boolean") return { dtype: "bool", values: [value] };
  if (typeof value === "bigint") return { dtype: "int64", values: [value] };
  if (typeof value === "object") return { dtype: "complex128", values: [value as unknown as AttributeElement] };
  if (!Number.isInteger(value)) return { dtype: "float64", values: [value] };
  return { dtype: Math.abs(value) < 2 ** 31 ? "int32" : "int64", values: [value] };
}
