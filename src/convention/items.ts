import type { ArrayVariable } from "../format/contract.js";
import type { VariableMeaning } from "./meaning.js";

/** A variable of sequences as one of what they are made of: for its type and attributes alone. The variable itself if it is none. */
export function itemsOf(variable: ArrayVariable): ArrayVariable {
  const { name, base } = variable.dtype;
  return name === "vlen" && base ? Object.create(variable, { dtype: { value: base, enumerable: true } }) : variable;
}

/** What the numbers inside a cell mean. */
export function meaningOfItems(meaning: VariableMeaning): VariableMeaning {
  return meaning.items ? { ...meaning, ...meaning.items } : meaning;
}
