/**
 * Functions for each array type. V8 keeps one record of the types seen for all closures of a function's source, and code that
 * has seen many array types is up to 20 times slower: so each type gets functions from a copy of the source.
 *
 * @param make refers to nothing outside of itself, because its source is copied
 * @returns gives the functions for an array
 */
export function specialised<T>(make: () => T): (array: object) => T {
  const made = new Map<unknown, T>();
  return (array) => {
    const found = made.get(array.constructor);
    if (found) return found;
    const own = new Function(`"use strict"; return (${make.toString()})();`)() as T;
    made.set(array.constructor, own);
    return own;
  };
}
